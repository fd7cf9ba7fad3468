// What a session has already when a query asks for it. Private to this folder.
#pragma once

#include "analysis/loading/provenance.h"

namespace sqlawait {

/// The functions that may run with one: whoever calls it, and what they call.
class FunctionsAround {
  public:
    FunctionsAround(const SymbolTable& symbols, const CallGraph& calls, FunctionId function);
    [[nodiscard]] bool contains(FunctionId id) const { return id && seen_[id.value]; }

  private:
    std::vector<bool> seen_; // by function
};

/// What asynchronous code may call, through however many functions. Other functions have sessions of their own.
class AsyncReach {
  public:
    AsyncReach(const SymbolTable& symbols, const CallGraph& calls, const ColourTable& colours);
    /// Also of no function: module level.
    [[nodiscard]] bool contains(FunctionId id) const { return !id || reached_[id.value]; }

  private:
    std::vector<bool> reached_; // by function
};

/// Whether a path passes objects of one class before it comes to another.
[[nodiscard]] bool leads_through(const TypeTable& types, const ModelTable& models, const LoadPath& path,
                                 ClassId through, ClassId to);

/// Whether code that runs with this get() gives objects of the same class in another way: get() takes such an object
/// from the session, without a look at options.
[[nodiscard]] bool may_be_there(const SymbolTable& symbols, const TypeTable& types, const ModelTable& models,
                                const CallGraph& calls, const ProvenanceFlow& flow, std::uint32_t origin);

/// `for book in author.books: book.author`: the read of the other side of the relationship that led here, while a
/// name holds the parent. `place` is the attribute that is read.
[[nodiscard]] bool reads_parent_of_loop(const ModuleBindings& bindings, Node attribute, llvm::StringRef collection);

/// Whether two relationships are the two sides of one, so that the objects of the collection lead back to its owner.
[[nodiscard]] bool are_sides_of_one(const ModelTable& models, const RelationshipInfo& collection,
                                    const RelationshipInfo& back);

} // namespace sqlawait
