// object.name: on modules, classes, instances, outside things.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <set>

namespace sqlawait {

namespace {

/// Builtin types of which the tables know every member, and to whose instances nothing can be added.
bool has_fixed_members(llvm::StringRef class_name) {
    return class_name.consume_front("builtins.") &&
           llvm::is_contained({"bool", "dict", "float", "int", "list", "set", "str", "tuple"}, class_name);
}

} // namespace

TypeId Inference::evaluate_attribute(Node node) {
    const TypeId object = evaluate(node.child(Field::object));
    return attribute_of(object, node.child(Field::attribute).text());
}

TypeId Inference::attribute_of(TypeId object, llvm::StringRef name) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(object).vec())
        if (atom.kind != Atom::Kind::none)
            out = types_.join(out, attribute_of_atom(atom, name));
    return out;
}

TypeId Inference::attribute_of_atom(const Atom& atom, llvm::StringRef name) {
    switch (atom.kind) {
    case Atom::Kind::module: {
        TypeId out = TypeStore::nothing;
        const auto targets = symbols_.member(ModuleId{atom.id}, name);
        for (const Target& target : targets)
            out = types_.join(out, evaluate_target(target));
        // PEP 562: a module's own `__getattr__` answers for what it does not bind.
        if (targets.empty() && !name.starts_with("__"))
            for (const Target& target : symbols_.member(ModuleId{atom.id}, "__getattr__"))
                if (target.kind == Target::Kind::function)
                    out = types_.join(out, result_of(target.function));
        return out == TypeStore::nothing ? TypeStore::unknown : out;
    }
    case Atom::Kind::external: {
        if (atom.bound)
            return TypeStore::unknown;
        // `import acme.core.db`: a package without `__init__.py` is no module of ours, but what it holds may be.
        const std::string written = (types_.text(atom.id) + "." + name).str();
        if (const ModuleId module = symbols_.module_within(module_->id, types_.text(atom.id), written))
            return types_.module(module);
        const std::string dotted = knowledge_.canonical(written);
        if (const MemberKnowledge* member = knowledge_.member(types_.text(atom.id), name);
            member != nullptr && member->is_attribute) {
            CallFrame frame;
            frame.receiver = types_.make({atom});
            return apply_template(member->returns, frame);
        }
        if (is_namespace(types_.text(atom.id)) && !atom.bound)
            return namespace_attribute(types_.text(atom.id), name);
        const auto slot = external_attribute_slots_.find(dotted);
        if (slot != external_attribute_slots_.end())
            return read(slot->second);
        return types_.external(dotted);
    }
    case Atom::Kind::instance: return instance_attribute(atom, name);
    case Atom::Kind::class_: return class_attribute(atom, name);
    case Atom::Kind::external_instance: {
        const llvm::StringRef class_name = types_.text(atom.id);
        if (class_name == "builtins.super")
            return super_attribute(atom, name);
        if (const MemberKnowledge* member = knowledge_.member(class_name, name)) {
            CallFrame frame;
            frame.receiver = types_.make({atom});
            if (!member->is_attribute)
                return types_.external_method((class_name + "." + name).str(), types_.make({atom}));
            // What the program has a framework put there is said where it does.
            const auto provided = external_attribute_slots_.find((class_name + "." + name).str());
            const TypeId type = apply_template(member->returns, frame);
            return types_.has_unknown(type) && provided != external_attribute_slots_.end() ? read(provided->second)
                                                                                           : type;
        }
        if (is_namespace(class_name))
            return namespace_attribute(class_name, name);
        if (const TypeId inner = provider_attribute(atom, name); inner != TypeStore::nothing)
            return inner;
        const std::string dotted = (class_name + "." + name).str();
        // `request.state.db = SessionLocal()`: what the program itself puts there.
        const auto slot = external_attribute_slots_.find(dotted);
        if (slot != external_attribute_slots_.end())
            return read(slot->second);
        if (class_name == "sqlalchemy.engine.Row") // an entity goes by the name of its class
            for (const TypeId column : atom.args)
                for (const Atom& entity : types_.atoms(column))
                    if (entity.kind == Atom::Kind::instance && symbols_.class_(ClassId{entity.id}).name == name)
                        return column;
        if (class_name == "sqlalchemy.engine.Row" || class_name == "sqlalchemy.ColumnValue")
            return types_.external_instance("sqlalchemy.ColumnValue");
        if (class_name == "sqlalchemy.ColumnCollection" && !name.starts_with("__")) // `subquery.c.name`
            return types_.external_instance("sqlalchemy.ColumnElement");
        if (has_fixed_members(class_name) && !name.starts_with("__"))
            return TypeStore::nothing; // reading it raises AttributeError
        if (knowledge_.class_(class_name) != nullptr)
            return TypeStore::unknown;
        return types_.external_method(dotted, types_.make({atom})); // foreign
    }
    case Atom::Kind::literal: return attribute_of(types_.external_instance("builtins.str"), name);
    case Atom::Kind::type_variable:
        if (atom.bound)
            return types_.external_instance("sqlalchemy.orm.InstrumentedAttribute", {TypeStore::unknown});
        if (const auto bound = bounds_.find(types_.text(atom.id)); bound != bounds_.end())
            return attribute_of(bound->second, name);
        return TypeStore::unknown;
    default: return TypeStore::unknown;
    }
}

