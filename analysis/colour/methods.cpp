// Methods that Python itself runs and never awaits: constructors, `len()` and subscripts, setters, cached properties.
// Where every use of one is found its asynchronous form is an ordinary method, and the uses call that.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

/// Names to choose from for the ordinary method; none: other special methods run where no program shows it (`print`,
/// `sorted`, a hash table), or have an asynchronous counterpart.
std::vector<std::string> ordinary_names(llvm::StringRef special) {
    const llvm::StringRef name = llvm::StringSwitch<llvm::StringRef>(special)
                                     .Case("__len__", "length")
                                     .Case("__bool__", "is_true")
                                     .Case("__contains__", "contains")
                                     .Case("__getitem__", "get_item")
                                     .Case("__setitem__", "set_item")
                                     .Case("__delitem__", "delete_item")
                                     .Case("__post_init__", "_post_init")
                                     .Default("");
    if (special == "__init__")
        return {"create", "build", "make"};
    return name.empty() ? std::vector<std::string>() : std::vector<std::string>{name.str()};
}

/// Bases outside of the program that run none of these methods.
bool runs_none(llvm::StringRef base) {
    return llvm::is_contained(
        {"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "enum.Enum"},
        base);
}

bool mentions(Node region, llvm::StringRef name, Offset before) {
    const SyntaxTree& tree = region.tree();
    for (NodeId at = region.id(); at < tree.record(region.id()).subtree_end; ++at)
        if (tree.record(at).kind == Kind::identifier && tree.node(at).text() == name && tree.node(at).begin() < before)
            return true;
    return false;
}

bool holds_call(Node node) {
    const SyntaxTree& tree = node.tree();
    for (NodeId at = node.id(); at < tree.record(node.id()).subtree_end; ++at)
        if (tree.node(at).is_any(Kind::call, Kind::await, Kind::named_expression))
            return true;
    return false;
}

bool is_path(Node node) {
    while (node.is(Kind::attribute))
        node = node.child(Field::object);
    return node.is(Kind::identifier);
}

} // namespace

/// The one decorator of a method, or no node.
Node Colouring::only_decorator(const FunctionInfo& function) const {
    const Node decorated = module_of({function.module, 0}).tree.node(function.node).parent();
    if (!decorated.is(Kind::decorated_definition))
        return {};
    Node out;
    for (const Node child : decorated.named_children())
        if (child.is(Kind::decorator)) {
            if (out)
                return {};
            out = child.named_child(0);
        }
    return out;
}

bool Colouring::is_cached_property(const FunctionInfo& function) const {
    const Node decorator = only_decorator(function);
    return decorator && calls_.is_property(function.id) &&
           knowledge_.canonical(symbols_.external_name(function.module, decorator)) == "functools.cached_property";
}

/// The class and what is above and below it.
std::vector<ClassId> Colouring::relatives(ClassId id) const {
    std::vector<ClassId> out(types_.linearised(id));
    std::vector<ClassId> below{id};
    for (std::size_t at = 0; at < below.size(); ++at)
        for (const ClassId further : types_.subclasses(below[at]))
            if (!llvm::is_contained(below, further)) {
                below.push_back(further);
                out.push_back(further);
            }
    return out;
}

std::string Colouring::free_method_name(llvm::ArrayRef<ClassId> classes, llvm::ArrayRef<std::string> wanted) const {
    const auto is_free = [&](llvm::StringRef name) {
        return llvm::all_of(classes, [&](ClassId id) {
            return types_.attribute(id, name) == TypeStore::nothing && !types_.method(id, name);
        });
    };
    for (const std::string& name : wanted)
        if (is_free(name))
            return name;
    std::string name = wanted.front() + "_async";
    while (!is_free(name))
        name += "_";
    return name;
}

