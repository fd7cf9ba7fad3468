#include "reports/model_audit.h"

#include "llvm/ADT/STLExtras.h"

#include <map>
#include <set>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral loading_names[] = {"select", "joined", "selectin", "subquery",  "immediate",
                                                 "raise",  "noload", "dynamic",  "write_only"};

bool by_mapping(Loading loading) {
    return loading == Loading::joined || loading == Loading::selectin || loading == Loading::subquery ||
           loading == Loading::immediate;
}

void suggest(const RelationshipInfo& relationship, AuditedRelationship& out) {
    const auto missing = llvm::count_if(out.reads, [](const AuditedRead& read) { return !read.loaded; });
    if (relationship.loading == Loading::dynamic) {
        out.suggestion = "lazy=\"write_only\"";
        out.why = "a dynamic relationship runs its query when it is touched; AsyncSession has write_only instead";
    } else if (relationship.loading == Loading::write_only || relationship.loading == Loading::raise ||
               relationship.loading == Loading::noload) {
        out.why = "never loads by itself";
    } else if (by_mapping(relationship.loading)) {
        out.why = out.reads.empty() ? "loaded with every object, and nothing in the program reads it"
                                    : "loaded with every object";
        if (out.reads.empty())
            out.suggestion = "lazy=\"raise_on_sql\"";
    } else if (out.reads.empty()) {
        out.suggestion = "lazy=\"raise_on_sql\"";
        out.why =
            "nothing in the program reads it; a read that comes later is an error with its name, not MissingGreenlet";
    } else if (missing == 0) {
        out.suggestion = "lazy=\"raise_on_sql\"";
        out.why = "every read is loaded by the query that made the object; a new one that is not shows at once";
    } else {
        out.suggestion = relationship.to_many.value_or(true) ? "lazy=\"selectin\"" : "lazy=\"joined\"";
        out.why = std::to_string(missing) + " of " + std::to_string(out.reads.size()) +
                  " reads are not loaded by a query; until they are, the mapping can do it for all";
    }
}

} // namespace

std::vector<AuditedRelationship> audit_models(const Facts& facts) {
    std::map<std::pair<ClassId, std::string>, std::vector<AuditedRead>> reads;
    for (const RelationshipRead& read : facts.loads.reads()) {
        if (read.path.empty())
            continue;
        const PathStep& step = read.path.back();
        const ModelInfo* model = facts.models.find(step.owner);
        const RelationshipInfo* relationship = model == nullptr ? nullptr : model->relationship(step.relationship);
        if (relationship == nullptr)
            continue;
        const SourceText& source = facts.module(read.place.module).source;
        const llvm::StringRef status = read.status;
        AuditedRead audited{source.path, source.lines.at(facts.node(read.place).begin()).line, read.status,
                            read.planned || status.starts_with("loaded") || status.starts_with("given")};
        std::vector<AuditedRead>& known = reads[{relationship->owner, relationship->name}];
        // One line may read it for several origins: the worst counts.
        const auto same = llvm::find_if(
            known, [&](const AuditedRead& other) { return other.path == audited.path && other.line == audited.line; });
        if (same == known.end())
            known.push_back(std::move(audited));
        else if (same->loaded && !audited.loaded)
            *same = std::move(audited);
    }
    std::vector<AuditedRelationship> out;
    for (const ModelInfo& model : facts.models.models())
        for (const RelationshipInfo& relationship : model.relationships) {
            if (relationship.owner != model.class_)
                continue;
            const SourceText& source = facts.module(relationship.place.module).source;
            AuditedRelationship audited;
            audited.model = facts.symbols.class_(model.class_).name;
            audited.name = relationship.name;
            audited.target =
                relationship.target ? facts.symbols.class_(relationship.target).name : relationship.target_name;
            audited.path = source.path;
            audited.line = source.lines.at(facts.node(relationship.place).begin()).line;
            audited.loading = loading_names[static_cast<std::size_t>(relationship.loading)].str();
            audited.cardinality = !relationship.to_many ? "" : *relationship.to_many ? "many" : "one";
            if (const auto found = reads.find({model.class_, relationship.name}); found != reads.end())
                audited.reads = found->second;
            llvm::sort(audited.reads, [](const AuditedRead& a, const AuditedRead& b) {
                return std::tie(a.path, a.line) < std::tie(b.path, b.line);
            });
            suggest(relationship, audited);
            out.push_back(std::move(audited));
        }
    llvm::stable_sort(out, [](const AuditedRelationship& a, const AuditedRelationship& b) {
        return std::tie(a.path, a.line) < std::tie(b.path, b.line);
    });
    return out;
}

} // namespace sqlawait
