#include "reports/certainty.h"

#include "llvm/ADT/StringSet.h"

#include <optional>

namespace sqlawait {

namespace {

void add(CertaintyCounts& counts, Certainty certainty) {
    ++(certainty == Certainty::proved   ? counts.proved
       : certainty == Certainty::likely ? counts.likely
                                        : counts.unknown);
}

bool has_relationship(const ModelTable& models, ClassId class_, llvm::StringRef name) {
    const ModelInfo* model = models.find(class_);
    return model != nullptr && model->relationship(name) != nullptr;
}

llvm::StringSet<> relationship_names(const ModelTable& models) {
    llvm::StringSet<> out;
    for (const ModelInfo& model : models.models())
        for (const RelationshipInfo& relationship : model.relationships)
            out.insert(relationship.name);
    return out;
}

/// `x.name = y` and `del x.name` read nothing; `x.name()` calls a method, for no relationship can be called.
bool is_read(Node attribute) {
    const Node parent = attribute.parent();
    if (parent.is(Kind::assignment) && parent.child(Field::left) == attribute)
        return false;
    return !parent.is(Kind::delete_statement) && !(parent.is(Kind::call) && parent.child(Field::function) == attribute);
}

/// Nothing where the receiver is known and has no such relationship.
std::optional<Certainty> certainty_of_read(const Facts& facts, Place receiver, llvm::StringRef name) {
    bool fits = false, other = false, unknown = false;
    const llvm::ArrayRef<Atom> atoms = facts.types.store().atoms(facts.types.type_of(receiver));
    for (const Atom& atom : atoms) {
        if (atom.kind == Atom::Kind::none)
            continue;
        if (atom.kind == Atom::Kind::instance && has_relationship(facts.models, ClassId{atom.id}, name))
            fits = true;
        else
            (atom.kind == Atom::Kind::unknown ? unknown : other) = true;
    }
    if (fits)
        return unknown || other ? Certainty::likely : Certainty::proved;
    if (unknown || atoms.empty())
        return Certainty::unknown;
    return std::nullopt;
}

} // namespace

CertaintyCounts& CertaintyCounts::operator+=(const CertaintyCounts& other) {
    proved += other.proved;
    likely += other.likely;
    unknown += other.unknown;
    return *this;
}

FileCertainty& FileCertainty::operator+=(const FileCertainty& other) {
    session_io += other.session_io;
    relationship_reads += other.relationship_reads;
    return *this;
}

std::vector<FileCertainty> count_certainties(const Facts& facts) {
    std::vector<FileCertainty> out(facts.program.modules.size());
    for (const IoSite& site : facts.colours.sites())
        if (!site.is_request())
            add(out[site.place.module.value].session_io, site.certainty);
    for (const UnseenQuery& unseen : facts.queries.unseen())
        if (!unseen.other)
            add(out[unseen.call.module.value].session_io, Certainty::unknown);
    const llvm::StringSet<> names = relationship_names(facts.models);
    if (names.empty())
        return out;
    for (const auto& module : facts.program.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            if (module->tree.record(id).kind != Kind::attribute)
                continue;
            const Node node = module->tree.node(id);
            const llvm::StringRef name = node.child(Field::attribute).text();
            if (!names.contains(name) || !is_read(node))
                continue;
            if (const auto certainty = certainty_of_read(facts, {module->id, node.child(Field::object).id()}, name))
                add(out[module->id.value].relationship_reads, *certainty);
        }
    return out;
}

} // namespace sqlawait
