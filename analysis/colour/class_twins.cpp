// Classes of which code of both colours makes instances: they get two forms, as functions do, where the instances hold
// a session. The methods of each form keep their names, so that only who names the class has to say which one is meant.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

// Classes outside of the program that a class may have as bases and still stand twice: they keep no register.
bool keeps_no_register(llvm::StringRef base) {
    return base == "builtins.object" ||
           llvm::is_contained({"typing", "abc", "typing_extensions", "collections.abc", "contextlib", "threading"},
                              base.rsplit('.').first);
}

/// Brackets and tuples around an expression: `isinstance(x, (A, B))`.
Node outside_tuple(Node expression) {
    Node at = expression;
    while (at.parent().is_any(Kind::parenthesized_expression, Kind::tuple))
        at = at.parent();
    return at;
}

} // namespace

/// Classes whose instances hold a session, and what names them.
void Colouring::find_class_uses() {
    const std::size_t count = symbols_.classes().size();
    class_obstacles_.assign(count, std::nullopt);
    class_forms_.assign(count, std::nullopt);
    class_twins_.assign(count, false);
    makes_twin_.assign(symbols_.functions().size(), false);
    given_sync_.assign(count, false);
    made_.assign(count, {});
    async_classes_.assign(count, {});
    find_async_classes();
    class_uses_ = named_classes([&](ClassId id) { return bool(holds_session_[id.value]); });
    for (const ClassInfo& info : symbols_.classes())
        if (holds_session_[info.id.value])
            class_obstacles_[info.id.value] = class_obstacle(info);
    for (const ClassUse& use : class_uses_)
        if (!class_obstacles_[use.class_.value] && !is_followed(use))
            class_obstacles_[use.class_.value] =
                Obstacle{"the class is used as a value where it cannot be seen which form is meant", use.place};
    find_written_class_attributes();
}

/// The class that stands beside another one as its asynchronous form, or none: `AsyncService` beside `Service`,
/// `Service` beside `ServiceSync`.
ClassId Colouring::find_async_class(const ClassInfo& info) const {
    const Scope& scope = symbols_.bindings(info.module).scope(ScopeId{0});
    const auto find = [&](llvm::StringRef name) {
        const auto found = scope.by_name.find(name.str());
        if (found == scope.by_name.end())
            return ClassId();
        for (const DefinitionId id : symbols_.bindings(info.module).symbol(found->second).definitions) {
            const ClassId other = symbols_.class_at({info.module, symbols_.bindings(info.module).definition(id).node});
            if (!other || other == info.id)
                continue;
            for (const ClassId base : types_.linearised(other))
                if (llvm::any_of(symbols_.class_(base).methods,
                                 [&](FunctionId method) { return symbols_.function(method).is_async; }))
                    return other;
        }
        return ClassId();
    };
    if (const ClassId other = find(async_value_name(info.name)))
        return other;
    llvm::StringRef name = info.name;
    return name.consume_back(class_suffix) ? find(name) : ClassId();
}

/// Methods of a class whose asynchronous form stands beside it have theirs there.
void Colouring::find_async_classes() {
    for (const ClassInfo& info : symbols_.classes()) {
        if (!holds_session_[info.id.value])
            continue;
        const ClassId other = async_classes_[info.id.value] = find_async_class(info);
        if (!other)
            continue;
        for (const FunctionId method : info.methods)
            if (const FunctionId form = types_.method(other, symbols_.function(method).name);
                form && symbols_.function(form).is_async)
                state(method).async_form = form;
    }
}

/// The function whose text holds a node, its header and decorators included.
FunctionId Colouring::text_owner(const Module& module, Node node) const {
    Node below = node;
    for (Node up = node.parent(); up; below = up, up = up.parent()) {
        if (up.is(Kind::function_definition) && below.field() != Field::body)
            return symbols_.function_at({module.id, up.id()});
        if (up.is(Kind::decorated_definition) && below.is(Kind::decorator))
            return symbols_.function_at({module.id, up.child(Field::definition).id()});
        if (up.is_any(Kind::block, Kind::lambda, Kind::module))
            break;
    }
    return symbols_.enclosing_function({module.id, node.id()});
}

bool Colouring::only_adds_methods(const ClassInfo& info, Node decorator) const {
    const Node named = decorator.named_child(0);
    const Node callee = named.is(Kind::call) ? named.child(Field::function) : named;
    return llvm::is_contained({"dataclasses.dataclass", "typing.final", "typing_extensions.final",
                               "typing.runtime_checkable", "functools.total_ordering"},
                              knowledge_.canonical(symbols_.external_name(info.module, callee)));
}

