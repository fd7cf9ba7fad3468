#include "analysis/project/glob.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace sqlawait {

namespace {

/// Reads the set that opens at `pattern[at]`; false when it never closes, and '[' then stands for itself.
bool match_set(llvm::StringRef pattern, std::size_t& at, char c, bool& matched) {
    std::size_t i = at + 1;
    const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    if (negated)
        ++i;
    bool found = false;
    for (const std::size_t first = i; i < pattern.size() && (pattern[i] != ']' || i == first); ++i) {
        const char low = pattern[i];
        char high = low;
        if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
            high = pattern[i + 2];
            i += 2;
        }
        found |= low <= c && c <= high;
    }
    if (i >= pattern.size())
        return false;
    at = i + 1;
    matched = found != negated;
    return true;
}

/// One part against one part of a pattern. Backtracks to the last star only, which is enough.
bool match_part(llvm::StringRef pattern, llvm::StringRef part) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = llvm::StringRef::npos;
    std::size_t star_text = 0;
    while (t < part.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
            continue;
        }
        std::size_t next = p;
        bool matched = false;
        if (p < pattern.size()) {
            const bool is_set = pattern[p] == '[' && match_set(pattern, next, part[t], matched);
            if (!is_set) {
                matched = pattern[p] == '?' || pattern[p] == part[t];
                next = p + 1;
            }
        }
        if (matched) {
            p = next;
            ++t;
        } else if (star != llvm::StringRef::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    return pattern.substr(p).find_first_not_of('*') == llvm::StringRef::npos;
}

/// Whether the pattern's parts match all of the path's parts or the first few of them.
bool match_parts(llvm::ArrayRef<llvm::StringRef> pattern, llvm::ArrayRef<llvm::StringRef> path) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = llvm::StringRef::npos;
    std::size_t star_part = 0;
    while (p < pattern.size()) {
        if (pattern[p] == "**") {
            star = p++;
            star_part = t;
        } else if (t < path.size() && match_part(pattern[p], path[t])) {
            ++p;
            ++t;
        } else if (star != llvm::StringRef::npos && star_part < path.size()) {
            p = star + 1;
            t = ++star_part;
        } else {
            return false;
        }
    }
    return true;
}

} // namespace

bool matches_glob(llvm::StringRef pattern, llvm::StringRef path) {
    while (pattern.consume_front("./")) {
    }
    pattern = pattern.rtrim('/');
    if (pattern.empty())
        return false;
    if (pattern == ".")
        return true;
    llvm::SmallVector<llvm::StringRef, 8> pattern_parts;
    llvm::SmallVector<llvm::StringRef, 8> path_parts;
    if (!pattern.contains('/'))
        pattern_parts.push_back("**");
    pattern.ltrim('/').split(pattern_parts, '/', -1, /*KeepEmpty=*/false);
    path.split(path_parts, '/', -1, /*KeepEmpty=*/false);
    return match_parts(pattern_parts, path_parts);
}

bool matches_any_glob(llvm::ArrayRef<std::string> patterns, llvm::StringRef path) {
    return llvm::any_of(patterns, [&](const std::string& pattern) { return matches_glob(pattern, path); });
}

} // namespace sqlawait
