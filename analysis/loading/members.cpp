// What attributes of mapped objects read and what is put into them: relationships, columns that the query left out,
// proxies, properties.
#include "analysis/loading/identity.h"
#include "analysis/loading/paths.h"
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

void ProvenanceFlow::note_column(ProvenanceId object, llvm::StringRef name) {
    for (const Provenance& one : get(object))
        if (one.path == 0 && origins_[one.origin].kind == LoadOrigin::Kind::refreshed)
            behind_[one.origin].columns_read.insert(name.str());
}

std::string ProvenanceFlow::read_key(const PathStep& step) {
    return step.relationship + " " + std::to_string((step.subclass ? step.subclass : step.owner).value);
}

void ProvenanceFlow::note_read(Place place, const PathStep& step, ProvenanceId on, llvm::StringRef through) {
    ReadEvent& event = reads_[{place, read_key(step)}];
    event.place = place;
    event.step = step;
    if (!through.empty())
        event.through = through.str();
    event.on.insert(get(on).begin(), get(on).end());
}

std::set<Provenance> ProvenanceFlow::seen_as(ClassId seen_on, ClassId attribute_owner, ProvenanceId objects) {
    std::set<Provenance> out;
    const std::set<Provenance> each = get(objects); // a copy: longer paths make new sets
    for (const Provenance& one : each) {
        const ClassId own = class_at(one);
        if (own && !related(own, seen_on))
            continue; // another class that came the same way
        const ModelInfo* attribute_class = models_.find(attribute_owner);
        const ClassId needed = attribute_class == nullptr || attribute_class->abstract ? seen_on : attribute_owner;
        const bool below = own && own != needed && llvm::is_contained(types_.linearised(needed), own);
        if (!below || (origins_[one.origin].kind == LoadOrigin::Kind::constructor && one.path == 0)) {
            out.insert(one);
            continue;
        }
        PathStep step;
        step.owner = own;
        step.subclass = needed;
        if (paths_[one.path].size() < max_path)
            out.insert({one.origin, extend(one.path, step)});
    }
    return out;
}

/// Objects of a collection whose other side is read while something holds the parent: the session has it, nothing is
/// loaded. They are taken out of `on`; gives the parents.
std::set<Provenance> ProvenanceFlow::parents_again(Place place, const RelationshipInfo& back,
                                                   std::set<Provenance>& on) const {
    std::set<Provenance> parents;
    if (back.to_many.value_or(true))
        return parents;
    const Module& module = program_.module(place.module);
    for (const Provenance& one : on) {
        const LoadPath& path = paths_[one.path];
        const ModelInfo* owner = path.empty() ? nullptr : models_.find(path.back().owner);
        const RelationshipInfo* collection =
            owner == nullptr || path.back().repeated ? nullptr : owner->relationship(path.back().relationship);
        const auto shorter =
            path.empty() ? path_index_.end() : path_index_.find(LoadPath(path.begin(), std::prev(path.end())));
        if (collection == nullptr || shorter == path_index_.end() || !are_sides_of_one(models_, *collection, back) ||
            (path.size() == 1 && !origins_[one.origin].entity))
            continue;
        if (parent_is_held_ || reads_parent_of_loop(symbols_.bindings(place.module), module.tree.node(place.node),
                                                    path.back().relationship))
            parents.insert({one.origin, shorter->second});
    }
    if (!parents.empty())
        std::erase_if(on, [&](const Provenance& one) {
            const LoadPath& path = paths_[one.path];
            return !path.empty() && llvm::any_of(parents, [&](const Provenance& parent) {
                return parent.origin == one.origin && paths_[parent.path].size() + 1 == path.size() &&
                       std::equal(paths_[parent.path].begin(), paths_[parent.path].end(), path.begin());
            });
        });
    return parents;
}

