// The checklist as GitHub shows it: first what one has to know, then what is to be done; lists are folded.
#include "reports/checklist.h"
#include "reports/markdown.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <set>

namespace sqlawait {

namespace {

using markdown::code;
using markdown::count;
using markdown::html;
using markdown::text;
using Rows = std::vector<std::vector<std::string>>;

std::string number(std::size_t value) { return value == 0 ? "" : std::to_string(value); }

std::string hours(double minutes) {
    std::string out;
    llvm::raw_string_ostream os(out);
    if (minutes < 60)
        os << llvm::format("%.0f min", minutes);
    else if (minutes < 60 * 12)
        os << llvm::format("%.0f h", minutes / 60);
    else
        os << llvm::format("%.0f days", minutes / 360); // of six hours at the desk
    return out;
}

/// "9 h to 5 days", "4 to 14 days"
std::string range(const Effort& effort) {
    const std::string low = hours(effort.low), high = hours(effort.high);
    const llvm::StringRef unit = llvm::StringRef(low).split(' ').second;
    return (llvm::StringRef(high).ends_with(unit) ? llvm::StringRef(low).split(' ').first.str() : low) + " to " + high;
}

std::string box(bool done) { return done ? "- [x] " : "- [ ] "; }

bool is_done(const ChecklistFile& file) { return file.status == FileStatus::done; }

/// "12, 14, 20"
std::string lines_of(const std::vector<unsigned>& lines) {
    std::string out;
    for (const unsigned line : lines)
        out += (out.empty() ? "" : ", ") + std::to_string(line);
    return out;
}

class Page {
  public:
    explicit Page(const Checklist& checklist) : c_(checklist), os_(out_) {}

    std::string write() {
        head();
        prerequisites();
        layers();
        operations();
        person();
        unrecognised();
        order();
        files();
        loads();
        twins();
        blocking();
        hazards();
        models();
        rest();
        return std::move(out_);
    }

  private:
    void head() {
        std::size_t work = 0, done = 0;
        for (const ChecklistFile& file : c_.files) {
            work += file.has_work() ? 1 : 0;
            done += is_done(file) ? 1 : 0;
        }
        os_ << "# " << text(c_.project) << ": from Session to AsyncSession\n\n";
        const std::size_t all = work + done;
        const std::size_t filled = all == 0 ? 0 : done * 20 / all;
        os_ << "**" << done << " of " << count(all, "file") << " done** `";
        for (std::size_t i = 0; i < 20; ++i)
            os_ << (i < filled ? "\u2588" : "\u2591");
        os_ << "`\n\n";
        Rows rows = {
            {"synchronous operations", std::to_string(c_.total.sites)},
            {"rewritten by the tool", std::to_string(c_.total.automatic)},
            {"for a person, with the reason", std::to_string(c_.total.person)},
            {"kept synchronous on purpose", std::to_string(c_.total.kept)},
            {"functions that become `async def`",
             std::to_string(c_.turn_async) + " of " + std::to_string(c_.functions)},
            {"functions needed in both forms", std::to_string(c_.twins)},
            {"files to be moved", std::to_string(work) + " of " + std::to_string(c_.files.size())},
            {"effort with the tool", range(c_.effort)},
        };
        if (c_.migrations.sites > 0)
            rows.push_back({"in migrations, which stay synchronous", std::to_string(c_.migrations.sites)});
        markdown::table(os_, {"", "#"}, rows);
        os_ << "Effort: " << effort_formula() << ". A day has six hours.\n\n";
        os_ << "Made by `sqlawait report`. Run it again at any time: what is moved is ticked off.\n\n";
    }

    void prerequisites() {
        os_ << "## Before anything else\n\n";
        for (const Prerequisite& one : c_.prerequisites) {
            os_ << box(one.state == Prerequisite::State::fine) << one.what << ": " << text(one.found);
            if (!one.advice.empty())
                os_ << "; " << one.advice;
            os_ << '\n';
        }
        for (const ProjectProblem& note : c_.notes)
            os_ << box(false) << (note.path == "." ? "" : code(note.path) + ": ") << text(note.message) << '\n';
        for (const std::string& file : c_.declaration_files)
            os_ << (&file == &c_.declaration_files.front() ? "\nDeclared in " : ", ") << code(file);
        os_ << (c_.declaration_files.empty() ? "\n" : ".\n\n");
    }

