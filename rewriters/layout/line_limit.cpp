// What a project's configuration says about the length of its lines.
#include "rewriters/layout/long_lines.h"
#include "rewriters/manifests/toml_layout.h"

#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

constexpr unsigned default_limit = 120;
constexpr unsigned formatter_default = 88; // of black and ruff

/// 0: says nothing.
unsigned limit_of_pyproject(llvm::StringRef text) {
    const TomlLayout layout = toml_layout(text);
    for (const llvm::StringRef table : {"tool.black", "tool.ruff", "tool.flake8", "tool.pycodestyle"}) {
        for (const TomlEntry& entry : layout.entries) {
            unsigned number = 0;
            const bool length = entry.key == "line-length" || entry.key == "max-line-length";
            if (entry.table == table && length &&
                !text.slice(entry.value.begin, entry.value.end).trim().getAsInteger(10, number))
                return number;
        }
        const bool formats = table == "tool.black" || table == "tool.ruff";
        for (const TomlHeader& header : layout.headers)
            if (formats && header.table == table)
                return formatter_default;
    }
    return 0;
}

/// [flake8] max-line-length = 100
unsigned limit_of_ini(llvm::StringRef text) {
    llvm::StringRef section;
    while (!text.empty()) {
        const auto [line, rest] = text.split('\n');
        text = rest;
        const llvm::StringRef trimmed = line.trim();
        if (trimmed.starts_with("["))
            section = trimmed.trim("[]");
        const auto [key, value] = trimmed.split('=');
        unsigned number = 0;
        if ((section == "flake8" || section == "pycodestyle") &&
            (key.trim() == "max-line-length" || key.trim() == "max_line_length") &&
            !value.trim().getAsInteger(10, number))
            return number;
    }
    return 0;
}

} // namespace

unsigned line_limit(const Program& program, const SourceText& file) {
    unsigned found = 0;
    std::size_t nearest = 0;
    for (const Manifest& manifest : program.manifests) {
        const llvm::StringRef path = manifest.source.path;
        const std::size_t slash = path.rfind('/');
        const llvm::StringRef folder = slash == llvm::StringRef::npos ? "" : path.take_front(slash + 1);
        if (!llvm::StringRef(file.path).starts_with(folder) || (found != 0 && folder.size() < nearest))
            continue;
        const llvm::StringRef text = manifest.source.text;
        const unsigned limit = path.ends_with("pyproject.toml")                      ? limit_of_pyproject(text)
                               : path.ends_with(".cfg") || path.ends_with("tox.ini") ? limit_of_ini(text)
                                                                                     : 0;
        // What formats the code has the last word on what checks it.
        if (limit != 0 && (found == 0 || folder.size() > nearest || path.ends_with("pyproject.toml"))) {
            found = limit;
            nearest = folder.size();
        }
    }
    return found == 0 ? default_limit : found;
}

} // namespace sqlawait
