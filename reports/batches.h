// In which order files can be moved, and why: a file comes after those whose functions, base classes or sessions
// it uses, as far as these change too. Files that need each other are moved together.
#pragma once

#include "analysis/facts.h"

#include <string>
#include <vector>

namespace sqlawait {

struct FileOrder {
    unsigned batch = 0;                // from 1; 0: holds no work
    std::vector<std::string> after;    // why not earlier: "calls CRUDBase.get and 3 more of app/crud/base.py"
    std::vector<std::string> together; // files that need this one and are needed by it
    unsigned callers = 0;              // functions of other files that call functions of this one which do I/O
    unsigned calling_files = 0;
};

/// By ModuleId. `has_work`: the file is to be changed, or a person has something to do there.
[[nodiscard]] std::vector<FileOrder> order_files(const Facts& facts, const std::vector<bool>& has_work);

} // namespace sqlawait