/// Why a class cannot stand twice, whoever uses it.
std::optional<Obstacle> Colouring::class_obstacle(const ClassInfo& info) const {
    const Module& module = program_.module(info.module);
    const Node node = module.tree.node(info.node);
    const Place place{info.module, info.node};
    const Node above = node.parent().is(Kind::decorated_definition) ? node.parent() : node;
    if (!above.parent().is(Kind::module))
        return Obstacle{"the class is not defined at the top of its module", place};
    for (const Node decorator : above.named_children())
        if (decorator.is(Kind::decorator)) {
            if (!only_adds_methods(info, decorator))
                return Obstacle{"its decorator may register the class, which cannot be for two", place};
        }
    if (types_.metaclass(info.id))
        return Obstacle{"its metaclass may register the class, which cannot be for two", place};
    for (const std::string& base : types_.external_bases(info.id))
        if (!keeps_no_register(base))
            return Obstacle{"its base " + base + " may register the class, which cannot be for two", place};
    for (const ClassId base : types_.linearised(info.id))
        for (const FunctionId method : symbols_.class_(base).methods)
            if (symbols_.function(method).name == "__init_subclass__" && hands_on_class(method))
                return Obstacle{"its base registers subclasses in __init_subclass__(), which cannot be for two", place};
    for (const ClassInfo& inner : symbols_.classes())
        if (inner.module == info.module && inner.node > info.node &&
            inner.node < module.tree.record(info.node).subtree_end)
            return Obstacle{"a class is defined inside of it", place};
    return std::nullopt;
}

/// Whether the place itself tells which form of the class is meant.
bool Colouring::is_followed(const ClassUse& use) const {
    const Node node = this->node(use.place);
    if (is_test_module(use.place.module) || node.ancestor(Kind::type) || depended_on_.contains(use.place))
        return true;
    const Node at = outside_tuple(node);
    const Node parent = at.parent();
    if (parent.is(Kind::call))
        return parent.child(Field::function) == at;
    if (parent.is(Kind::attribute))
        return parent.child(Field::object) == at;
    // An alias of a type: `Optional[Service]`, `Annotated[Service, Depends(...)]`
    if (parent.is(Kind::subscript)) {
        const Node value = parent.child(Field::value);
        if (value == at)
            return true;
        const std::string outside = knowledge_.canonical(symbols_.external_name(use.place.module, value));
        return llvm::StringRef(outside).starts_with("typing") || is_override(use);
    }
    if (!parent.is(Kind::argument_list))
        return false;
    if (parent.parent().is(Kind::class_definition))
        return true;
    const Node callee = parent.parent().child(Field::function);
    if (callee.is(Kind::identifier) && llvm::is_contained({"isinstance", "issubclass", "super"}, callee.text()))
        return !symbols_.bindings(use.place.module).symbol_at(callee.id()) ||
               symbols_.resolve_expression(use.place.module, callee).empty();
    return knowledge_.canonical(symbols_.external_name(use.place.module, callee)) == "typing.cast";
}

/// `Service.count += 1`: two classes would have two of it.
void Colouring::find_written_class_attributes() {
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Kind kind = module->tree.record(id).kind;
            if (kind != Kind::assignment && kind != Kind::augmented_assignment)
                continue;
            const Node left = module->tree.node(id).child(Field::left);
            if (!left.is(Kind::attribute) || is_test_module(module->id))
                continue;
            for (const Atom& atom : types_.store().atoms(types_.type_of({module->id, left.child(Field::object).id()})))
                if (atom.kind == Atom::Kind::class_)
                    for (const ClassId class_ : types_.linearised(ClassId{atom.id}))
                        if (holds_session_[class_.value] && !class_obstacles_[class_.value])
                            class_obstacles_[class_.value] = Obstacle{"the program writes the class attribute '" +
                                                                          left.child(Field::attribute).text().str() +
                                                                          "', of which two classes would have two",
                                                                      {module->id, id}};
        }
}

