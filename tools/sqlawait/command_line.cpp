#include "tools/sqlawait/options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <CLI/CLI.hpp>

#include <map>

namespace sqlawait {

namespace {

/// Without what CLI11 adds behind a name ("Excludes: --baseline"): the text says it where it matters.
class HelpFormatter : public CLI::Formatter {
  public:
    std::string make_option_opts(const CLI::Option* option) const override {
        return option->get_type_size() == 0 || option->get_type_name().empty() ? "" : " " + option->get_type_name();
    }
};

/// One of a few words; the help text names them already.
CLI::Validator one_of(std::vector<std::string> words) { return CLI::IsMember(std::move(words)).description(""); }

constexpr const char* after_help =
    "Exit status: 0 nothing wrong, 1 check: over the allowance, 2 could not run,\n"
    "             3 check: better than the baseline, please update it.\n"
    "The program is everything under the root; PATHs narrow what is changed or reported.\n"
    "'sqlawait COMMAND -h' lists a command's own options.";

void add_scope(CLI::App& command, Options& options) {
    command.add_option("PATH", options.paths, "files or folders; default: the current folder")->type_name("");
    // One value a flag, so that a PATH may follow; several flags add up.
    for (CLI::Option* option :
         {command.add_option("--only", options.only, "change only what matches, the rest keeps working"),
          command.add_option("--exclude", options.exclude, "leave alone what matches")})
        option->type_name("GLOB")->expected(1)->take_all()->allow_extra_args(false);
}

void add_migrate(CLI::App& app, Options& options) {
    CLI::App& command = *app.add_subcommand("migrate", "print a patch, or change the tree");
    add_scope(command, options);
    command.add_flag("--write", options.write, "change the files in place");
    command.add_flag("--allow-dirty", options.allow_dirty, "with --write: also files that git has no copy of");
    command.add_option("--output", options.output, "write the patch to a file")->type_name("FILE");
    command.add_option("--series", options.series, "write numbered patches, each leaving a working program")
        ->type_name("DIR");
    command.add_option("--stage", options.stage, "select, loads, async, clean or all (default)")
        ->check(one_of({"select", "loads", "async", "clean", "all"}))
        ->type_name("STAGE");
    command.add_option("--strategy", options.strategy, "replace (default) or twin")
        ->check(one_of({"replace", "twin"}))
        ->type_name("NAME");
    command.add_option("--form", options.form, "statement (default) or expression")
        ->check(one_of({"statement", "expression"}))
        ->type_name("NAME");
    command
        .add_option("--driver", options.driver, "asyncpg, psycopg, aiosqlite, aiomysql or asyncmy; default: by the URL")
        ->check(one_of({"asyncpg", "psycopg", "aiosqlite", "aiomysql", "asyncmy"}))
        ->type_name("NAME");
    command.add_option("--safety", options.safety, "safe (default): only what is proved; suggested: all")
        ->check(one_of({"safe", "suggested"}))
        ->type_name("LEVEL");
    command.add_flag("--proof", options.proof, "with the stage loads: also set lazy=\"raise_on_sql\" on relationships");
    command.add_option("--trace", options.trace, "facts recorded from a run of the program's tests")->type_name("FILE");
    command.add_option("--feature-flag", options.feature_flag, "a switch between the two sessions at start")
        ->type_name("NAME");
}

void add_check(CLI::App& app, Options& options, unsigned& max) {
    CLI::App& command = *app.add_subcommand("check", "count what is still synchronous");
    add_scope(command, options);
    auto* most = command.add_option("--max", max, "how many are allowed; default 0")->type_name("N");
    auto* baseline =
        command.add_option("--baseline", options.baseline, "allow what this file lists")->type_name("FILE");
    most->excludes(baseline);
    command.add_flag("--update-baseline", options.update_baseline, "write the baseline; never allows more than before")
        ->needs(baseline);
    command.add_flag("--include-kept", options.include_kept, "count what is kept synchronous as well");
    command.add_option("--since", options.since, "only lines changed since a git revision")->type_name("REV");
    command.add_option("--format", options.format, "text (default), json, github, gitlab or sarif")
        ->check(one_of({"text", "json", "github", "gitlab", "sarif"}))
        ->type_name("NAME");
    command.add_option("--stdin-filename", options.stdin_filename, "check the text on stdin under this name")
        ->type_name("NAME");
}

void add_report(CLI::App& app, Options& options) {
    CLI::App& command = *app.add_subcommand("report", "write the checklist; nothing is changed");
    add_scope(command, options);
    command.add_option("--format", options.format, "markdown (default), json, html or text")
        ->check(one_of({"markdown", "json", "html", "text"}))
        ->type_name("NAME");
    command.add_option("--output", options.output, "write to a file")->type_name("FILE");
    command.add_option("--merge", options.merge, "one report of several in JSON")->type_name("FILE...");
}

void add_common(CLI::App& app, Options& options, std::string& print, std::string& stop_after) {
    app.add_option("--root", options.root_flag, "the program's folder; default: the nearest with a project file")
        ->type_name("DIR");
    app.add_option("--config", options.configuration, "instead of the root's pyproject.toml or sqlawait.toml")
        ->type_name("FILE");
    app.add_option("--jobs,-j", options.jobs, "files at a time; default: one a processor")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N");
    app.add_flag("--quiet,-q", options.quiet, "no talk on stderr but errors");
    app.add_flag("--verbose,-v", options.verbose, "more talk on stderr");
    app.add_option("--color", options.color, "auto (default), always or never")
        ->check(one_of({"auto", "always", "never"}))
        ->type_name("WHEN");
    app.add_option("--print", print, "print what a pass made (files, tree, ..., verify)")->type_name("PASS");
    app.add_option("--stop-after", stop_after, "stop after a pass")->type_name("PASS");
    app.add_flag("--timings", options.timings, "time and memory of each pass on stderr");
}

/// The option of the app or its chosen command, or the command, that looks most like a wrong one, or "".
std::string nearest_option(const CLI::App& app, llvm::StringRef wrong) {
    std::string best;
    unsigned distance = 3;
    const auto look = [&](const CLI::App& from) {
        for (const CLI::Option* option : from.get_options())
            for (const std::string& name : option->get_lnames())
                if (const unsigned here = wrong.split('=').first.edit_distance("--" + name, true, distance);
                    here < distance) {
                    distance = here;
                    best = "--" + name;
                }
    };
    look(app);
    for (const CLI::App* command : app.get_subcommands())
        look(*command);
    if (app.get_subcommands().empty())
        for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
            if (const unsigned here = wrong.edit_distance(command->get_name(), true, distance); here < distance) {
                distance = here;
                best = command->get_name();
            }
    return best;
}

/// "--format: jsn not in {text,json}" with what is meant; "--max = -1" with what it should be.
std::string plain_message(const CLI::ParseError& error) {
    std::string message = error.what();
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
        const llvm::StringRef rest = llvm::StringRef(message).rsplit(": ").second;
        return rest.contains(" = ")
                   ? (rest.split(" = ").first + " " + rest.split(" = ").second + ": not a number from 0 on").str()
                   : message;
    }
    const auto [head, behind] = llvm::StringRef(message).split(" not in {");
    if (behind.empty())
        return message;
    const auto [flag, value] = head.rsplit(": ");
    std::string out = (flag + " " + value + ": there are ").str(), near;
    unsigned distance = 3; // as nearest_option
    for (llvm::StringRef rest = behind.rtrim('}'); !rest.empty();) {
        const auto [one, others] = rest.split(',');
        out += one.str() + (others.empty() ? "" : ", ");
        if (const unsigned here = value.edit_distance(one, true, distance); here < distance) {
            distance = here;
            near = one.str();
        }
        rest = others;
    }
    return out + (near.empty() ? "" : "; did you mean " + near + "?");
}

CommandLine usage_error(const CLI::App& app, const CLI::ParseError& error) {
    std::string message = plain_message(error);
    const bool no_command = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && app.get_subcommands().empty();
    const std::vector<std::string> rest = app.remaining();
    const std::string extra = no_command && !rest.empty() ? rest.front() : message.substr(message.rfind(' ') + 1);
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr || (no_command && !rest.empty())) {
        message = "not an option or command here: " + extra;
        if (const std::string near = nearest_option(app, extra); !near.empty())
            message += "; did you mean " + near + "?";
    } else if (no_command) {
        message = "give a command: migrate, check, report, explain or rules";
    }
    std::string help = "sqlawait";
    for (const CLI::App* command : app.get_subcommands())
        help += " " + command->get_name();
    return {std::nullopt, exit_could_not_run, "sqlawait: " + message + "\ntry '" + help + " -h'\n"};
}