ProvenanceId ProvenanceFlow::read_relationship(Place place, const RelationshipInfo& relationship, ClassId seen_on,
                                               ProvenanceId object, llvm::StringRef through) {
    PathStep step;
    step.owner = relationship.owner;
    step.relationship = relationship.name;
    step.to_many = relationship.to_many.value_or(true);
    if (const ModelInfo* owner = models_.find(relationship.owner); owner == nullptr || owner->abstract)
        step.owner = seen_on; // from a mixin: the option names the mapped class itself
    std::set<Provenance> on = seen_as(seen_on, step.owner, object), out;
    ProvenanceId given = 0;
    for (const Provenance& one : parents_again(place, relationship, on))
        out.insert(one);
    for (const Provenance& one : on) {
        // A tree walked without end is one step that repeats; other paths without end are reported instead.
        const LoadPath& path = paths_[one.path];
        if ((!path.empty() && same_relationship(path.back(), step)) ||
            (path.size() < max_path && llvm::count(path, step) < 1))
            out.insert({one.origin, extend(one.path, step)});
        given = join(given, given_to(one, step.relationship));
    }
    note_read(place, step, intern(std::move(on)), through);
    reads_[{place, read_key(step)}].seen |= object != 0;
    return join(intern(std::move(out)), given);
}

void ProvenanceFlow::read_column(Place place, const ColumnInfo& column, ClassId seen_on, ProvenanceId object,
                                 llvm::StringRef through) {
    note_column(object, column.name);
    const ModelInfo* owner = models_.find(column.owner);
    const ClassId owner_class = owner == nullptr || owner->abstract ? seen_on : column.owner;
    std::set<Provenance> left_out, as_subclass;
    for (const Provenance& one : seen_as(seen_on, owner_class, object)) {
        const LoadPath& path = paths_[one.path];
        if (!path.empty() && path.back().subclass)
            as_subclass.insert(one);
        else if (leaves_out(one, column))
            left_out.insert(one);
    }
    if (!left_out.empty()) {
        PathStep step;
        step.owner = owner_class;
        step.relationship = column.name;
        step.column = true;
        note_read(place, step, intern(std::move(left_out)), through);
    }
    for (const Provenance& one : as_subclass) { // the step to the subclass is all that has to be loaded
        const LoadPath& path = paths_[one.path];
        const PathStep step = path.back();
        const LoadPath before(path.begin(), std::prev(path.end()));
        const auto found = path_index_.find(before);
        if (found != path_index_.end())
            note_read(place, step, intern({Provenance{one.origin, found->second}}), through);
    }
}

/// `owner.pets` of a relationship that is a query: what it gives comes from there.
ProvenanceId ProvenanceFlow::read_dynamic(Place place, const RelationshipInfo& relationship) {
    if (place.module != module_->id || relationship.loading != Loading::dynamic || !relationship.target)
        return 0;
    const Node read = module_->tree.node(place.node);
    for (const Atom& atom : types_.store().atoms(types_.type_of(place)))
        if (read.is(Kind::attribute) && atom.args.size() == 1)
            return origin(LoadOrigin::Kind::query, read, atom.args[0]);
    return 0;
}

/// A name read on a mapped object: a relationship, a column, a proxy, or a property whose body reads.
ProvenanceId ProvenanceFlow::read_member(Place place, ClassId model, llvm::StringRef name, ProvenanceId object,
                                         llvm::StringRef through) {
    const ModelInfo* info = models_.find(model);
    if (info == nullptr)
        return 0;
    if (const RelationshipInfo* relationship = info->relationship(name)) {
        if (relationship->loading == Loading::dynamic || relationship->loading == Loading::write_only)
            return read_dynamic(place, *relationship);
        return read_relationship(place, *relationship, model, object, through);
    }
    if (const ColumnInfo* column = info->column(name)) {
        read_column(place, *column, model, object, through);
        return 0;
    }
    if (const PropertyInfo* property = info->property(name)) {
        if (property->function) {
            write(parameter_base_[property->function.value], object);
            return slots_.read(return_base_ + property->function.value);
        }
        if (const RelationshipInfo* relationship = info->relationship(property->proxy_relationship)) {
            const ProvenanceId target = read_relationship(place, *relationship, model, object, through);
            return relationship->target
                       ? read_member(place, relationship->target, property->proxy_attribute, target, through)
                       : target;
        }
        return 0;
    }
    // What only subclasses have.
    ProvenanceId out = 0;
    for (const ClassId subclass : types_.subclasses(model))
        out = join(out, read_member(place, subclass, name, object, through));
    return out;
}