    void layers() {
        struct Sums {
            unsigned files = 0, work = 0, done = 0, lines = 0, sync = 0, async = 0, mixed = 0;
            ChecklistCounts counts;
        };
        std::map<unsigned, std::pair<llvm::StringRef, Sums>> sums;
        Sums kept;
        unsigned mixed = 0;
        for (const ChecklistFile& file : c_.files) {
            auto& [name, of] = sums[layer_rank(file.layer)];
            name = file.layer;
            for (Sums* to : {&of, file.status == FileStatus::kept ? &kept : nullptr}) {
                if (to == nullptr)
                    continue;
                ++to->files;
                to->work += file.has_work() ? 1 : 0;
                to->done += is_done(file) ? 1 : 0;
                to->lines += file.inventory.lines;
                to->sync += file.inventory.sync_functions;
                to->async += file.inventory.async_functions;
                to->counts += file.counts;
            }
            mixed += file.inventory.mixed_functions;
        }
        os_ << "## Layers\n\n";
        Rows rows;
        const auto add = [&](const std::string& name, const Sums& of) {
            rows.push_back({name, number(of.files), number(of.work), number(of.done), number(of.lines), number(of.sync),
                            number(of.async), number(of.counts.sites), number(of.counts.automatic),
                            number(of.counts.person), number(of.counts.kept)});
        };
        for (const auto& [rank, entry] : sums)
            add(entry.first.str(), entry.second);
        add("*all of it kept sync*", kept);
        markdown::table(os_,
                        {"layer", "#files", "#to move", "#done", "#lines", "#`def`", "#`async def`", "#sites", "#tool",
                         "#person", "#kept"},
                        rows);
        if (mixed > 0)
            os_ << count(mixed, "function") << " that are `async def` today run synchronous session I/O inside: "
                << "each of them holds up the whole event loop while the database answers.\n\n";
    }

    void operations() {
        std::map<std::string, unsigned> now, awaited;
        for (const ChecklistFile& file : c_.files) {
            for (const auto& [name, times] : file.inventory.operations)
                now[name] += times;
            for (const auto& [name, times] : file.inventory.awaited)
                awaited[name] += times;
        }
        std::set<std::string> names;
        for (const auto* counts : {&now, &awaited})
            for (const auto& [name, times] : *counts)
                names.insert(name);
        for (const auto& [name, counts] : c_.by_operation)
            names.insert(name);
        std::vector<std::string> sorted(names.begin(), names.end());
        llvm::stable_sort(sorted, [&](const std::string& a, const std::string& b) { return now[a] > now[b]; });
        os_ << "## Operations\n\nCalls of a synchronous session by method, of an asynchronous one where some are "
               "moved; then what becomes of those that wait for the database.\n\n";
        Rows rows;
        for (const std::string& name : sorted) {
            const auto found = c_.by_operation.find(name);
            const ChecklistCounts counts = found == c_.by_operation.end() ? ChecklistCounts{} : found->second;
            rows.push_back({code(name), number(now[name]), number(awaited[name]), number(counts.automatic),
                            number(counts.person), number(counts.kept)});
        }
        markdown::table(os_, {"operation", "#calls now", "#async already", "#tool", "#person", "#kept"}, rows);
    }