/// A pass by name; fills `message` when there is none of that name.
std::optional<Pass> read_pass(const char* flag, const std::string& name, std::string& message) {
    if (name.empty())
        return std::nullopt;
    const std::optional<Pass> pass = pass_named(name);
    if (!pass)
        message =
            std::string("sqlawait: ") + flag + " " + name + ": no such pass; there are " + printable_passes() + "\n";
    return pass;
}

} // namespace

CommandLine read_command_line(int argc, const char* const* argv) {
    Options options;
    std::string print, stop_after;
    unsigned max = 0;
    CLI::App app("Rewrites a Python repository from synchronous SQLAlchemy to AsyncSession.", "sqlawait");
    app.set_version_flag("--version", std::string("sqlawait ") + SQLAWAIT_VERSION, "the version");
    app.formatter(std::make_shared<HelpFormatter>());
    app.get_formatter()->column_width(26);
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.set_help_flag("-h,--help", "this text");
    app.footer(after_help);
    app.require_subcommand(1);
    app.fallthrough();
    add_common(app, options, print, stop_after);
    add_migrate(app, options);
    add_check(app, options, max);
    add_report(app, options);
    app.add_subcommand("explain", "what a rule does; what is believed about a spot, and why")
        ->add_option("SUBJECT", options.subject, "a rule's code or name, or FILE:LINE:COLUMN")
        ->required()
        ->type_name("");
    app.add_subcommand("rules", "all rules, a line each");
    for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        command->group("Commands");

    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForVersion& version) {
        return {std::nullopt, exit_fine, std::string(version.what()) + "\n"};
    } catch (const CLI::CallForHelp&) {
        const auto chosen = app.get_subcommands();
        return {std::nullopt, exit_fine, chosen.empty() ? app.help() : chosen.front()->help("sqlawait")};
    } catch (const CLI::CallForAllHelp&) {
        return {std::nullopt, exit_fine, app.help("", CLI::AppFormatMode::All)};
    } catch (const CLI::ParseError& error) {
        return usage_error(app, error);
    }

    static const std::map<std::string, Command> commands = {{"migrate", Command::migrate},
                                                            {"check", Command::check},
                                                            {"report", Command::report},
                                                            {"explain", Command::explain},
                                                            {"rules", Command::rules}};
    const CLI::App& command = *app.get_subcommands().front();
    options.command = commands.at(command.get_name());
    for (const CLI::App* from : {static_cast<const CLI::App*>(&app), &command})
        for (const CLI::Option* option : from->get_options())
            if (option->count() > 0 && !option->get_lnames().empty())
                options.given.insert(option->get_lnames().front());
    if (options.given.count("max") != 0)
        options.max = max;
    std::string message;
    options.print = read_pass("--print", print, message);
    options.stop_after = read_pass("--stop-after", stop_after, message);
    if (options.print && options.stop_after && *options.stop_after < *options.print)
        message = "sqlawait: --stop-after " + stop_after + " ends before --print " + print + " has anything to show\n";
    if (!message.empty())
        return {std::nullopt, exit_could_not_run, message};
    return {std::move(options), 0, ""};
}

} // namespace sqlawait
