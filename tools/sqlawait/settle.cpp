// From what was given to what will be done: root, configuration, what does not go together.
#include "analysis/project/configuration.h"
#include "tools/sqlawait/options.h"

#include <algorithm>
#include <filesystem>
#include <thread>

namespace sqlawait {

namespace {

namespace fs = std::filesystem;

template <typename Value>
void take(const Options& options, const char* flag, const std::optional<Value>& from, Value& to) {
    if (from && options.given.count(flag) == 0)
        to = *from;
}

void take_list(const Options& options, const char* flag, const std::vector<std::string>& from,
               std::vector<std::string>& to) {
    if (options.given.count(flag) == 0)
        to = from;
}

void merge(Options& options, const Configuration& from) {
    take(options, "stage", from.stage, options.stage);
    take(options, "strategy", from.strategy, options.strategy);
    take(options, "form", from.form, options.form);
    take(options, "driver", from.driver, options.driver);
    take(options, "safety", from.safety, options.safety);
    take(options, "color", from.color, options.color);
    take(options, "feature-flag", from.feature_flag, options.feature_flag);
    take(options, "trace", from.trace, options.trace);
    take(options, "jobs", from.jobs, options.jobs);
    take(options, "proof", from.proof, options.proof);
    take(options, "include-kept", from.include_kept, options.include_kept);
    take(options, "allow-dirty", from.allow_dirty, options.allow_dirty);
    take(options, "quiet", from.quiet, options.quiet);
    take(options, "verbose", from.verbose, options.verbose);
    take_list(options, "only", from.only, options.only);
    take_list(options, "exclude", from.exclude, options.exclude);
    // --max and --baseline exclude each other; one on the command line beats both of the file.
    if (options.given.count("max") == 0 && options.given.count("baseline") == 0) {
        options.baseline = from.baseline.value_or("");
        if (options.baseline.empty())
            options.max = from.max;
    }
    options.keep_sync = from.keep_sync;
    options.session_names = from.session_names;
    options.session_types = from.session_types;
    options.entry_points = from.entry_points;
    options.knowledge = from.knowledge;
}

/// What is wrong about the name of the program's own switch, or "".
std::string feature_flag_error(const Options& options) {
    if (options.command != Command::migrate || options.feature_flag.empty())
        return "";
    const llvm::StringRef name = options.feature_flag;
    if (!llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; }) || llvm::isDigit(name.front()))
        return "--feature-flag " + options.feature_flag + ": the name of a variable is needed, as USE_ASYNC_DB";
    if (options.stage != "all" && options.stage != "async")
        return "--feature-flag goes with --stage async";
    return "";
}

} // namespace

std::string settle(Options& options) {
    if (options.command == Command::rules)
        return "";
    std::error_code error;
    if (!options.root_flag.empty()) {
        if (!fs::is_directory(options.root_flag, error))
            return "--root " + options.root_flag + ": no such folder";
        options.root = fs::canonical(options.root_flag, error).native();
    } else {
        std::string start = options.paths.empty() ? "." : options.paths.front();
        if (options.paths.empty() && !options.stdin_filename.empty())
            start = fs::path(options.stdin_filename).parent_path().native();
        options.root = find_root(start.empty() ? "." : start);
    }
    if (options.root.empty())
        return (options.paths.empty() ? "." : options.paths.front()) + ": no such file or folder";

    const ConfigurationResult read = read_configuration(options.root, options.configuration);
    if (!read.error.empty())
        return read.error;
    const bool proof_asked = options.proof;
    merge(options, read.configuration);
    if (options.stage != "loads") { // code that stays synchronous goes on loading lazily
        if (proof_asked)
            return "--proof goes with --stage loads";
        options.proof = false;
    }
    if (options.jobs == 0)
        options.jobs = std::max(1U, std::thread::hardware_concurrency());
    if (!options.trace.empty()) {
        Trace trace = read_trace(options.trace);
        if (!trace.error.empty())
            return "--trace " + trace.error;
        options.recorded = std::move(trace.loads);
    }
    return feature_flag_error(options);
}

} // namespace sqlawait