/// What an association proxy or a synonym gives on an instance.
TypeId Inference::proxied_attribute(ClassId id, const PropertyInfo& property) {
    bool found = false;
    if (property.proxy_relationship.empty())
        return mapped_attribute(id, property.proxy_attribute, false, found);
    const ModelInfo* model = models_.find(id);
    const RelationshipInfo* through = model->relationship(property.proxy_relationship);
    if (through == nullptr || !through->target || !through->to_many)
        return TypeStore::unknown;
    const TypeId value = attribute_of(types_.instance(through->target), property.proxy_attribute);
    return *through->to_many ? types_.external_instance("builtins.list", {value}) : types_.join(value, types_.none());
}

/// Columns, relationships and proxies of a mapped class.
TypeId Inference::mapped_attribute(ClassId id, llvm::StringRef name, bool on_class, bool& found) {
    const ModelInfo* model = models_.find(id);
    if (model == nullptr)
        return TypeStore::nothing;
    TypeId value = TypeStore::nothing;
    if (const RelationshipInfo* relationship = model->relationship(name)) {
        const TypeId target = relationship->target ? types_.instance(relationship->target) : TypeStore::unknown;
        if (on_class)
            value = target;
        else if (relationship->loading == Loading::dynamic)
            value = types_.external_instance("sqlalchemy.orm.AppenderQuery", {target});
        else if (relationship->loading == Loading::write_only)
            value = types_.external_instance("sqlalchemy.orm.WriteOnlyCollection", {target});
        else if (!relationship->to_many)
            value = types_.join(target, types_.external_instance("builtins.list", {target}));
        else
            value = *relationship->to_many ? types_.external_instance("builtins.list", {target})
                                           : types_.join(target, types_.none());
    } else if (const ColumnInfo* column = model->column(name)) {
        value = column_value(*column);
    } else if (const PropertyInfo* property = model->property(name); property != nullptr && !property->function) {
        value = proxied_attribute(id, *property);
    } else {
        return TypeStore::nothing;
    }
    found = true;
    return on_class ? types_.external_instance("sqlalchemy.orm.InstrumentedAttribute", {value}) : value;
}

