// The flow itself: units, names, assignments.
#include "analysis/loading/provenance.h"

#include "analysis/loading/paths.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

ProvenanceFlow::ProvenanceFlow(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                               const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls,
                               const QueryFlow& queries, const ColourTable& colours)
    : program_(program), symbols_(symbols), models_(models), knowledge_(knowledge), types_(types), calls_(calls),
      queries_(queries), colours_(colours), expiry_(program, symbols, models, types, knowledge) {
    sets_.emplace_back();
    set_index_.emplace(sets_[0], 0);
    paths_.emplace_back();
    path_index_.emplace(paths_[0], 0);
}

ProvenanceId ProvenanceFlow::intern(std::set<Provenance> set) {
    const auto found = set_index_.find(set);
    if (found != set_index_.end())
        return found->second;
    const auto id = static_cast<ProvenanceId>(sets_.size());
    set_index_.emplace(set, id);
    sets_.push_back(std::move(set));
    return id;
}

ProvenanceId ProvenanceFlow::join(ProvenanceId a, ProvenanceId b) {
    if (a == b || b == 0)
        return a;
    if (a == 0)
        return b;
    const auto [at, fresh] = joined_.try_emplace((static_cast<std::uint64_t>(a) << 32U) | b, a);
    if (!fresh)
        return at->second;
    std::set<Provenance> both = sets_[a];
    both.insert(sets_[b].begin(), sets_[b].end());
    // A value that may come from everywhere tells nothing: what it has already is kept.
    const ProvenanceId out = both.size() > max_set ? a : intern(std::move(both));
    joined_[(static_cast<std::uint64_t>(a) << 32U) | b] = out;
    return out;
}

bool ProvenanceFlow::related(ClassId a, ClassId b) const {
    return llvm::is_contained(types_.linearised(a), b) || llvm::is_contained(types_.linearised(b), a);
}

void ProvenanceFlow::collect_classes(TypeId type, std::set<ClassId>& classes, bool& any, unsigned depth) const {
    for (const Atom& atom : types_.store().atoms(type)) {
        switch (atom.kind) {
        case Atom::Kind::unknown:
        case Atom::Kind::type_variable: any = true; break;
        case Atom::Kind::instance:
            if (models_.find(ClassId{atom.id}) != nullptr)
                classes.insert(ClassId{atom.id});
            else
                any = true; // what its attributes hold
            break;
        case Atom::Kind::external_instance:
            // Containers, results and queries hold what their arguments say; of others nothing is known.
            any |= depth == 0 || (atom.args.empty() && holds_objects(types_.store().text(atom.id)));
            for (const TypeId arg : atom.args)
                any |= arg == TypeStore::nothing; // nothing was seen to be put in
            for (const TypeId arg : atom.args)
                if (!any)
                    collect_classes(arg, classes, any, depth - 1);
            break;
        default: break;
        }
    }
}

const std::set<ClassId>* ProvenanceFlow::classes_in(TypeId type) {
    const auto [at, fresh] = classes_in_.try_emplace(type);
    if (fresh) {
        bool any = type == TypeStore::nothing; // no expression of its own, or code that inference never reached
        collect_classes(type, at->second.second, any, 4);
        at->second.first = any;
    }
    return at->second.first ? nullptr : &at->second.second;
}

ProvenanceId ProvenanceFlow::fitting(ProvenanceId value, TypeId type) {
    if (value == 0)
        return 0;
    const std::set<ClassId>* classes = classes_in(type);
    if (classes == nullptr)
        return value;
    const auto [at, fresh] = fitting_.try_emplace((static_cast<std::uint64_t>(value) << 32U) | type.value, value);
    if (!fresh)
        return at->second;
    std::set<Provenance> out;
    for (const Provenance& one : get(value)) {
        const ClassId own = class_at(one);
        if (!own || llvm::any_of(*classes, [&](ClassId id) { return related(own, id); }))
            out.insert(one);
    }
    const ProvenanceId id = intern(std::move(out));
    fitting_[(static_cast<std::uint64_t>(value) << 32U) | type.value] = id;
    return id;
}

PathId ProvenanceFlow::extend(PathId path, const PathStep& step) {
    LoadPath longer = paths_[path];
    std::size_t levels = 0;
    while (levels < longer.size() && same_relationship(longer[longer.size() - 1 - levels], step))
        ++levels;
    if (levels == 0 || (!longer.back().repeated && levels < max_levels && longer.size() < max_path)) {
        longer.push_back(step);
    } else {
        longer.resize(longer.size() - levels + 1);
        longer.back().repeated = true;
    }
    const auto [at, fresh] = path_index_.try_emplace(longer, static_cast<PathId>(paths_.size()));
    if (fresh)
        paths_.push_back(std::move(longer));
    return at->second;
}