    /// What a person has to decide, by reason: one decision often settles many sites.
    void person() {
        std::map<std::string, std::vector<const ReportedFinding*>> by_reason;
        for (const ChecklistFile& file : c_.files)
            for (const ReportedFinding& finding : file.findings)
                if (needs_person(finding))
                    by_reason[root_reason(finding)].push_back(&finding);
        os_ << "## For a person\n\n";
        if (by_reason.empty()) {
            os_ << "Nothing: every synchronous operation is either rewritten or kept on purpose.\n\n";
            return;
        }
        std::vector<std::pair<std::string, std::vector<const ReportedFinding*>>> sorted(by_reason.begin(),
                                                                                        by_reason.end());
        llvm::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
        os_ << count(c_.total.person, "site") << ", " << count(sorted.size(), "reason")
            << "; a reason that is settled takes all of its sites along.\n\n";
        for (const auto& [reason, findings] : sorted) {
            markdown::open_details(os_, "<b>" + count(findings.size(), "site") + "</b>: " + html(reason));
            for (const ReportedFinding* finding : findings) {
                os_ << "- [ ] `" << finding->path << ':' << finding->line << "` " << finding->code << ' '
                    << text(finding->message);
                if (!finding->function.empty())
                    os_ << " in " << code(finding->function);
                os_ << '\n';
            }
            markdown::close_details(os_);
        }
    }

    void unrecognised() {
        struct Key {
            const ChecklistFile* file;
            std::string function, receiver;
            bool operator<(const Key& other) const {
                return std::tie(file->path, function, receiver) <
                       std::tie(other.file->path, other.function, other.receiver);
            }
        };
        std::map<Key, std::vector<const UnrecognisedCall*>> groups;
        std::size_t all = 0;
        for (const ChecklistFile& file : c_.files)
            for (const UnrecognisedCall& call : file.inventory.unrecognised) {
                groups[{&file, call.function, call.receiver}].push_back(&call);
                ++all;
            }
        if (groups.empty())
            return;
        os_ << "## Not recognised\n\n"
            << count(all, "call") << " that a session would understand, on something of which the source does not say "
            << "what it is. They are in no count above. Annotate it, or give its name to `session-names` in the "
               "configuration.\n\n";
        markdown::open_details(os_, count(groups.size(), "place"));
        for (const auto& [key, calls] : groups) {
            os_ << "- [ ] `" << key.file->path << ':' << calls.front()->line << "` " << code(key.receiver);
            if (!key.function.empty())
                os_ << " in " << code(key.function);
            os_ << ": ";
            std::set<std::string> methods;
            for (const UnrecognisedCall* call : calls)
                methods.insert(call->method);
            for (const std::string& method : methods)
                os_ << (method == *methods.begin() ? "" : ", ") << code(method);
            os_ << '\n';
        }
        markdown::close_details(os_);
    }

    void order() {
        struct Batch {
            std::size_t files = 0, high = 0;
            ChecklistCounts counts;
            Effort effort;
            std::set<std::pair<unsigned, std::string>> layers;
        };
        std::map<unsigned, Batch> batches;
        for (const ChecklistFile& file : c_.files)
            if (file.has_work()) {
                Batch& batch = batches[file.order.batch];
                ++batch.files;
                batch.high += file.priority == "high" ? 1 : 0;
                batch.counts += file.counts;
                batch.effort += file.effort;
                batch.layers.emplace(layer_rank(file.layer), file.layer);
            }
        os_ << "## Order\n\nA file comes after those whose functions, base classes or sessions it uses, where these "
               "change too. `sqlawait migrate --only FILE...` moves a part and keeps the rest working.\n\n"
            << "Priority: *high* for the foundation, base classes and files with ten callers or more in other files "
               "(functions that reach its session I/O), *middle* from three.\n\n";
        Rows rows;
        for (const auto& [index, batch] : batches) {
            std::string layers;
            for (const auto& [rank, name] : batch.layers)
                layers += (layers.empty() ? "" : ", ") + name;
            rows.push_back({"[" + std::to_string(index) + "](#batch-" + std::to_string(index) + ")",
                            number(batch.files), layers, number(batch.high), number(batch.counts.sites),
                            number(batch.counts.person), range(batch.effort)});
        }
        markdown::table(os_, {"#batch", "#files", "layers", "#high priority", "#sites", "#person", "effort"}, rows);
    }

    void files() {
        os_ << "## Files\n\n";
        unsigned batch = 0;
        for (const ChecklistFile& file : c_.files) {
            if (!file.has_work())
                continue;
            if (file.order.batch != batch) {
                batch = file.order.batch;
                os_ << "### Batch " << batch << "\n\n";
            }
            work(file);
        }
        others("Done", FileStatus::done);
        others("Kept synchronous", FileStatus::kept);
        others("Nothing to do", FileStatus::nothing);
    }