/// What one class of a linearisation says of a name: mapped attribute, method, class attribute, `self.name`.
TypeId Inference::own_attribute(ClassId id, llvm::StringRef name, const Atom& receiver, bool on_class, bool& found) {
    ++table_.lookups_;
    if (const TypeId mapped = mapped_attribute(id, name, on_class, found); found)
        return mapped;
    const TypeMap variables = variables_of(receiver, id);
    const TypeId self = types_.make({receiver});
    if (const auto method = table_.methods_[id.value].find(name.str()); method != table_.methods_[id.value].end()) {
        found = true;
        const FunctionTraits& traits = traits_[method->second.value];
        if (traits.is_property && !on_class)
            return types_.substitute(result_of(method->second), variables);
        if (traits.is_static || (on_class && !traits.is_class_method))
            return types_.function(method->second);
        return types_.bound_function(method->second, self);
    }
    TypeId out = TypeStore::nothing;
    bool only_said = true; // an annotation without a value, which tells nothing of what is called
    const ClassInfo& info = symbols_.class_(id);
    const ModuleBindings& bindings = symbols_.bindings(info.module);
    const auto symbol = bindings.scope(info.scope).by_name.find(name);
    if (symbol != bindings.scope(info.scope).by_name.end()) {
        for (const DefinitionId definition : bindings.symbol(symbol->second).definitions) {
            found = true;
            const Definition& one = bindings.definition(definition);
            const Node node = program_.module(info.module).tree.node(one.node);
            TypeId type = evaluate_definition(info.module, definition);
            if (const Node annotated = node.is(Kind::assignment) ? node.child(Field::type) : Node()) {
                const TypeId said = annotation(info.module, annotated);
                only_said &= !node.child(Field::right) && types_.all(said, [&](const Atom& written) {
                    return written.kind == Atom::Kind::unknown || written.kind == Atom::Kind::none ||
                           types_.external_class(written) == "typing.Callable";
                });
                if (type == TypeStore::nothing || (is_informative(said) && types_.has_unknown(type)))
                    type = said;
            } else
                only_said = false;
            // A function kept as a class attribute is a method too.
            for (const Atom& atom : types_.atoms(type).vec()) {
                const bool binds = !on_class && atom.kind == Atom::Kind::function && !atom.bound &&
                                   one.kind == DefinitionKind::assignment;
                out = types_.join(out, binds ? types_.bound_function(FunctionId{atom.id}, self) : types_.make({atom}));
            }
        }
    }
    // A table of the class itself holds what is put in through any of its instances and subclasses.
    const bool table = types_.all(out, [&](const Atom& one) {
        return llvm::is_contained({"builtins.dict", "builtins.list", "builtins.set", "collections.defaultdict"},
                                  types_.external_class(one));
    });
    if (!on_class || out == TypeStore::nothing || out == types_.none() || table) {
        const TypeId stored = read(attribute_slot(id, name));
        found |= stored != TypeStore::nothing;
        const bool functions = types_.some(stored, [](const Atom& one) { return one.kind == Atom::Kind::function; });
        out = only_said && functions ? stored : types_.join(out, stored);
    }
    return types_.substitute(out, variables);
}

/// A receiver of a static type may be of any subclass: what those say themselves, and what their other bases do
/// (`self.session` in a mixin beside the class that sets it).
TypeId Inference::subclass_attribute(const Atom& atom, llvm::StringRef name, bool on_class, bool& found) {
    const auto own_line = table_.linearised(ClassId{atom.id});
    TypeId out = TypeStore::nothing;
    std::set<std::uint32_t> seen;
    for_each_subclass(ClassId{atom.id}, [&](ClassId subclass) {
        Atom as_subclass = atom;
        as_subclass.id = subclass.value;
        as_subclass.args.clear();
        // What stands above a class with one base was looked at with that base.
        const ClassTraits& traits = class_traits_[subclass.value];
        const bool plain = !traits.several_bases && traits.arguments.empty();
        const auto line = table_.linearised(subclass);
        for (const ClassId base : plain ? line.take_front(1) : line) {
            const bool generic = !class_traits_[base.value].variables.empty();
            const bool again = llvm::is_contained(own_line, base) || (!seen.insert(base.value).second && !generic);
            bool here = false;
            if (!again)
                out = types_.join(out, own_attribute(base, name, as_subclass, on_class, here));
            found |= here;
            if (table_.methods_[base.value].contains(name.str()) || (here && on_class))
                break;
        }
    });
    return out;
}

