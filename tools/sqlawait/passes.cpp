#include "tools/sqlawait/passes.h"

#include "llvm/Support/Format.h"

#include <sys/resource.h>

namespace sqlawait {

namespace {

struct PassNames {
    llvm::StringLiteral pass;
    llvm::StringLiteral form; // what it makes
};

constexpr std::array<PassNames, pass_count> names = {{
    {"load", "files"},
    {"parse", "tree"},
    {"bind", "bindings"},
    {"link", "symbols"},
    {"models", "models"},
    {"infer", "types"},
    {"call", "calls"},
    {"queries", "queries"},
    {"colour", "colours"},
    {"load-plan", "loads"},
    {"match", "findings"},
    {"plan", "plan"},
    {"apply", "diff"},
    {"verify", "verify"},
}};

long peak_kilobytes() {
    rusage usage{};
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

} // namespace

std::optional<Pass> pass_named(llvm::StringRef name) {
    for (std::size_t i = 0; i < pass_count; ++i)
        if (names[i].pass == name || names[i].form == name)
            return static_cast<Pass>(i);
    return std::nullopt;
}

llvm::StringRef pass_name(Pass pass) { return names[static_cast<std::size_t>(pass)].pass; }

std::string printable_passes() {
    std::string out;
    for (const PassNames& name : names)
        out += (out.empty() ? "" : ", ") + name.form.str();
    return out;
}

void PassTimer::run(Pass pass, llvm::function_ref<void()> work) {
    Cost& cost = costs_[static_cast<std::size_t>(pass)];
    if (watch)
        watch(pass);
    const auto begin = std::chrono::steady_clock::now();
    work();
    cost.wall += std::chrono::steady_clock::now() - begin;
    cost.runs += 1;
    cost.peak_kilobytes = peak_kilobytes();
}

void PassTimer::print(llvm::raw_ostream& os) const {
    std::chrono::nanoseconds total{0};
    const auto milliseconds = [](std::chrono::nanoseconds wall) {
        return std::chrono::duration<double, std::milli>(wall).count();
    };
    for (std::size_t i = 0; i < pass_count; ++i) {
        const Cost& cost = costs_[i];
        if (cost.runs == 0)
            continue;
        os << llvm::format("%-10s %9.1f ms %8.1f MB", names[i].pass.data(), milliseconds(cost.wall),
                           static_cast<double>(cost.peak_kilobytes) / 1024.0);
        if (cost.runs > 1)
            os << "  (" << cost.runs << " times)";
        os << '\n';
        total += cost.wall;
    }
    const char* const label = "total";
    os << llvm::format("%-10s %9.1f ms %8.1f MB\n", label, milliseconds(total),
                       static_cast<double>(peak_kilobytes()) / 1024.0);
}

} // namespace sqlawait
