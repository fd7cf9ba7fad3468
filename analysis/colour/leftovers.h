// What the `clean` stage takes away: synchronous forms that stand beside their asynchronous one and that nothing names
// any more, and the second names of asynchronous forms whose plain name is free again.
//
// A name counts as named wherever it might be: in code of the tests, in an attribute of an object that is not known, in
// a text that reads like a dotted name. Only what is certain is taken away or renamed.
#pragma once

#include "analysis/calls/calls.h"

#include <map>
#include <set>

namespace sqlawait {

/// A form of a function, class or module-level value beside another one.
struct FormPair {
    Place sync; // the function_definition, class_definition or assignment; no node: it is gone already
    Place async; // likewise
    std::string plain; // the name without the mark of a form
};

struct Leftovers {
    std::set<Place> removed; // definitions
    struct Renamed {
        std::string name;
        ModuleId home; // where it is defined
        bool token = false; // nothing has to be imported: a definition, a method, a string of `__all__`
    };
    std::map<Place, Renamed> renamed; // identifiers, attributes, strings
    /// `seen = Service.seen`: text for the right side, which the class that goes had.
    std::map<Place, std::string> restored;
    std::set<Place> unlisted; // strings of `__all__` that go with what they name
};

[[nodiscard]] Leftovers find_leftovers(const Program& program, const SymbolTable& symbols, const TypeTable& types,
                                       const CallGraph& calls, llvm::ArrayRef<FormPair> pairs);

} // namespace sqlawait