TypeId Inference::instance_attribute(const Atom& atom, llvm::StringRef name) {
    const ClassId id{atom.id};
    bool found = false;
    TypeId out = TypeStore::nothing;
    if (name == "value" && is_enum(id)) { // what the body assigns to any of the members
        const ClassInfo& info = symbols_.class_(id);
        for (const SymbolId symbol : symbols_.bindings(info.module).scope(info.scope).symbols)
            if (const std::string& member = symbols_.bindings(info.module).symbol(symbol).name;
                is_enum_member(id, member))
                out = types_.join(out, own_attribute(id, member, atom, true, found));
        if (found)
            return out;
    }
    // What a class of sessions overrides is asked of the session all the same.
    for (const std::string& base : table_.external_bases(id)) {
        const ClassKnowledge* known = knowledge_.class_(base);
        if (known == nullptr || known->role != Role::session || knowledge_.member(known->async_class, name) == nullptr)
            continue;
        if (const MemberKnowledge* member = knowledge_.member(base, name); member != nullptr && !member->is_attribute)
            return types_.external_method(base + "." + name.str(), types_.make({atom}));
    }
    for (const ClassId base : table_.linearised(id)) {
        out = types_.join(out, own_attribute(base, name, atom, false, found));
        if (found && table_.methods_[base.value].contains(name.str()))
            break; // a method hides what is above it; plain attributes are joined, as any class may set them
    }
    out = types_.join(out, subclass_attribute(atom, name, false, found));
    // What is seen as an instance of a metaclass is one of its classes.
    if (!found)
        for (const ClassId made : class_traits_[id.value].made)
            for (const ClassId base : table_.linearised(made)) {
                Atom as_class = atom;
                as_class.kind = Atom::Kind::class_;
                as_class.id = made.value;
                as_class.args.clear();
                out = types_.join(out, own_attribute(base, name, as_class, true, found));
            }
    if (found)
        return out;
    for (const std::string& base : table_.external_bases(id)) {
        if (const MemberKnowledge* member = knowledge_.member(base, name)) {
            CallFrame frame;
            frame.receiver = types_.make({atom});
            if (member->is_attribute)
                return apply_template(member->returns, frame);
            return types_.external_method(base + "." + name.str(), types_.make({atom}));
        }
    }
    if (const FunctionId getter = table_.method(id, "__getattr__"))
        return result_of(getter);
    // `setattr(self, name, value)` in a loop
    for (const ClassId base : table_.linearised(id))
        if (stores_any_name_ && name != "*")
            out = types_.join(out, read(attribute_slot(base, "*")));
    if (out != TypeStore::nothing)
        return out;
    // Nothing assigns it yet; it may be seen later in the iteration.
    const bool foreign = has_foreign_base(id);
    if (foreign && !stored_names_.contains(name))
        return TypeStore::unknown;
    const SlotId slot = attribute_slot(id, name);
    if (foreign)
        awaited_slots_.insert(slot);
    return read(slot);
}

/// Whether a base outside of the program may have attributes of which nothing is known.
bool Inference::has_foreign_base(ClassId id) const {
    return class_traits_[id.value].unknown_base ||
           llvm::any_of(table_.external_bases(id), [&](const std::string& base) {
               return base != "builtins.object" && base != "typing.Generic" && base != "abc.ABC";
           });
}

/// `Kind.SMALL`: what the body of an enumeration assigns is one of its instances.
bool Inference::is_enum_member(ClassId id, llvm::StringRef name) const {
    if (name.starts_with("_") || !is_enum(id))
        return false;
    for (const ClassId base : table_.linearised(id)) {
        const ClassInfo& info = symbols_.class_(base);
        const ModuleBindings& bindings = symbols_.bindings(info.module);
        const auto symbol = bindings.scope(info.scope).by_name.find(name);
        if (symbol != bindings.scope(info.scope).by_name.end())
            return llvm::all_of(bindings.symbol(symbol->second).definitions, [&](DefinitionId definition) {
                return bindings.definition(definition).kind == DefinitionKind::assignment;
            });
    }
    return false;
}

TypeId Inference::class_attribute(const Atom& atom, llvm::StringRef name) {
    const ClassId id{atom.id};
    bool found = false;
    if (is_enum_member(id, name))
        return types_.instance(id);
    TypeId out = TypeStore::nothing;
    for (const ClassId base : table_.linearised(id)) {
        out = types_.join(out, own_attribute(base, name, atom, true, found));
        if (found)
            break;
    }
    out = types_.join(out, subclass_attribute(atom, name, true, found));
    if (const ClassId meta = table_.metaclass(id); meta && !found)
        for (const ClassId base : table_.linearised(meta)) {
            out = types_.join(out, own_attribute(base, name, atom, false, found));
            if (found)
                break;
        }
    if (found)
        return out;
    if (name == "__name__" || name == "__tablename__" || name == "__qualname__" || name == "__doc__")
        return types_.external_instance("builtins.str");
    for (const std::string& base : table_.external_bases(id)) {
        const MemberKnowledge* member = knowledge_.member(base, name);
        if (member == nullptr)
            continue;
        CallFrame frame;
        frame.receiver = types_.instance(id); // templates speak of instances: `self` of a constructor is one
        if (member->is_attribute)
            return apply_template(member->returns, frame);
        return types_.external_method(base + "." + name.str(), frame.receiver);
    }
    // A class without foreign bases has what the program gives it.
    return has_foreign_base(id) || stored_names_.contains(name) ? TypeStore::unknown : TypeStore::nothing;
}