    void work(const ChecklistFile& file) {
        std::string summary = "\u2610 <code>" + html(file.path) + "</code> ";
        summary += file.layer + ", " + file_status_name(file.status).str() + ", " + file.priority +
                   " priority: " + count(file.counts.automatic, "site") + " by the tool, " +
                   std::to_string(file.counts.person) + " for a person";
        markdown::open_details(os_, summary);
        const FileInventory& has = file.inventory;
        os_ << "- " << count(has.lines, "line") << ", " << has.sync_functions << " `def`, " << has.async_functions
            << " `async def`; " << file.turn_async << " become `async def`; effort " << range(file.effort) << '\n';
        if (file.order.callers > 0)
            os_ << "- called by " << count(file.order.callers, "function") << " in "
                << count(file.order.calling_files, "other file") << '\n';
        if (!file.order.after.empty()) {
            os_ << "- after: ";
            constexpr std::size_t shown = 3;
            for (std::size_t i = 0; i < file.order.after.size() && i < shown; ++i)
                os_ << (i == 0 ? "" : "; ") << text(file.order.after[i]);
            if (file.order.after.size() > shown)
                os_ << "; and " << file.order.after.size() - shown << " more files";
            os_ << '\n';
        }
        for (const std::string& other : file.order.together)
            os_ << (&other == &file.order.together.front() ? "- together with " : ", ") << code(other);
        if (!file.order.together.empty())
            os_ << '\n';
        automatic(file);
        for (const ChecklistLoad& load : file.loads) {
            os_ << "- loads, with the " << load.origin << " on line " << load.line << ": ";
            for (std::size_t i = 0; i < load.paths.size(); ++i)
                os_ << (i == 0 ? "" : ", ") << code(load.paths[i]);
            os_ << '\n';
        }
        if (!file.inventory.unrecognised.empty())
            os_ << "- [ ] " << count(file.inventory.unrecognised.size(), "call")
                << " on what looks like a session, see [below](#not-recognised)\n";
        by_person(file);
        refused(file);
        for (const BlockingCall& call : file.inventory.blocking)
            if (call.on_loop)
                os_ << "- [ ] line " << call.line << ": " << code(call.name) << " holds up the event loop"
                    << (call.function.empty() ? "" : " in " + code(call.function)) << '\n';
        markdown::close_details(os_);
    }

    /// Functions that do their I/O through others, and have no asynchronous form.
    void refused(const ChecklistFile& file) {
        std::map<std::string, std::vector<const ChecklistFunction*>> groups;
        for (const ChecklistFunction& function : file.functions) {
            const bool named = llvm::any_of(file.findings, [&](const ReportedFinding& finding) {
                return needs_person(finding) && finding.function == function.name;
            });
            if (!function.refusal.empty() && !function.kept && !named)
                groups[last_link(function.refusal)].push_back(&function);
        }
        for (const auto& [reason, functions] : groups) {
            os_ << "- [ ] stays `def`: ";
            for (const ChecklistFunction* function : functions)
                os_ << (function == functions.front() ? "" : ", ") << code(function->name) << " (line "
                    << function->line << ")";
            os_ << ": " << text(reason) << '\n';
        }
    }

    void by_person(const ChecklistFile& file) {
        std::vector<std::pair<std::string, std::vector<const ReportedFinding*>>> groups;
        for (const ReportedFinding& finding : file.findings) {
            if (!needs_person(finding))
                continue;
            const std::string reason = root_reason(finding);
            const auto group = llvm::find_if(groups, [&](const auto& known) { return known.first == reason; });
            (group == groups.end() ? groups.emplace_back(reason, std::vector<const ReportedFinding*>{}) : *group)
                .second.push_back(&finding);
        }
        for (const auto& [reason, findings] : groups) {
            os_ << "- [ ] " << text(reason) << '\n';
            for (const ReportedFinding* finding : findings)
                os_ << "  - line " << finding->line << ": " << text(finding->message)
                    << (finding->function.empty() ? "" : " in " + code(finding->function)) << '\n';
        }
    }