SlotId ProvenanceFlow::attribute_slot(ClassId owner, llvm::StringRef name) {
    const auto [at, fresh] = attribute_slots_.try_emplace({owner.value, name.str()}, 0);
    if (fresh)
        at->second = slots_.add();
    return at->second;
}

void ProvenanceFlow::run() {
    if (models_.models().empty())
        return;
    expiry_.run();
    for (const auto& module : program_.modules)
        definition_base_.push_back(slots_.add(symbols_.bindings(module->id).definitions().size()));
    for (const auto& module : program_.modules)
        values_.emplace_back(module->tree.size(), 0);
    return_base_ = slots_.add(symbols_.functions().size());
    for (const FunctionInfo& info : symbols_.functions()) {
        parameters_.push_back(parameters_of(program_.module(info.module).tree.node(info.node)));
        parameter_base_.push_back(slots_.add(parameters_.back().size()));
    }
    note_resolvers();
    const std::size_t units = program_.modules.size() + symbols_.functions().size();
    for (UnitId unit = 0; unit < units; ++unit)
        slots_.enqueue(unit);
    slots_.run([this](UnitId unit) { evaluate_unit(unit); }, max_rounds);
}

void ProvenanceFlow::evaluate_unit(UnitId unit) {
    const std::size_t modules = program_.modules.size();
    function_ = FunctionId{};
    if (unit < modules) {
        module_ = program_.modules[unit].get();
        bindings_ = &symbols_.bindings(module_->id);
        visit(module_->tree.root());
        return;
    }
    function_ = FunctionId{static_cast<std::uint32_t>(unit - modules)};
    const FunctionInfo& info = symbols_.function(function_);
    module_ = &program_.module(info.module);
    bindings_ = &symbols_.bindings(info.module);
    const Node body = module_->tree.node(info.node).child(Field::body);
    receive_dependencies();
    if (info.is_lambda)
        write(return_base_ + function_.value, evaluate(body));
    else
        visit(body);
    read_response(function_);
}

/// `Depends(f)`: the parameter is what f gives. Where the dependency stands in an alias of the annotation its type
/// tells which parameter is meant.
void ProvenanceFlow::receive_dependencies() {
    const auto& parameters = parameters_[function_.value];
    for (const std::uint32_t index : calls_.callees(function_)) {
        const CallEdge& edge = calls_.edges()[index];
        if (edge.kind != CallEdge::Kind::dependency)
            continue;
        const ProvenanceId given = slots_.read(return_base_ + edge.callee.value);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const Node parameter = module_->tree.node(parameters[i].node);
            const bool inside =
                edge.place.module == module_->id && module_->tree.node(edge.place.node).inside(parameter);
            const TypeId type = types_.parameter(function_, i);
            if (inside || (edge.place.module != module_->id && types_.mapped_instance(type)))
                write(parameter_base_[function_.value] + static_cast<SlotId>(i), fitting(given, type));
        }
    }
}

