// The passes by name, and what is kept about running them: printing one, stopping after one, timing all.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sqlawait {

enum class Pass : std::uint8_t {
    load,
    parse,
    bind,
    link,
    models,
    infer,
    call,
    queries,
    colour,
    load_plan,
    match,
    plan,
    apply,
    verify,
};
inline constexpr std::size_t pass_count = 14;

/// By the pass's name ("infer") or by that of what it makes ("types").
[[nodiscard]] std::optional<Pass> pass_named(llvm::StringRef name);
[[nodiscard]] llvm::StringRef pass_name(Pass pass);
/// "files, tree, bindings, ...": what --print takes.
[[nodiscard]] std::string printable_passes();

/// Runs passes and remembers what each cost. One that runs several times is added up.
class PassTimer {
  public:
    void run(Pass pass, llvm::function_ref<void()> work);
    /// Told of each pass before it runs.
    std::function<void(Pass)> watch;
    /// One line a pass that ran: wall milliseconds, and the peak of resident memory when it ended.
    void print(llvm::raw_ostream& os) const;

  private:
    struct Cost {
        std::chrono::nanoseconds wall{0};
        unsigned runs = 0;
        long peak_kilobytes = 0;
    };
    std::array<Cost, pass_count> costs_;
};

} // namespace sqlawait
