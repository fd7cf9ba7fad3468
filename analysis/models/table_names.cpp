#include "analysis/models/table_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

/// HTTPLog -> h_t_t_p_log, what splitting at each capital gives.
std::string each_capital(llvm::StringRef name) {
    std::string out;
    for (const char c : name) {
        if (llvm::isUpper(c) && !out.empty())
            out += '_';
        out += llvm::toLower(c);
    }
    return out;
}

std::string lower(llvm::StringRef name) { return name.lower(); }

std::string plural_of(llvm::StringRef word) {
    const auto ends_with = [&](llvm::ArrayRef<llvm::StringRef> endings) {
        return llvm::any_of(endings, [&](llvm::StringRef ending) { return word.ends_with(ending); });
    };
    if (word.ends_with("y") && !ends_with({"ay", "ey", "oy", "uy"}))
        return (word.drop_back() + "ies").str();
    return (word + (ends_with({"s", "x", "z", "ch", "sh"}) ? "es" : "s")).str();
}

} // namespace

std::string snake_case(llvm::StringRef class_name) {
    std::string out;
    for (std::size_t i = 0; i < class_name.size(); ++i) {
        const bool upper = llvm::isUpper(class_name[i]);
        const bool after_lower = i > 0 && (llvm::isLower(class_name[i - 1]) || llvm::isDigit(class_name[i - 1]));
        const bool before_lower =
            i > 0 && i + 1 < class_name.size() && llvm::isUpper(class_name[i - 1]) && llvm::isLower(class_name[i + 1]);
        if (upper && (after_lower || before_lower))
            out += '_';
        out += llvm::toLower(class_name[i]);
    }
    return out;
}

std::string TableNaming::name(llvm::StringRef class_name) const {
    const std::string out = words(class_name);
    return plural ? plural_of(out) : out;
}

TableNaming table_naming(llvm::ArrayRef<std::string> class_names, const llvm::StringSet<>& referenced) {
    TableNaming best;
    std::size_t most = 0;
    for (const bool plural : {false, true})
        for (const auto words : {snake_case, each_capital, lower}) {
            const TableNaming one{words, plural};
            const auto given = static_cast<std::size_t>(llvm::count_if(
                class_names, [&](const std::string& name) { return referenced.contains(one.name(name)); }));
            if (given > most) {
                most = given;
                best = one;
            }
        }
    return best;
}

} // namespace sqlawait
