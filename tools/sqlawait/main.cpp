#include "tools/sqlawait/commands.h"
#include "tools/sqlawait/options.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <exception>

namespace {

int run(int argc, const char* const* argv) {
    using namespace sqlawait;
    CommandLine line = read_command_line(argc, argv);
    if (!line.options) {
        (line.status == exit_fine ? llvm::outs() : llvm::errs()) << line.message;
        return line.status;
    }
    Options& options = *line.options;
    if (const std::string error = settle(options); !error.empty())
        return fail(error);
    switch (options.command) {
    case Command::migrate: return run_migrate(options);
    case Command::check: return run_check(options);
    case Command::report: return run_report(options);
    case Command::explain: return run_explain(options);
    case Command::rules: return run_rules();
    }
    return exit_could_not_run;
}

} // namespace

int main(int argc, char** argv) {
#ifdef SIGPIPE
    // Python ignores it, and what it starts inherits that: `sqlawait report | head` would end with an error.
    std::signal(SIGPIPE, SIG_DFL);
#endif
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        return sqlawait::fail(llvm::Twine("internal error: ") + error.what());
    }
}