/// Why a method that Python runs cannot become an ordinary one: a use that is not found, or nothing can replace.
std::string Colouring::ordinary_obstacle(const FunctionInfo& function) const {
    const llvm::StringRef name = function.name;
    const bool makes = name == "__init__" || name == "__post_init__";
    for (const ClassId id : relatives(function.owner)) {
        const ClassInfo& info = symbols_.class_(id);
        if (types_.metaclass(id))
            return name.str() + "() of a class with a metaclass cannot await";
        for (const std::string& base : types_.external_bases(id))
            if (!runs_none(base))
                return name.str() + "() may be called by its base " + base + ", which does not await";
        if (calls_.escapes(id))
            return name.str() + "() may be called where the object is not known, and cannot be awaited there";
        if (makes && types_.method(id, "__new__"))
            return "a constructor beside __new__() cannot await";
        const Node above = program_.module(info.module).tree.node(info.node).parent();
        for (const Node decorator : above.named_children())
            if (makes && above.is(Kind::decorated_definition) && decorator.is(Kind::decorator) &&
                !only_adds_methods(info, decorator))
                return "the decorator of the class may make instances, and does not await";
    }
    const Module& module = module_of({function.module, 0});
    const Node definition = module.tree.node(function.node);
    const auto parameters = parameters_of(definition);
    if (parameters.empty() || parameters.front().kind == ParameterInfo::Kind::var_positional)
        return name.str() + "() is not written as a method";
    if (!makes)
        return "";
    if (definition.parent().is(Kind::decorated_definition) || function.is_generator ||
        parameters.front().annotation != no_node)
        return "a decorated constructor cannot await";
    const Node body = definition.child(Field::body);
    if (module.source.lines.at(body.begin()).line == module.source.lines.at(definition.begin()).line)
        return "a constructor on one line cannot await";
    if (name == "__init__" && mentions(definition, "cls", definition.end()))
        return "a constructor with a variable 'cls' cannot await";
    if (name == "__post_init__") {
        if (parameters.size() > 1)
            return "__post_init__() with InitVar cannot await";
        for (const ClassId id : relatives(function.owner))
            if (const FunctionId other = types_.method(id, "__post_init__"); other && !turns(other))
                return "__post_init__() of a base does not await";
    }
    return "";
}

/// Every expression that names a class of some.
std::vector<Colouring::ClassUse> Colouring::named_classes(llvm::function_ref<bool(ClassId)> wanted) const {
    std::set<std::string, std::less<>> names;
    for (const ClassInfo& info : symbols_.classes())
        if (wanted(info.id))
            names.insert(info.name);
    std::vector<ClassUse> out;
    if (names.empty())
        return out;
    const auto holder = [&](const Module& module, Node expression) {
        const auto targets = symbols_.resolve_expression(module.id, expression);
        const bool one = targets.size() == 1 && targets.front().kind == Target::Kind::class_;
        return one && wanted(targets.front().class_) ? targets.front().class_ : ClassId();
    };
    for (const auto& module : program_.modules) {
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        std::map<SymbolId, ClassId> known; // names are resolved once
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            ClassId named;
            if (node.is(Kind::identifier)) {
                const SymbolId symbol = bindings.symbol_at(id);
                if (!symbol || bindings.definition_at(id) || node.parent().is(Kind::aliased_import) ||
                    node.ancestor(Kind::dotted_name))
                    continue;
                const auto [at, fresh] = known.try_emplace(symbol);
                if (fresh)
                    at->second = holder(*module, node);
                named = at->second;
            } else if (node.is(Kind::attribute) && names.contains(node.child(Field::attribute).text())) {
                named = holder(*module, node);
            }
            if (named)
                out.push_back({named, {module->id, id}, text_owner(*module, node)});
        }
    }
    return out;
}

/// Whether everything that names the class shows who makes an instance.
std::optional<Place> Colouring::hidden_maker(ClassId id) const {
    for (const ClassUse& use : constructor_uses_)
        if (use.class_ == id && (depended_on_.contains(use.place) || !is_followed(use))) {
            const Node at = node(use.place);
            if (!at.parent().is(Kind::comparison_operator) && !at.ancestor(Kind::except_clause))
                return use.place;
        }
    return std::nullopt;
}

/// What kind of `__iter__` it is; none: nothing that an asynchronous one could be.
IteratorForm Colouring::iterator_form(const FunctionInfo& function) const {
    const Module& module = module_of({function.module, 0});
    const auto& returns = symbols_.bindings(function.module).scope(function.scope).returns;
    const auto statements = module.tree.node(function.node).child(Field::body).named_children();
    if (returns.size() != 1 || statements.empty() || statements.back().id() != returns.front() ||
        llvm::any_of(types_.external_bases(function.owner), [](const std::string& base) { return !runs_none(base); }))
        return IteratorForm::none;
    const Node value = statements.back().named_child(0);
    if (value.is(Kind::generator_expression) ||
        (value.is(Kind::call) && outside_callee(module, value) == "builtins.iter" &&
         value.child(Field::arguments).is(Kind::argument_list) &&
         value.child(Field::arguments).named_children().size() == 1))
        return IteratorForm::items;
    const FunctionId next = types_.method(function.owner, "__next__");
    const auto parameters = parameters_of(module.tree.node(function.node));
    const bool waits = llvm::any_of(sites_, [&](const IoSite& site) { return site.function == function.id; }) ||
                       llvm::any_of(calls_.callees(function.id),
                                    [&](std::uint32_t index) { return turns(calls_.edges()[index].callee); });
    if (!next || !turns(next) || waits || !value.is(Kind::identifier) || parameters.empty() ||
        value.text() != parameters.front().name)
        return IteratorForm::none;
    // The end of another iterator would leave a coroutine as another exception.
    const Node body = program_.module(symbols_.function(next).module).tree.node(symbols_.function(next).node);
    for (NodeId at = body.id(); at < body.tree().record(body.id()).subtree_end; ++at)
        if (body.tree().node(at).is(Kind::call) && outside_callee(module, body.tree().node(at)) == "builtins.next")
            return IteratorForm::none;
    return IteratorForm::itself;
}