/// `users = Users(SessionLocal())` at module level has the session that module-level code makes, a synchronous one:
/// whoever reads it stays synchronous.
void Colouring::find_module_instances() {
    std::set<std::pair<ModuleId, SymbolId>> given;
    for (const auto& module : program_.modules) {
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        for (const CallInfo& call : types_.calls(module->id)) {
            const Node node = module->tree.node(call.node);
            const Node assignment = node.parent();
            if (symbols_.enclosing_function({module->id, call.node}) || !assignment.is(Kind::assignment) ||
                !assignment.child(Field::left).is(Kind::identifier) ||
                !node.child(Field::arguments).is(Kind::argument_list) ||
                llvm::none_of(call.targets, [&](const CallTarget& target) {
                    return target.constructed && holds_session_[target.constructed.value];
                }))
                continue;
            const auto arguments = node.child(Field::arguments).named_children();
            const bool session = llvm::any_of(arguments, [&](Node argument) {
                const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
                return is_session_like(types_.type_of({module->id, value.id()}));
            });
            const SymbolId symbol = bindings.symbol_at(assignment.child(Field::left).id());
            if (session && symbol && bindings.scope(bindings.symbol(symbol).scope).kind == ScopeKind::module)
                given.emplace(module->id, symbol);
        }
    }
    if (given.empty())
        return;
    for (const auto& module : program_.modules) {
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (!node.is_any(Kind::identifier, Kind::attribute) || bindings.definition_at(id))
                continue;
            const FunctionId reader = symbols_.enclosing_function({module->id, id});
            if (!reader || !is_session_like(types_.type_of({module->id, id})))
                continue;
            const SymbolId symbol = node.is(Kind::identifier) ? bindings.symbol_at(id) : SymbolId();
            const auto targets = symbols_.resolve_expression(module->id, node);
            const bool read =
                (symbol && given.contains({module->id, symbol})) || llvm::any_of(targets, [&](const Target& target) {
                    return target.kind == Target::Kind::variable && given.contains({target.module, target.symbol});
                });
            if (read)
                obstruct(reader,
                         "it works with '" + node.text().str() +
                             "', to which code at module level gives a synchronous session",
                         {module->id, id});
        }
    }
}

/// What the asynchronous form of a class that stands beside it does not have cannot be asked of it.
void Colouring::find_missing_methods() {
    for (const ClassInfo& info : symbols_.classes()) {
        const ClassId other = async_classes_[info.id.value];
        if (!other)
            continue;
        for (const FunctionId method : info.methods)
            if (turns(method) && !state(method).async_form && !is_special(symbols_.function(method).name))
                obstruct(method,
                         "the asynchronous form " + symbols_.class_(other).name + " of its class has no " +
                             symbols_.function(method).name + "()",
                         {info.module, symbols_.function(method).node});
    }
}

/// In which forms instances are made, of each class or of one below it.
Colouring::Instances Colouring::find_instances() const {
    const std::size_t count = symbols_.classes().size();
    Instances out{std::vector<Form>(count), std::vector<bool>(count), Makers(count)};
    const auto make = [&](ClassId id, FunctionId maker, Place place, Form form) {
        for (const ClassId base : types_.linearised(id)) {
            out.made[base.value].sync |= form.sync;
            out.made[base.value].async |= form.async;
            out.makers[base.value].emplace_back(maker, place);
        }
    };
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id))
            for (const CallTarget& target : call.targets) {
                if (!target.constructed || !holds_session_[target.constructed.value])
                    continue;
                const Place place{module->id, call.node};
                const FunctionId maker = symbols_.enclosing_function(place);
                make(target.constructed, maker, place, maker ? state(maker).want : Form{.sync = true, .async = false});
            }
    for (const ClassUse& use : class_uses_)
        if (is_given(use)) {
            const Form form = use.function ? state(use.function).want : Form{};
            make(use.class_, use.function, use.place,
                 form.sync || form.async ? form : Form{.sync = false, .async = true});
            for (const ClassId base : types_.linearised(use.class_))
                out.given_sync[base.value] = out.given_sync[base.value] || form.sync;
        }
    return out;
}

/// `Depends(Service)`, or `service: Service = Depends()`: the framework makes the instance.
bool Colouring::is_given(const ClassUse& use) const {
    if (depended_on_.contains(use.place))
        return true;
    const Node type = node(use.place).ancestor(Kind::type);
    if (!type || !use.function)
        return false;
    const Node value = type.parent().child(Field::value);
    return value.is(Kind::call) && depended_on_.contains({use.place.module, value.id()});
}