    void automatic(const ChecklistFile& file) {
        std::map<std::string, std::vector<unsigned>> fixed, kept;
        for (const ReportedFinding& finding : file.findings)
            if (finding.counts) {
                if (finding.status != FindingStatus::remaining)
                    kept[finding.kind].push_back(finding.line);
                else if (finding.fixed)
                    fixed[finding.kind].push_back(finding.line);
            }
        for (const auto& [kind, lines] : fixed)
            os_ << "- by the tool: " << lines.size() << " \u00d7 " << code(kind) << ", line"
                << (lines.size() == 1 ? " " : "s ") << lines_of(lines) << '\n';
        for (const auto& [kind, lines] : kept)
            os_ << "- kept: " << lines.size() << " \u00d7 " << code(kind) << ", line"
                << (lines.size() == 1 ? " " : "s ") << lines_of(lines) << '\n';
        if (file.other_changes > 0)
            os_ << "- by the tool as well: " << count(file.other_changes, "edit")
                << " of annotations, imports, `def` and `await`\n";
    }

    void others(llvm::StringRef title, FileStatus status) {
        std::vector<const ChecklistFile*> chosen;
        for (const ChecklistFile& file : c_.files)
            if (file.status == status)
                chosen.push_back(&file);
        if (chosen.empty())
            return;
        markdown::open_details(os_, "<b>" + title.str() + "</b>: " + count(chosen.size(), "file"));
        for (const ChecklistFile* file : chosen) {
            os_ << box(status != FileStatus::nothing).substr(0, status == FileStatus::nothing ? 2 : std::string::npos)
                << code(file->path) << " " << file->layer << ", " << count(file->inventory.lines, "line");
            if (file->counts.kept > 0)
                os_ << ", " << count(file->counts.kept, "site") << " kept" << kept_reason(*file);
            if (!file->inventory.blocking.empty() && file->layer != "tests")
                os_ << ", " << count(file->inventory.blocking.size(), "call") << " that block, outside of coroutines";
            os_ << '\n';
        }
        markdown::close_details(os_);
    }

    static std::string kept_reason(const ChecklistFile& file) {
        for (const ReportedFinding& finding : file.findings)
            if (finding.counts && finding.status == FindingStatus::kept && !finding.reason.empty())
                return ": " + text(finding.reason);
        return "";
    }

    void loads() {
        std::size_t all = 0;
        for (const ChecklistFile& file : c_.files)
            all += file.loads.size();
        os_ << "## Eager loads\n\n";
        if (all == 0) {
            os_ << "No relationship is read that a query has to load.\n\n";
            return;
        }
        os_ << "What is read of an object later, loaded by the query that makes it.\n\n";
        markdown::open_details(os_, count(all, "place"));
        for (const ChecklistFile& file : c_.files)
            for (const ChecklistLoad& load : file.loads) {
                os_ << "- `" << file.path << ':' << load.line << "` " << load.origin << ": ";
                for (std::size_t i = 0; i < load.paths.size(); ++i)
                    os_ << (i == 0 ? "" : ", ") << code(load.paths[i]);
                os_ << '\n';
            }
        markdown::close_details(os_);
    }

    void twins() {
        if (c_.twins == 0)
            return;
        os_ << "## Needed in both forms\n\nAsynchronous code and synchronous code need them; the second form goes when "
               "its last caller is moved.\n\n";
        markdown::open_details(os_, count(c_.twins, "function"));
        for (const ChecklistFile& file : c_.files)
            for (const ChecklistFunction& function : file.functions) {
                if (function.becomes != "both")
                    continue;
                os_ << "- `" << file.path << ':' << function.line << "` " << code(function.async_name) << " and "
                    << code(function.sync_name) << '\n';
                for (const std::string& reason : function.demanded_by)
                    os_ << "  - " << text(reason) << '\n';
            }
        markdown::close_details(os_);
    }

