// Pass "plan": findings to the text edits of each file. Fixes with a common group are accepted or declined
// together; where two groups want the same text the later one is declined; a group that needs a file
// that must not be edited, or that rests on facts that are not proved, is declined with that reason.
// Accepted fixes get their imports, and functions of which both forms are wanted get the sync twin's
// text. Writes nothing: `apply` does.
#pragma once

#include "rewriters/engine/rule.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

struct ChangeGroup {
    std::string name;                    // the group of its fixes; of a fix that stands alone its code and place
    std::vector<std::uint32_t> findings; // indices, in order
    std::string declined;                // why; "": accepted
};

struct PlannedFile {
    ModuleId module;
    std::vector<TextEdit> edits; // sorted, disjoint, not touching; of all accepted fixes, twins and imports
};

struct Plan {
    std::vector<ChangeGroup> groups;               // by their first finding
    std::vector<std::optional<std::uint32_t>> group_of; // by finding; none: it has no fix
    std::vector<PlannedFile> files;                // with edits only, by path
    std::vector<FunctionId> twins;                 // functions whose sync twin is written
    std::vector<ClassId> class_twins;              // classes likewise

    [[nodiscard]] bool accepted(std::size_t finding) const {
        return group_of[finding] && groups[*group_of[finding]].declined.empty();
    }
    /// Why a finding's fix is not made; "" it is made, or there is none.
    [[nodiscard]] llvm::StringRef declined(std::size_t finding) const {
        return group_of[finding] ? llvm::StringRef(groups[*group_of[finding]].declined) : llvm::StringRef();
    }
};

struct PlanOptions {
    bool accept_suggested = false; // --safety suggested
    /// Groups that an earlier verification refused, by name, with the reason.
    std::map<std::string, std::string> withdrawn;
};

[[nodiscard]] Plan plan_changes(const Facts& facts, const std::vector<Finding>& findings,
                                std::vector<ImportLedger>& ledgers, const PlanOptions& options);

/// The function whose code a finding is about: of a finding on a `def` that function itself, else the one
/// around it; none at module level.
[[nodiscard]] FunctionId function_of(const Facts& facts, const Finding& finding);

/// One line a group: name, accepted or why not; under it its findings.
[[nodiscard]] std::string print_plan(const Facts& facts, const std::vector<Finding>& findings, const Plan& plan);

} // namespace sqlawait
