#include "tools/sqlawait/terminal.h"

#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

namespace sqlawait {

namespace {

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool is_dumb() {
    const char* term = std::getenv("TERM");
    return term == nullptr || llvm::StringRef(term) == "dumb";
}

} // namespace

bool colours_on_stdout(const Options& options) {
    if (options.color != "auto")
        return options.color == "always";
    return !is_set("NO_COLOR") && !is_dumb() && llvm::sys::Process::StandardOutIsDisplayed();
}

ProgressBar::ProgressBar(const Options& options)
    : wanted_(!options.quiet && !options.timings && !is_dumb() && llvm::sys::Process::StandardErrIsDisplayed()) {}

ProgressBar::~ProgressBar() {
    if (shown_)
        llvm::errs() << "\r\x1b[K";
}

void ProgressBar::show(Pass pass) {
    rounds_ += pass == Pass::colour ? 1 : 0;
    if (!wanted_ || std::chrono::steady_clock::now() - begin_ < std::chrono::seconds(1))
        return;
    constexpr unsigned width = 24;
    const auto done = static_cast<unsigned>(width * static_cast<std::size_t>(pass) / pass_count);
    llvm::errs() << "\r\x1b[K[" << std::string(done, '#') << std::string(width - done, '.') << "] " << pass_name(pass);
    // What cannot be verified is taken back, and the rest decided again.
    if (rounds_ > 1)
        llvm::errs() << ", round " << rounds_;
    llvm::errs().flush();
    shown_ = true;
}

} // namespace sqlawait