ProvenanceId ProvenanceFlow::read_of_objects(Place place, llvm::StringRef name, ProvenanceId objects) {
    const std::set<Provenance> each = get(objects); // a copy: reading makes new sets
    ProvenanceId out = 0;
    for (const Provenance& one : each)
        if (const ClassId model = class_at(one))
            out = join(out, read_member(place, model, name, intern({one}), ""));
    return out;
}

ProvenanceId ProvenanceFlow::read_everything(Place place, ProvenanceId objects) {
    const std::set<Provenance> each = get(objects);
    ProvenanceId out = 0;
    for (const Provenance& one : each)
        if (const ModelInfo* model = models_.find(class_at(one)))
            for (const RelationshipInfo& relationship : model->relationships)
                out = join(out, read_member(place, model->class_, relationship.name, intern({one}), ""));
    return out;
}

/// `r.key` or `r` where r runs over `inspect(x).mapper.relationships`.
bool ProvenanceFlow::walks_mapper(Node key) const {
    const Node name = key.is(Kind::attribute) ? key.child(Field::object) : key;
    if (!name.is(Kind::identifier))
        return false;
    return llvm::any_of(bindings_->reaching(name.id()), [&](DefinitionId id) {
        const Node loop = module_->tree.node(bindings_->definition(id).node);
        if (!loop.is_any(Kind::for_statement, Kind::for_in_clause))
            return false;
        Node over = loop.child(Field::right);
        if (over.is(Kind::call) && over.child(Field::function).is(Kind::attribute)) // .keys(), .items(), .values()
            over = over.child(Field::function).child(Field::object);
        if (!over.is(Kind::attribute) || over.child(Field::attribute).text() != "relationships")
            return false;
        const TypeId owner = types_.type_of({module_->id, over.child(Field::object).id()});
        return !types_.store().some(owner, [](const Atom& atom) { // an attribute of the program's own
            return atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_;
        });
    });
}

bool ProvenanceFlow::walks_columns(Node key) const {
    if (key.is(Kind::attribute))
        key = key.child(Field::object);
    if (!key.is(Kind::identifier))
        return false;
    return llvm::any_of(bindings_->reaching(key.id()), [&](DefinitionId id) {
        const Node loop = module_->tree.node(bindings_->definition(id).node);
        const Node over = loop.is_any(Kind::for_statement, Kind::for_in_clause) ? loop.child(Field::right) : Node();
        for (NodeId at = over ? over.id() : 0, end = over ? over.tree().record(over.id()).subtree_end : 0; at < end;
             ++at) {
            const Node part = over.tree().node(at);
            if (part.is(Kind::attribute) &&
                llvm::is_contained({"columns", "c", "column_attrs"}, part.child(Field::attribute).text()))
                return true;
        }
        return false;
    });
}

SlotId ProvenanceFlow::given_slot(std::uint32_t origin, llvm::StringRef relationship) {
    const auto [at, fresh] = given_slots_.try_emplace({origin, relationship.str()}, 0);
    if (fresh)
        at->second = slots_.add();
    return at->second;
}