/// `app.dependency_overrides[Service]`: the key is what routes name.
bool Colouring::is_override(const ClassUse& use) const {
    const Node parent = node(use.place).parent();
    const Node value = parent.child(Field::value);
    return parent.is(Kind::subscript) && value.is(Kind::attribute) && value != node(use.place) &&
           value.child(Field::attribute).text() == "dependency_overrides";
}

/// Whether a class, its bases or its subclasses have methods whose text differs between the forms.
bool Colouring::has_two_texts(ClassId id) const {
    for (const ClassId base : types_.linearised(id))
        for (const FunctionId method : symbols_.class_(base).methods)
            if (state(method).coloured)
                return true;
    return false;
}

/// Whether the body of a method differs between the forms, not only what its header says for the framework.
bool Colouring::has_own_text(FunctionId id) const {
    const State& own = state(id);
    return own.io || own.makes_session || makes_twin_[id.value] || !values_read_[id.value].empty() ||
           llvm::any_of(calls_.callees(id), [&](std::uint32_t index) {
               const CallEdge& edge = calls_.edges()[index];
               return edge.kind != CallEdge::Kind::dependency && edge.kind != CallEdge::Kind::override_ &&
                      state(edge.callee).coloured;
           });
}

/// Whether synchronous code needs more of a class than what is the same in both forms.
bool Colouring::is_asked_sync(ClassId id) const {
    return llvm::any_of(types_.linearised(id), [&](ClassId base) {
        return llvm::any_of(symbols_.class_(base).methods, [&](FunctionId method) {
            return state(method).coloured && state(method).want.sync && has_own_text(method);
        });
    });
}

/// Which classes get two forms. Gives whether that has changed, or something had to be refused for it.
bool Colouring::find_class_twins() {
    const auto [made, given_sync, makers] = find_instances();
    std::vector<bool> twins(made.size(), false);
    bool found = false;
    makes_twin_.assign(symbols_.functions().size(), false);
    for (const ClassInfo& info : symbols_.classes())
        for (const auto& [maker, place] : makers[info.id.value])
            if (maker && class_twins_[info.id.value])
                makes_twin_[maker.value] = true;
    for (const ClassInfo& info : symbols_.classes()) {
        const std::size_t index = info.id.value;
        if (!holds_session_[index] || !made[index].twin() || !has_two_texts(info.id) || !is_asked_sync(info.id) ||
            async_classes_[index])
            continue;
        const auto refused = llvm::find_if(types_.linearised(info.id), [&](ClassId base) {
            return class_obstacles_[base.value] && has_two_texts(base);
        });
        if (refused == types_.linearised(info.id).end()) {
            twins[index] = true;
            continue;
        }
        // It has one form; who would need the other one does not turn.
        const Obstacle& obstacle = *class_obstacles_[refused->value];
        const std::string text =
            "both forms of " + symbols_.class_(*refused).name + " are needed, but " + obstacle.text;
        for (const FunctionId method : info.methods)
            if (state(method).io && !state(method).obstacle && turns(method)) {
                obstruct(method, text, obstacle.place);
                found = true;
            }
        for (const auto& [maker, place] : makers[index])
            if (maker && state(maker).want.async && !state(maker).obstacle) {
                obstruct(maker, text, place);
                found = true;
            }
    }
    std::vector<std::optional<Form>> allowed(made.size());
    for (const ClassInfo& info : symbols_.classes())
        for (const ClassId base : types_.linearised(info.id))
            if (twins[info.id.value] || twins[base.value]) {
                if (made[base.value].sync || made[base.value].async)
                    allowed[base.value] = made[base.value];
                if (made[info.id.value].sync || made[info.id.value].async)
                    allowed[info.id.value] = made[info.id.value];
                else if (twins[base.value]) // nobody makes it: it goes with the form of its base that keeps the name
                    allowed[info.id.value] = {.sync = keeps_sync_name(base), .async = !keeps_sync_name(base)};
            }
    found |= find_handed_methods(twins);
    const bool changed = twins != class_twins_ || allowed != class_forms_ || given_sync != given_sync_;
    made_ = made;
    // Each round asks what the one before has answered; that ends, as a rule after two.
    if (!changed || ++class_rounds_ > max_class_rounds)
        return found;
    class_twins_ = std::move(twins);
    given_sync_ = given_sync;
    class_forms_ = std::move(allowed);
    return true;
}

