// What ends the life of loaded values: commit, rollback, flush, expire. For each read of a variable, which of
// them may have happened since the variable got its value.
//
// A forward data flow over the statements of each function. A call of a function of the program counts as what
// may have happened in it when it returns. Order inside one statement is not told: what a statement does
// happens behind all of its reads.
#pragma once

#include "analysis/inference/inference.h"

#include <map>
#include <vector>

namespace sqlawait {

enum class Expiry : std::uint8_t {
    none = 0,
    flush = 1,    // what was new is in the database, its other relationships are not loaded
    commit = 2,   // everything expires (unless the factory says otherwise)
    rollback = 4, // everything expires, and new objects are none any more
    expire = 8,   // expire(), expire_all()
    refresh = 16, // columns are fresh; relationships that an option of the query loaded are, too
    expire_some = 64, // expire(x, ["name"])
    write = 32,   // rows are made, changed or to be: what is loaded from now on may differ
};
[[nodiscard]] constexpr std::uint8_t bits(Expiry kind) { return static_cast<std::uint8_t>(kind); }

/// The last of these before a read. `site` is a statement behind which the value can be loaded anew, or a
/// `for_statement`, `except_clause`, at the beginning of whose body that has to be done; a `call` where the same
/// statement goes on to read, so that only the function called can do it.
struct Expired {
    NodeId site = no_node; // none: on some path nothing happened
    std::uint8_t kinds = 0;
    SymbolId through; // of a list whose objects a loop went over: it happened to each, under this name
    friend auto operator<=>(const Expired&, const Expired&) = default;
    [[nodiscard]] bool has(Expiry kind) const { return (kinds & bits(kind)) != 0; }
};

/// What a call of something outside of the program does.
[[nodiscard]] std::uint8_t effects_of_external(const Knowledge& knowledge, llvm::StringRef external);

class ExpiryFlow {
  public:
    ExpiryFlow(const Program& program, const SymbolTable& symbols, const ModelTable& models, const TypeTable& types,
               const Knowledge& knowledge);
    void run();

    /// Empty: nothing happened since, or the name is none of the function's own.
    [[nodiscard]] llvm::ArrayRef<Expired> before(Place read) const;
    /// What happened last to what a parameter holds when its function returns, by sites in that function.
    [[nodiscard]] llvm::ArrayRef<Expired> at_exit(FunctionId id, llvm::StringRef parameter) const;
    /// What may have happened when a function returns.
    [[nodiscard]] std::uint8_t effects(FunctionId id) const { return effects_[id.value]; }
    /// By call, the variables of its function that live through it, and the commits that happened to them before.
    using Held = std::vector<std::pair<SymbolId, Expired>>;
    [[nodiscard]] const std::map<Place, Held>& held() const { return held_; }
    /// How much was looked at: what the flow costs, for tests.
    [[nodiscard]] std::size_t work() const { return work_; }

  private:
    friend class ExpiryWalker;
    void walk(FunctionId id);

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const TypeTable& types_;
    const Knowledge& knowledge_;
    std::vector<std::uint8_t> effects_;     // by function, on return
    std::vector<std::uint8_t> any_effects_; // by function, on return or with an exception
    std::map<Place, std::vector<Expired>> before_;
    std::map<FunctionId, std::map<std::string, std::vector<Expired>>> exits_;
    std::map<Place, Held> held_;
    std::size_t work_ = 0;
};

} // namespace sqlawait
