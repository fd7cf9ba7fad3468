// A Python module that is added to a program (rewriters/manifests/python).
#pragma once

#include <string>

namespace sqlawait {

struct AddedModule {
    std::string path; // relative to the root
    std::string name; // "tests.session_doubles"
};

} // namespace sqlawait