    void blocking() {
        struct Row {
            const ChecklistFile* file;
            const BlockingCall* call;
        };
        std::vector<Row> rows;
        std::size_t http = 0, on_loop = 0, in_tests = 0;
        for (const ChecklistFile& file : c_.files)
            for (const BlockingCall& call : file.inventory.blocking) {
                if (file.layer == "tests") {
                    ++in_tests;
                    continue;
                }
                rows.push_back({&file, &call});
                http += call.http ? 1 : 0;
                on_loop += call.on_loop ? 1 : 0;
            }
        llvm::stable_sort(rows, [](const Row& a, const Row& b) {
            return std::tuple(!a.call->on_loop, !a.call->http) < std::tuple(!b.call->on_loop, !b.call->http);
        });
        if (rows.empty())
            return;
        os_ << "## HTTP and other calls that block\n\n"
            << count(rows.size(), "call") << ", " << http << " of them HTTP; " << on_loop
            << " in a coroutine or in a function that becomes one, where they need an asynchronous client or "
               "`asyncio.to_thread`.";
        if (in_tests > 0)
            os_ << " " << in_tests << " more are in tests.";
        os_ << "\n\n";
        markdown::open_details(os_, "by file");
        for (const Row& row : rows)
            os_ << (row.call->on_loop ? "- [ ] `" : "- `") << row.file->path << ':' << row.call->line << "` "
                << code(row.call->name) << (row.call->function.empty() ? "" : " in " + code(row.call->function))
                << '\n';
        markdown::close_details(os_);
    }

    void hazards() {
        std::vector<const ReportedFinding*> hazards;
        for (const ChecklistFile& file : c_.files)
            for (const ReportedFinding& finding : file.findings)
                if (finding.status == FindingStatus::information)
                    hazards.push_back(&finding);
        if (hazards.empty())
            return;
        os_ << "## To be looked at\n\n";
        markdown::open_details(os_, count(hazards.size(), "place"));
        for (const ReportedFinding* finding : hazards)
            os_ << "- [ ] `" << finding->path << ':' << finding->line << "` " << finding->code << ' '
                << text(finding->message) << (finding->reason.empty() ? "" : ": " + text(finding->reason)) << '\n';
        markdown::close_details(os_);
    }

    void models() {
        if (c_.relationships.empty())
            return;
        std::size_t unread = 0, missing = 0;
        for (const AuditedRelationship& one : c_.relationships) {
            unread += one.reads.empty() ? 1 : 0;
            missing += llvm::any_of(one.reads, [](const AuditedRead& read) { return !read.loaded; }) ? 1 : 0;
        }
        os_ << "## Relationships\n\n"
            << count(c_.relationships.size(), "relationship") << "; nothing reads " << unread << " of them, " << missing
            << " have a read that no query loads.\n\n";
        markdown::open_details(os_, "each of them, and how it might be mapped");
        Rows rows;
        for (const AuditedRelationship& one : c_.relationships) {
            std::string read;
            constexpr std::size_t shown = 3;
            for (std::size_t i = 0; i < one.reads.size() && i < shown; ++i)
                read += (i == 0 ? "" : "<br>") + code(one.reads[i].path + ":" + std::to_string(one.reads[i].line)) +
                        (one.reads[i].loaded ? "" : " not loaded");
            if (one.reads.size() > shown)
                read += "<br>and " + std::to_string(one.reads.size() - shown) + " more";
            rows.push_back({code(one.model + "." + one.name), code(one.target), one.loading, read,
                            (one.suggestion.empty() ? "" : code(one.suggestion) + " ") + text(one.why)});
        }
        markdown::table(os_, {"relationship", "to", "now", "read at", "suggestion"}, rows);
        markdown::close_details(os_);
    }

    void rest() {
        if (c_.problems.empty())
            return;
        os_ << "## Files that could not be used\n\n";
        for (const ProjectProblem& problem : c_.problems) {
            os_ << "- `" << problem.path;
            if (problem.line > 0)
                os_ << ':' << problem.line;
            os_ << "` " << text(problem.message) << '\n';
        }
        os_ << '\n';
    }

    const Checklist& c_;
    std::string out_;
    llvm::raw_string_ostream os_;
};

} // namespace

std::string checklist_markdown(const Checklist& checklist) { return Page(checklist).write(); }

} // namespace sqlawait