/// `super().name` inside a method of `atom.args[0]`: the next classes of every linearisation that goes through it.
TypeId Inference::super_attribute(const Atom& atom, llvm::StringRef name) {
    TypeId out = TypeStore::nothing;
    bool found = false;
    for (const Atom& receiver : types_.atoms(atom.args.empty() ? TypeStore::unknown : atom.args[0]).vec()) {
        if (receiver.kind != Atom::Kind::instance && receiver.kind != Atom::Kind::class_)
            continue;
        const bool on_class = receiver.kind == Atom::Kind::class_;
        const ClassId own{receiver.id};
        const auto next_of = [&](ClassId start) {
            const auto line = table_.linearised(start);
            const auto* at = llvm::find(line, own);
            for (const auto* base = at == line.end() ? at : at + 1; base != line.end(); ++base) {
                bool here = false;
                out = types_.join(out, own_attribute(*base, name, receiver, on_class, here));
                found |= here;
                if (here)
                    return;
            }
        };
        next_of(own);
        for (const ClassId below : class_traits_[own.value].other_lines)
            next_of(below);
        if (!found)
            for (const std::string& base : table_.external_bases(own))
                if (knowledge_.member(base, name) != nullptr)
                    return types_.external_method(base + "." + name.str(), types_.make({receiver}));
    }
    return found ? out : types_.external_method(("builtins.object." + name).str(), types_.make({atom}));
}

/// What `object.name = value` calls: the setter of a property.
FunctionId Inference::setter_of(ClassId id, llvm::StringRef name) const {
    for (const ClassId base : table_.linearised(id))
        if (const auto found = setters_[base.value].find(name); found != setters_[base.value].end())
            return found->second;
    return {};
}

/// What arrives at an attribute of a class of the program: `handler.session = MagicMock()` of a test stands in for
/// what the program itself puts there.
void Inference::write_field(ClassId id, llvm::StringRef name, TypeId value) {
    std::vector<Atom> known;
    for (const Atom& atom : types_.atoms(value).vec())
        if (knowledge_.role(types_.external_class(atom)) == Role::test_double)
            attribute_doubles_.try_emplace(attribute_slot(id, name), types_.make({atom}));
        else
            known.push_back(atom);
    write(attribute_slot(id, name), types_.make(std::move(known)));
}

void Inference::write_attribute(TypeId object, llvm::StringRef name, TypeId value) {
    for (const Atom& atom : types_.atoms(object).vec()) {
        if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_) {
            const ClassId id{atom.id};
            if (const ModelInfo* model = models_.find(id);
                model != nullptr && (model->relationship(name) || model->column(name)))
                continue; // the mapping says what it is
            if (const FunctionId setter = setter_of(id, name)) {
                if (parameters_[setter.value].parameters.size() > 1)
                    write_parameter(setter, 1, value);
                continue;
            }
            write_field(id, name, value);
        } else if (atom.kind == Atom::Kind::external_instance || (atom.kind == Atom::Kind::external && !atom.bound)) {
            write(external_attribute_slot((types_.text(atom.id) + "." + name).str()), value);
        } else if (atom.kind == Atom::Kind::module) {
            for (const Target& target : symbols_.member(ModuleId{atom.id}, name))
                if (target.kind == Target::Kind::variable)
                    for (const DefinitionId id : symbols_.bindings(target.module).symbol(target.symbol).definitions)
                        write(definition_slot(target.module, id), value);
        }
    }
}

} // namespace sqlawait
