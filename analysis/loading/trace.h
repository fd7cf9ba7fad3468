// Lazy loads that a run of the program's own tests recorded: `pytest --sqlawait-trace FILE`, read for `--trace FILE`.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace sqlawait {

struct RecordedPlace {
    std::string path;  // as seen from the folder of the run, with '/'
    unsigned line = 0; // 1-based; 0: not known
};

/// One relationship that was loaded lazily: by `steps` from an object that the query at `origin` loaded.
struct RecordedLoad {
    struct Step {
        std::string model; // "app.models.Book"
        std::string relationship;
    };
    RecordedPlace origin; // line 0: nobody knows
    RecordedPlace read;
    std::vector<Step> steps; // never empty
    unsigned count = 0;

    /// "Order.customer.region"
    [[nodiscard]] std::string text() const;
};

struct Trace {
    std::vector<RecordedLoad> loads;
    std::string error; // "loads.json: not a trace: ..."; "" it could be read
};

/// Reads such a file; a path that can't be opened is an error as well.
[[nodiscard]] Trace read_trace(llvm::StringRef path);
/// The same from a text; `name` is for messages.
[[nodiscard]] Trace parse_trace(llvm::StringRef name, llvm::StringRef json);

} // namespace sqlawait