void Colouring::find_iterators() {
    for (const FunctionInfo& function : symbols_.functions())
        if (function.owner && function.name == "__iter__" && !function.is_generator && turns(function.id))
            state(function.id).iterator = iterator_form(function);
}

/// Which methods become ordinary ones, and what these are called.
void Colouring::find_ordinary() {
    find_iterators();
    std::set<ClassId> constructed;
    const auto is_candidate = [&](const FunctionInfo& function) {
        return function.owner && turns(function.id) &&
               (!ordinary_names(function.name).empty() || calls_.accessor(function.id) != Accessor::none ||
                is_cached_property(function));
    };
    for (const FunctionInfo& function : symbols_.functions())
        if (is_candidate(function) && (function.name == "__init__" || function.name == "__post_init__"))
            for (const ClassId id : relatives(function.owner))
                constructed.insert(id);
    if (!constructed.empty())
        constructor_uses_ = named_classes([&](ClassId id) { return constructed.contains(id); });
    for (const FunctionInfo& function : symbols_.functions()) {
        State& own = state(function.id);
        if (!is_candidate(function) || !own.ordinary.empty() || own.by_python)
            continue;
        const bool makes = function.name == "__init__" || function.name == "__post_init__";
        // Of a cached property the value is kept in a second method; each class has its own.
        if (is_cached_property(function)) {
            own.ordinary = free_method_name(relatives(function.owner), {"_load_" + function.name});
            continue;
        }
        std::vector<ClassId> classes;
        for (const FunctionId member : calls_.family(function.id)) {
            const FunctionInfo& other = symbols_.function(member);
            if (std::string text = other.owner ? ordinary_obstacle(other) : "it is no method"; !text.empty())
                own.by_python = Obstacle{std::move(text), {other.module, other.node}};
            for (const ClassId id : other.owner ? relatives(other.owner) : std::vector<ClassId>())
                if (!llvm::is_contained(classes, id))
                    classes.push_back(id);
        }
        if (makes)
            for (const ClassId id : classes)
                if (const auto hidden = hidden_maker(id); hidden && types_.method(id, function.name) == function.id)
                    own.by_python = Obstacle{
                        "a constructor cannot await, and the class is handed over to who makes instances", *hidden};
        if (own.by_python)
            continue;
        std::vector<std::string> wanted = ordinary_names(function.name);
        if (const Accessor accessor = calls_.accessor(function.id); accessor != Accessor::none)
            wanted = {(accessor == Accessor::setter ? "set_" : "delete_") + function.name};
        // Constructors of a class and of those below it have one name, so that `super()` finds it.
        std::string name;
        if (makes)
            for (const ClassId id : classes)
                if (const FunctionId other = types_.method(id, function.name); other && !state(other).ordinary.empty())
                    name = state(other).ordinary;
        if (name.empty())
            name = free_method_name(classes, wanted);
        for (const FunctionId member : calls_.family(function.id))
            state(member).ordinary = name;
        if (function.name != "__post_init__")
            continue;
        for (const ClassId id : classes)
            if (const FunctionId other = types_.method(id, function.name); other && !state(other).factory.empty())
                own.factory = state(other).factory;
        if (own.factory.empty())
            own.factory = free_method_name(classes, ordinary_names("__init__"));
    }
}