/// Statements: everything below, except for the bodies of other functions.
void ProvenanceFlow::visit(Node node) {
    switch (node.kind()) {
    case Kind::comment:
    case Kind::import_statement:
    case Kind::import_from_statement:
    case Kind::type: return;
    case Kind::function_definition:
        for (const ParameterInfo& parameter : parameters_of(node))
            if (parameter.default_value != no_node)
                (void)evaluate(module_->tree.node(parameter.default_value));
        return;
    case Kind::return_statement: {
        const Node value = node.named_child(0);
        if (value && function_)
            write(return_base_ + function_.value, evaluate(value));
        return;
    }
    case Kind::assignment: {
        const Node left = node.child(Field::left);
        Node right = node.child(Field::right);
        if (right.is(Kind::assignment)) {
            visit(right);
            while (right.is(Kind::assignment))
                right = right.child(Field::right);
        }
        if (right)
            assign(left, evaluate(right));
        return;
    }
    case Kind::augmented_assignment:
        assign(node.child(Field::left), join(evaluate(node.child(Field::left)), evaluate(node.child(Field::right))));
        return;
    case Kind::for_statement:
        assign(node.child(Field::left), iterated(node.child(Field::right), evaluate(node.child(Field::right))));
        visit(node.child(Field::body));
        if (const Node alternative = node.child(Field::alternative))
            visit(alternative);
        return;
    case Kind::with_item: {
        const Node value = node.child(Field::value);
        if (value.is(Kind::as_pattern)) {
            ProvenanceId given = evaluate(value.named_child(0));
            // A function under @contextmanager gives what it yields.
            if (const CallInfo* info = types_.call({module_->id, value.named_child(0).id()}))
                for (const CallTarget& target : info->targets)
                    if (target.function && !calls_.context_kind(target.function).empty())
                        given = join(given, slots_.read(return_base_ + target.function.value));
            if (const Node alias = value.child(Field::alias))
                assign(alias, given);
        } else {
            (void)evaluate(value);
        }
        return;
    }
    case Kind::if_statement:
    case Kind::elif_clause:
    case Kind::while_statement:
        if (const Node condition = node.child(Field::condition)) {
            (void)evaluate(condition);
            (void)run_special_methods(condition, {"__bool__", "__len__"});
        }
        for (Node child = node.first_child(); child; child = child.next_sibling())
            if (child.named() && child.field() != Field::condition)
                visit(child);
        return;
    case Kind::module:
    case Kind::block:
    case Kind::class_definition:
    case Kind::decorated_definition:
    case Kind::expression_statement:
    case Kind::else_clause:
    case Kind::try_statement:
    case Kind::except_clause:
    case Kind::finally_clause:
    case Kind::with_statement:
    case Kind::with_clause:
    case Kind::match_statement:
    case Kind::case_clause:
    case Kind::delete_statement:
    case Kind::assert_statement:
    case Kind::raise_statement:
    case Kind::decorator:
    case Kind::error:
        for (Node child = node.first_child(); child; child = child.next_sibling())
            if (child.named())
                visit(child);
        return;
    case Kind::case_pattern: { // captures may be the subject or a part of it
        ProvenanceId subject = 0;
        for (const Node one : node.ancestor(Kind::match_statement).children(Field::subject))
            subject = join(subject, evaluate(one));
        match_pattern(node, subject);
        return;
    }
    default: (void)evaluate(node); return;
    }
}

void ProvenanceFlow::assign(Node target, ProvenanceId value) {
    switch (target.kind()) {
    case Kind::identifier:
        if (const DefinitionId id = bindings_->definition_at(target.id()))
            write(definition_slot(module_->id, id), value);
        return;
    case Kind::attribute: assign_attribute(target, value); return;
    case Kind::subscript: { // what is put into a container becomes part of what its name holds
        (void)evaluate(target.child(Field::value));
        grow(target.child(Field::value), value);
        return;
    }
    case Kind::tuple_pattern:
    case Kind::list_pattern:
    case Kind::pattern_list:
    case Kind::tuple:
    case Kind::list:
    case Kind::list_splat_pattern:
    case Kind::as_pattern_target:
    case Kind::parenthesized_expression:
        for (const Node part : target.named_children())
            assign(part, value);
        return;
    default: return;
    }
}

/// What is put into a container becomes part of what its name or attribute holds.
void ProvenanceFlow::grow(Node container, ProvenanceId value) {
    if (!container)
        return;
    if (container.is(Kind::identifier))
        for (const DefinitionId id : bindings_->reaching(container.id()))
            write(definition_slot(module_->id, id), value);
    else if (container.is(Kind::attribute))
        assign(container, value);
    else if (container.is(Kind::subscript))
        grow(container.child(Field::value), value);
    else if (container.is(Kind::call)) // groups.setdefault(key, []).append(x)
        grow(container.child(Field::function).child(Field::object), value);
}

const std::set<Provenance>& ProvenanceFlow::of(ModuleId module, DefinitionId id) const {
    const ModuleBindings& bindings = symbols_.bindings(module);
    const Definition& made = bindings.definition(id);
    if (made.kind != DefinitionKind::parameter)
        return get(slots_.peek(definition_slot(module, id)));
    const NodeId around = bindings.scope(bindings.symbol(made.symbol).scope).node;
    const FunctionId function = symbols_.function_at({module, around});
    if (function)
        for (std::size_t i = 0; i < parameters_[function.value].size(); ++i)
            if (parameters_[function.value][i].name_node == made.name)
                return get(slots_.peek(parameter_base_[function.value] + static_cast<SlotId>(i)));
    return get(0);
}

} // namespace sqlawait
