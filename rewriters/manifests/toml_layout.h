// Where things stand in a TOML file, so that it can be edited without another byte changing. Reads the text that a
// valid file has; of a broken one it gives what it could make out. What values mean is not looked at.
#pragma once

#include "grammars/source_text.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace sqlawait {

struct TomlEntry {
    std::string table; // "tool.poetry.dependencies", quotes taken away; "" above the first header
    std::string key;   // "dependencies"
    ByteRange line;    // from the key to the end of the value
    ByteRange value;
    std::vector<ByteRange> strings; // of an array: its strings that are not in another one, quotes included
};

struct TomlHeader {
    std::string table;
    Offset end = 0; // of the header's line, without the newline
};

struct TomlLayout {
    std::vector<TomlHeader> headers;
    std::vector<TomlEntry> entries;
};

[[nodiscard]] TomlLayout toml_layout(llvm::StringRef text);

} // namespace sqlawait