ProvenanceId ProvenanceFlow::given_to(const Provenance& object, llvm::StringRef relationship, unsigned depth) {
    if (object.path != 0 || depth > 4)
        return 0;
    ProvenanceId out = slots_.read(given_slot(object.origin, relationship));
    if (const auto behind = behind_.find(object.origin); behind != behind_.end()) {
        const std::set<Provenance> before = behind->second.before;
        for (const Provenance& one : before)
            out = join(out, given_to(one, relationship, depth + 1));
    }
    return out;
}

const std::set<Provenance>& ProvenanceFlow::given(std::uint32_t origin, llvm::StringRef relationship) const {
    const auto found = given_slots_.find({origin, relationship.str()});
    return get(found == given_slots_.end() ? 0 : slots_.peek(found->second));
}

FunctionId ProvenanceFlow::setter_of(ClassId id, llvm::StringRef name) const {
    for (const ClassId base : types_.linearised(id)) {
        const ClassInfo& info = symbols_.class_(base);
        for (const Node statement :
             program_.module(info.module).tree.node(info.node).child(Field::body).named_children()) {
            if (!statement.is(Kind::decorated_definition))
                continue;
            const Node function = statement.child(Field::definition);
            if (!function.is(Kind::function_definition))
                continue;
            for (const Node decorator : statement.named_children()) {
                const Node text = decorator.is(Kind::decorator) ? decorator.named_child(0) : Node();
                if (text.is(Kind::attribute) && text.child(Field::object).text() == name &&
                    text.child(Field::attribute).text() == "setter")
                    return symbols_.function_at({info.module, function.id()});
            }
        }
    }
    return {};
}

/// `x.name = value`: what the attribute holds from now on, and what the assignment itself reads.
void ProvenanceFlow::assign_attribute(Node target, ProvenanceId value) {
    const Node object_node = target.child(Field::object);
    const ProvenanceId object = evaluate(object_node);
    const llvm::StringRef name = target.child(Field::attribute).text();
    const Place place{module_->id, target.id()};
    const TypeId type = types_.type_of({module_->id, object_node.id()});
    for (const Atom& atom : types_.store().atoms(type)) {
        if (atom.kind != Atom::Kind::instance && atom.kind != Atom::Kind::class_)
            continue;
        const ClassId id{atom.id};
        if (const FunctionId setter = setter_of(id, name); setter && parameters_[setter.value].size() > 1) {
            write(parameter_base_[setter.value], object);
            write(parameter_base_[setter.value] + 1, value);
            continue;
        }
        const ModelInfo* model = models_.find(id);
        if (model == nullptr) {
            write(attribute_slot(id, name), value);
            note_entry(value, target);
            continue;
        }
        if (model->column(name) != nullptr)
            note_change(object, name, target);
        const RelationshipInfo* relationship = model->relationship(name);
        if (relationship == nullptr)
            continue;
        const std::set<Provenance> each = get(object);
        for (const Provenance& one : each) {
            if (one.path != 0)
                continue;
            write(given_slot(one.origin, name), value);
            note_part(value, one, target);
            if (origins_[one.origin].kind == LoadOrigin::Kind::constructor)
                filled_[one.origin].insert(name.str());
        }
        // A collection that is replaced is loaded first.
        if (relationship->to_many.value_or(true) && target.parent().is(Kind::assignment))
            (void)read_member(place, id, name, object, "");
    }
}

void ProvenanceFlow::note_change(ProvenanceId object, llvm::StringRef column, Node target) {
    const Node right = target.parent().child(Field::right);
    const TypeStore& store = types_.store();
    const TypeId given = right ? types_.type_of({module_->id, right.id()}) : TypeStore::nothing;
    const bool by_sql = // of values that may be anything, a SQL expression is one guess among many
        !store.has_unknown(given) &&
        store.some(given, [&](const Atom& atom) { return store.external_class(atom) == "sqlalchemy.ColumnElement"; });
    for (const Provenance& one : get(object)) {
        Changes& changes = changes_[one];
        changes.any = true;
        if (by_sql)
            changes.by_sql.insert(column.str());
    }
}

} // namespace sqlawait