/// Asynchronous code that hands a method of its own object to who calls it synchronously (a thread).
bool Colouring::find_handed_methods(const std::vector<bool>& twins) {
    bool found = false;
    for (const CallEdge& edge : calls_.edges()) {
        const FunctionInfo& callee = symbols_.function(edge.callee);
        if (edge.kind != CallEdge::Kind::reference || !edge.caller || !callee.owner || callee.is_async ||
            !twins[callee.owner.value] || !state(edge.callee).io || is_bridge(edge))
            continue;
        const bool stays = edge.entry == Entry::sync || edge.entry == Entry::unknown;
        const auto planned = use_of_edge_.find(static_cast<std::uint32_t>(&edge - calls_.edges().data()));
        if (!stays || planned != use_of_edge_.end() || !state(edge.caller).want.async || state(edge.caller).obstacle)
            continue;
        obstruct(edge.caller, "it hands " + callee.qualified_name + " to code that calls it synchronously", edge.place);
        found = true;
    }
    return found;
}

/// The asynchronous form of a class is whole: what is to come finds everything in it. The synchronous one is whole
/// where it keeps the name.
void Colouring::demand_class_twins() {
    for (const ClassInfo& info : symbols_.classes()) {
        if (!class_twins_[info.id.value])
            continue;
        for (const FunctionId method : info.methods) {
            if (!state(method).coloured)
                continue;
            demand(method, true, {}, "the asynchronous form of " + info.name + " is whole", false);
            if (keeps_sync_name(info.id))
                demand(method, false, {}, "the synchronous form of " + info.name + " is whole", false);
        }
    }
}

/// Whether the synchronous form of a class keeps the plain name.
bool Colouring::keeps_sync_name(ClassId id) const {
    return options_.twin_strategy || llvm::any_of(class_uses_, [&](const ClassUse& use) {
               return use.class_ == id && !module_of(use.place).editable();
           });
}

/// The dependency in a constructor's default, `def __init__(self, db: Session = Depends(get_db))`, is for the
/// framework. Where no synchronous code is given the class, its synchronous form needs none.
bool Colouring::is_unused_default(const CallEdge& edge, bool async) const {
    const ClassId owner = edge.caller ? symbols_.function(edge.caller).owner : ClassId();
    return !async && edge.kind == CallEdge::Kind::dependency && owner && class_twins_[owner.value] &&
           symbols_.function(edge.caller).name == "__init__" && !given_sync_[owner.value];
}

/// A static method needs no instance.
bool Colouring::is_static(const FunctionInfo& function) const {
    const Node definition = module_of({function.module, 0}).tree.node(function.node).parent();
    return definition.is(Kind::decorated_definition) && llvm::any_of(definition.named_children(), [&](Node child) {
               return child.is(Kind::decorator) && child.named_child(0).text() == "staticmethod";
           });
}

/// Whether no instance of a method's class is ever made in a form, where other classes of its family have both.
bool Colouring::is_barred(FunctionId id, bool async) const {
    const FunctionInfo& function = symbols_.function(id);
    const ClassId owner = function.owner;
    if (!owner || !class_forms_[owner.value] || is_static(function))
        return false;
    const Form form = *class_forms_[owner.value];
    return async ? !form.async : !form.sync;
}

/// A class that nobody makes has one form. Where a method of it has to stay synchronous the others do, and so does what
/// its constructor says of the session.
bool Colouring::keep_unmade(const ClassInfo& info) {
    const auto& methods = info.methods;
    const auto stays = llvm::find_if(methods, [&](FunctionId method) {
        return state(method).io && state(method).obstacle && !state(method).possible &&
               holder_users_[info.id.value].contains(method);
    });
    if (stays == methods.end())
        return false;
    const std::string text = symbols_.function(*stays).qualified_name +
                             " works with the same session and stays synchronous: " + state(*stays).obstacle->text;
    bool found = false;
    for (const FunctionId method : methods)
        if (state(method).want.async && !state(method).obstacle && !symbols_.function(method).is_async) {
            obstruct(method, text, {info.module, symbols_.function(method).node});
            found = true;
        }
    return found;
}

