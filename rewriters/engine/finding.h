// What rules give: findings, some with a fix. The gate counts findings, the checklist prints
// them, the patch is made of their fixes.
#pragma once

#include "analysis/facts.h"
#include "rewriters/engine/edit.h"

#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

enum class FindingStatus : std::uint8_t {
    remaining,  // synchronous now
    kept,       // in a sync island: Celery, keep-sync, Alembic
    suppressed, // by a comment
    information // a hazard or a hint; never counted
};

/// One form of the code that a fix belongs to: the text in place, or the sync twin.
enum class Rendering : std::uint8_t { in_place, sync_twin };

/// A name that inserted text uses and that must be imported, e.g. {"sqlalchemy", "select"}.
struct ImportNeed {
    std::string module;
    std::string name;  // "": the module itself
    std::string local = {}; // what it is to be called here; "": as the ledger spells it for all of the module
    std::optional<Offset> statement = {}; // the begin of the import that is to list it, one inside of a function
};

/// A function that inserted text calls. What several fixes ask for stands once, before the first that does.
struct HelperFunction {
    Offset before = 0; // the begin of a statement of the module
    std::string text;  // without a newline at the end
};

struct Fix {
    std::vector<Edit> edits;
    std::vector<ImportNeed> imports;
    /// Fixes with a common group change together or not at all ("web 3", "colour"); "" stands alone.
    std::string group;
    bool suggested = false; // not every fact is Proved: withheld by --safety safe
    std::vector<HelperFunction> helpers = {};
};

struct Finding {
    std::string code; // "SA101"
    Place place;
    ByteRange range;
    std::string message;
    FindingStatus status = FindingStatus::remaining;
    std::string reason;  // why it is kept, refused or withheld; the reason chain in words
    std::string kind;    // for counts: "query", "commit", "refresh", "http", ...
    bool counts = true;  // against the gate: false for findings that only carry an edit
    std::optional<Fix> fix;
    Rendering rendering = Rendering::in_place;
};

} // namespace sqlawait
