// Programs with models and a session factory, for the tests of colours.
#pragma once

#include "tests/unit/python_program.h"

namespace sqlawait {

inline PythonProgram with_models(const std::string& text, const ColourOptions& options = {}) {
    return PythonProgram(python_models + text, options);
}

inline ColourOptions select_only() {
    ColourOptions options;
    options.select_only = true;
    return options;
}

inline ColourOptions keep_sync(std::string pattern) {
    ColourOptions options;
    options.keep_sync = {std::move(pattern)};
    return options;
}

} // namespace sqlawait