/// Whether whatever an expression may be has the method, and the method turns asynchronous.
bool Colouring::always_runs(const Module& module, Node object, FunctionId method) const {
    const FunctionInfo& info = symbols_.function(method);
    return types_.store().all(types_.type_of({module.id, object.id()}), [&](const Atom& atom) {
        if (atom.kind != Atom::Kind::instance)
            return false;
        if (const Accessor accessor = calls_.accessor(method); accessor != Accessor::none) {
            for (const ClassId base : types_.linearised(ClassId{atom.id}))
                for (const FunctionId other : symbols_.class_(base).methods)
                    if (symbols_.function(other).name == info.name && calls_.accessor(other) == accessor)
                        return state(other).ordinary == state(method).ordinary;
            return false;
        }
        const FunctionId found = types_.method(ClassId{atom.id}, info.name);
        return found && state(found).ordinary == state(method).ordinary;
    });
}

/// `len(x)`, `key in x`, `x[key]`, `x[key] = value`, `del x[key]`, `bool(x)`
void Colouring::plan_operator(const Module& module, Node at, FunctionId callee, ConversionPlan& plan) {
    const std::string& name = symbols_.function(callee).name;
    const auto refuse_here = [&](const std::string& why) {
        refuse(plan, module, at, name + "() is run here, which cannot be awaited: " + why);
    };
    Node object;
    if (at.is(Kind::call)) {
        if (at.child(Field::arguments).named_children().size() == 1)
            object = at.child(Field::arguments).named_child(0);
    } else if (at.is(Kind::comparison_operator)) {
        const auto operands = at.named_children();
        if (operands.size() != 2)
            return refuse_here("it is one of several comparisons");
        object = operands[1];
        if (holds_call(operands[0]) && holds_call(object))
            return refuse_here("the order of the calls would change");
    } else if (at.is(Kind::subscript)) {
        object = at.child(Field::value);
        const auto keys = at.children(Field::subscript);
        if (keys.size() != 1 || keys.front().is_any(Kind::slice, Kind::tuple) || keys.front().is(Kind::list_splat))
            return refuse_here("it is given a slice or several keys");
        const PlaceUse use = use_of_place(at);
        const Node up = at.parent();
        if (use.writes) {
            const bool alone = up.parent().is(Kind::expression_statement) || up.is(Kind::delete_statement);
            if (use.reads || !alone || (up.is(Kind::assignment) && up.child(Field::right).is(Kind::assignment)))
                return refuse_here("the item is assigned to together with others");
            if (up.is(Kind::assignment) && holds_call(up.child(Field::right)) &&
                (holds_call(object) || holds_call(keys.front())))
                return refuse_here("the order of the calls would change");
        }
    }
    if (!object || !always_runs(module, object, callee))
        return refuse_here("the object may be another one");
    const PlaceUse use = at.is(Kind::subscript) ? use_of_place(at) : PlaceUse();
    plan_value(module, use.writes ? at.parent() : at, Conversion::call_method, plan);
}

/// `if x`, `not x`
void Colouring::plan_truth(const Module& module, Node at, FunctionId callee, ConversionPlan& plan) {
    const Node tested =
        at.is(Kind::call) && is_tested_by_call(module, at) ? at.child(Field::arguments).named_child(0) : at;
    // What `a and b` gives is one of them.
    const bool in_value = tested == at && at.parent().is(Kind::boolean_operator) && [&] {
        Node up = at.parent();
        while (up.parent().is_any(Kind::boolean_operator, Kind::parenthesized_expression))
            up = up.parent();
        return !is_tested(up);
    }();
    if (in_value || !always_runs(module, tested, callee))
        return refuse(plan, module, at,
                      symbols_.function(callee).name +
                          "() is run here, which cannot be awaited: the object may be another one");
    plan_value(module, tested == at ? at : tested, Conversion::truth_method, plan);
}

bool Colouring::is_tested_by_call(const Module& module, Node call) const {
    return outside_callee(module, call) == "builtins.bool" && call.child(Field::arguments).named_children().size() == 1;
}

/// `x.name = value`, `x.name += value`, `del x.name`
void Colouring::plan_written(const Module& module, Node at, FunctionId callee, ConversionPlan& plan) {
    const Node up = at.parent();
    const Node object = at.child(Field::object);
    const bool statement = up.parent().is(Kind::expression_statement) || up.is(Kind::delete_statement);
    const bool chained =
        up.is(Kind::assignment) && (up.child(Field::right).is(Kind::assignment) || up.child(Field::type));
    if (!statement || chained || !always_runs(module, object, callee) ||
        (use_of_place(at).reads ? !is_path(object)
                                : up.is(Kind::assignment) && holds_call(object) && holds_call(up.child(Field::right))))
        return refuse(plan, module, at, "a property that queries is assigned to together with others");
    plan.conversions.emplace_back(Place{module.id, up.id()}, Conversion::call_method);
    const bool awaits_read = use_of_place(at).reads && llvm::any_of(calls_.edges(), [&](const CallEdge& edge) {
                                 return edge.place == Place{module.id, at.id()} &&
                                        edge.kind == CallEdge::Kind::property &&
                                        calls_.accessor(edge.callee) == Accessor::none && turns(edge.callee);
                             });
    if (awaits_read)
        plan.conversions.emplace_back(Place{module.id, at.id()}, Conversion::await_);
}

