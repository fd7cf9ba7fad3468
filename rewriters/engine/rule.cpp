#include "rewriters/engine/rule.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

namespace sqlawait {

namespace {

/// In a function, so that it exists before the first rule registers itself.
std::vector<Rule>& registry() {
    static std::vector<Rule> rules;
    return rules;
}

} // namespace

RegisteredRule::RegisteredRule(Rule rule) {
    std::vector<Rule>& rules = registry();
    // Static initialisers of different files run in no certain order: sorted by code, the order is ours.
    const auto place = llvm::lower_bound(
        rules, rule, [](const Rule& a, const Rule& b) { return std::tie(a.code, a.name) < std::tie(b.code, b.name); });
    if (place != rules.end() && place->code == rule.code)
        llvm::report_fatal_error(llvm::Twine("two rules have the code ") + rule.code);
    rules.insert(place, std::move(rule));
}

llvm::ArrayRef<Rule> all_rules() { return registry(); }

const Rule* find_rule(llvm::StringRef code_or_name) {
    for (const Rule& rule : registry())
        if (rule.code.equals_insensitive(code_or_name) || rule.name.equals_insensitive(code_or_name))
            return &rule;
    return nullptr;
}

} // namespace sqlawait