/// Objects that hold a session have the colour of who makes them; who stays of another colour cannot use them.
bool Colouring::find_holder_conflicts() {
    const auto [made, given_sync, makers] = find_instances();
    bool found = false;
    for (const ClassInfo& info : symbols_.classes()) {
        const Form form = made[info.id.value];
        if (!form.sync && !form.async)
            found |= keep_unmade(info);
        if (form.sync == form.async)
            continue;
        for (const FunctionId user : holder_users_[info.id.value]) {
            const State& there = state(user);
            if (!there.io || there.want.twin() || there.want.sync == form.sync || is_test_code(user) ||
                is_special(symbols_.function(user).name))
                continue;
            const std::string& name = symbols_.function(user).qualified_name;
            if (form.async && there.obstacle && !there.possible) {
                for (const auto& [maker, place] : makers[info.id.value])
                    if (maker && !state(maker).obstacle) {
                        obstruct(maker,
                                 "it makes the " + info.name + " of " + name +
                                     ", which stays synchronous: " + there.obstacle->text,
                                 place);
                        found = true;
                    }
            } else if (form.sync && there.want.async && !there.obstacle) {
                const FunctionId maker = makers[info.id.value].front().first;
                if (!maker || !state(maker).obstacle)
                    continue;
                obstruct(user,
                         "the " + info.name + " that it works with is made by " +
                             symbols_.function(maker).qualified_name + ": " + state(maker).obstacle->text,
                         makers[info.id.value].front().second);
                found = true;
            }
        }
    }
    return found;
}

void Colouring::colour_class_twins(ColourTable& table) {
    table.class_twins_.resize(symbols_.classes().size());
    if (options_.select_only)
        return;
    for (const ClassInfo& info : symbols_.classes()) {
        if (!class_twins_[info.id.value])
            continue;
        ColouredClass& own = table.class_twins_[info.id.value];
        own.twin = true;
        own.async_name = own.sync_name = info.name;
        std::string& other = keeps_sync_name(info.id) ? own.async_name : own.sync_name;
        other = &other == &own.async_name ? async_value_name(info.name) : info.name + class_suffix.str();
        while (symbols_.bindings(info.module).scope(ScopeId{0}).by_name.contains(other))
            other += "_";
        for (const FunctionId method : info.methods) {
            ColouredFunction& function = table.functions_[method.value];
            if (!state(method).coloured)
                function.form = {.sync = true, .async = true}; // part of both
        }
    }
    for (const ClassInfo& info : symbols_.classes())
        if (const ClassId other = async_classes_[info.id.value])
            table.class_twins_[info.id.value] = {
                .twin = false, .beside = true, .async_name = symbols_.class_(other).name, .sync_name = info.name};
    for (const ClassUse& use : class_uses_) {
        const ColouredClass& named_class = table.class_twins_[use.class_.value];
        if (!named_class.twin && !named_class.beside)
            continue;
        ColourTable::NamedClass named{.class_ = use.class_};
        // In the text of a form that stands beside the other one that form is meant.
        const ClassId form = use.function ? symbols_.function(use.function).owner : ClassId();
        if (is_override(use) || (form && llvm::is_contained(async_classes_, form)))
            named.async = true;
        else if (form && async_classes_[form.value])
            named.sync = true;
        else if (!use.function)
            form_outside(use, named);
        else if (const ColouredFunction& around = table.functions_[use.function.value];
                 around.form.twin() && !around.io && !table.twin_class_of(symbols_, use.function)) {
            named.async = is_given(use);
            named.either = !named.async;
        }
        table.named_classes_.emplace(use.place, named);
    }
}

/// Which form is meant at module or class level.
void Colouring::form_outside(const ClassUse& use, ColourTable::NamedClass& named) const {
    const Module& module = module_of(use.place);
    const Node node = module.tree.node(use.place.node);
    for (Node up = node.parent(); up; up = up.parent())
        if (up.is(Kind::class_definition)) {
            const ClassId around = symbols_.class_at({module.id, up.id()});
            if (!around || class_twins_[around.value])
                return; // written once for each form
            if (around == async_classes_[use.class_.value]) {
                named.sync = true; // `seen = Service.seen`: one for both forms
                return;
            }
            const Form form = made_[around.value];
            named.sync = form.sync && !form.async;
            named.async = !named.sync;
            return;
        }
    if (value_around(use.place) != none_index)
        return; // has the form of the value
    const Node parent = outside_tuple(node).parent();
    const Node assignment = node.ancestor(Kind::assignment);
    const bool made = parent.is(Kind::call) || (node.ancestor(Kind::type) && assignment);
    named.sync = made;
    named.async = !made && (is_given(use) || parent.is_any(Kind::subscript, Kind::attribute));
    named.either = !named.sync && !named.async;
}

} // namespace sqlawait