/// `Report(db)` where the constructor awaits, and `super().__init__(db)` inside of another such.
void Colouring::plan_construction(const Module& module, Node call, FunctionId callee, ConversionPlan& plan) {
    const CallInfo* info = types_.call({module.id, call.id()});
    const std::string& name = symbols_.function(callee).name;
    const auto makes = [&](const CallTarget& target) {
        const FunctionId method = target.constructed ? types_.method(target.constructed, name) : FunctionId();
        return method && !state(method).ordinary.empty();
    };
    if (info != nullptr && info->complete && llvm::all_of(info->targets, makes)) {
        plan.conversions.emplace_back(Place{module.id, call.id()}, Conversion::make);
        return plan_value(module, call, Conversion::await_, plan);
    }
    if (info != nullptr && llvm::any_of(info->targets, [](const CallTarget& one) { return bool(one.constructed); }))
        return refuse(plan, module, call, "one call makes an object that awaits and something else");
    if (name == "__post_init__")
        return plan_call(module, call, symbols_.function(callee), plan);
    // `super().__init__(db)`, the first thing that is done with `self`
    const FunctionId caller = symbols_.enclosing_function({module.id, call.id()});
    const Node base = call.child(Field::function).child(Field::object);
    const Node body = caller ? module.tree.node(symbols_.function(caller).node).child(Field::body) : Node();
    if (!caller || symbols_.function(caller).name != "__init__" || state(caller).ordinary != state(callee).ordinary ||
        !base.is(Kind::call) || base.child(Field::function).text() != "super" ||
        !base.child(Field::arguments).named_children().empty() || !call.parent().is(Kind::expression_statement) ||
        call.parent().parent() != body ||
        mentions(body, parameters_of(module.tree.node(symbols_.function(caller).node)).front().name, call.begin()) ||
        mentions(call, parameters_of(module.tree.node(symbols_.function(caller).node)).front().name, call.end()))
        return refuse(plan, module, call, "a constructor that awaits is called on an object that is there already");
    plan.conversions.emplace_back(Place{module.id, call.id()}, Conversion::take_over);
}

/// Writes that may reach a setter without being seen.
void Colouring::find_open_writes() {
    std::map<std::string, std::vector<FunctionId>, std::less<>> names;
    for (const FunctionInfo& function : symbols_.functions())
        if (calls_.accessor(function.id) != Accessor::none && turns(function.id))
            names[function.name].push_back(function.id);
    if (names.empty())
        return;
    const TypeStore& store = types_.store();
    const auto obstruct_all = [&](llvm::StringRef name, Node at, ModuleId module) {
        if (const auto found = names.find(name); found != names.end())
            for (const FunctionId setter : found->second)
                obstruct(setter, "it may be assigned to where the object is not known", {module, at.id()});
    };
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (node.is(Kind::attribute)) {
                const Node object = node.child(Field::object);
                if (use_of_place(node).writes && store.has_unknown(types_.type_of({module->id, object.id()})))
                    obstruct_all(node.child(Field::attribute).text(), node, module->id);
                continue;
            }
            if (!node.is(Kind::call) || !node.child(Field::function).is(Kind::identifier) ||
                !llvm::is_contained({"builtins.setattr", "builtins.delattr"}, outside_callee(*module, node)))
                continue;
            const TypeId type = types_.type_of({module->id, node.child(Field::arguments).named_child(0).id()});
            const Node name = node.child(Field::arguments).named_child(1);
            for (const auto& [wanted, setters] : names) {
                if (name.is(Kind::string) && name.named_child(1).text() != wanted)
                    continue;
                for (const FunctionId setter : setters)
                    if (store.has_unknown(type) || llvm::any_of(store.atoms(type), [&](const Atom& atom) {
                            return atom.kind == Atom::Kind::instance &&
                                   llvm::is_contained(types_.linearised(ClassId{atom.id}),
                                                      symbols_.function(setter).owner);
                        }))
                        obstruct(setter, "it is assigned to by setattr()", {module->id, id});
            }
        }
}

} // namespace sqlawait
