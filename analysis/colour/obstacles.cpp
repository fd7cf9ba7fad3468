// Why a function can have no async form, looked at alone. What follows for its callers is demand.cpp's.
#include "analysis/colour/colouring.h"
#include "analysis/colour/session_classes.h"
#include "analysis/project/glob.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral keep_sync_mark = "sqlawait: keep-sync";

/// Special methods that still work when they give a coroutine, or that have an asynchronous counterpart.
bool may_turn(llvm::StringRef name) {
    return llvm::is_contained({"__call__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__anext__"}, name);
}

/// The first statement of a module behind its comments and its docstring.
Node first_statement(Node module) {
    for (const Node statement : module.named_children())
        if (!statement.is(Kind::comment) &&
            !(statement.is(Kind::expression_statement) && statement.named_child(0).is(Kind::string)))
            return statement;
    return {};
}

/// Outside functions that only look at what they are handed.
bool only_looks(llvm::StringRef dotted) {
    const llvm::StringRef package = dotted.split('.').first;
    return llvm::is_contained({"builtins", "typing", "types", "functools", "contextlib", "asyncio", "dataclasses",
                               "collections", "logging", "contextvars", "weakref", "inspect", "operator", "warnings",
                               "itertools", "copy", "unittest"},
                              package);
}

} // namespace

void Colouring::obstruct(FunctionId id, std::string text, Place place, bool kept, bool opaque) {
    State& own = state(id);
    if (!own.obstacle)
        own.obstacle = Obstacle{std::move(text), place, kept, opaque};
    own.obstacle->opaque |= opaque;
}

bool Colouring::is_kept_by_name(const FunctionInfo& function) const {
    const llvm::StringRef path = module_of({function.module, 0}).source.path;
    return llvm::any_of(options_.keep_sync, [&](llvm::StringRef pattern) {
        const llvm::StringRef name = function.qualified_name;
        return name == pattern || name.starts_with(pattern.str() + ".") || matches_glob(pattern, path);
    });
}

/// `# sqlawait: keep-sync` above the code of a file, or on the header of a function.
void Colouring::find_keep_sync() {
    std::vector<bool> files(program_.modules.size(), false);
    std::vector<std::set<unsigned>> lines(program_.modules.size());
    for (const auto& module : program_.modules) {
        const Node first = module->tree.size() > 0 ? first_statement(module->tree.root()) : Node();
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (!node.is(Kind::comment) || !node.text().contains(keep_sync_mark))
                continue;
            if (!first || node.begin() < first.begin())
                files[module->id.value] = true;
            else
                lines[module->id.value].insert(module->source.lines.at(node.begin()).line);
        }
    }
    for (const FunctionInfo& function : symbols_.functions()) {
        const Module& module = module_of({function.module, 0});
        const Node definition = module.tree.node(function.node);
        const Place place{function.module, function.node};
        if (!module.editable())
            obstruct(function.id, module.selected ? "the file cannot be edited" : "the file is out of scope", place,
                     true);
        else if (files[function.module.value])
            obstruct(function.id, "the file says keep-sync", place, true);
        else if (is_kept_by_name(function))
            obstruct(function.id, "the configuration says keep-sync", place, true);
        const Node body = definition.child(Field::body);
        const Node header = definition.parent().is(Kind::decorated_definition) ? definition.parent() : definition;
        const unsigned from = module.source.lines.at(header.begin()).line;
        const unsigned to = std::max(from, module.source.lines.at(body.begin()).line - (body.is(Kind::block) ? 1 : 0));
        for (const unsigned line : lines[function.module.value])
            if (line >= from && line <= to)
                obstruct(function.id, "its comment says keep-sync", place, true);
        if (function.outer && state(function.outer).obstacle && state(function.outer).obstacle->kept)
            obstruct(function.id, state(function.outer).obstacle->text, place, true);
        state(function.id).untouched = state(function.id).obstacle || calls_.entry(function.id).migration;
    }
}

std::string Colouring::method_obstacle(const FunctionInfo& function) const {
    const llvm::StringRef name = function.name;
    const State& own = state(function.id);
    if (own.by_python)
        return own.by_python->text;
    if (calls_.is_property(function.id)) {
        const Node decorated = module_of({function.module, 0}).tree.node(function.node).parent();
        for (const Node decorator : decorated.named_children())
            if (decorator.is(Kind::decorator)) {
                const llvm::StringRef text = decorator.text();
                if (text.contains("cached_property") && own.ordinary.empty())
                    return "a cached property cannot give a coroutine: the second read would await it again";
                if (text.contains("hybrid"))
                    return "a hybrid property is also SQL";
            }
        for (const std::string& base : types_.external_bases(function.owner))
            if (const Role role = knowledge_.role(base); role == Role::serialiser || role == Role::declarative_base ||
                                                         role == Role::declarative_root ||
                                                         role == Role::table_flag_base)
                return "a property of a class that is read from outside of the program";
        return "";
    }
    if (!is_special(name) || may_turn(name) || !own.ordinary.empty())
        return "";
    if (name == "__iter__" && (function.is_generator || own.iterator != IteratorForm::none))
        return "";
    if (name == "__next__")
        if (const FunctionId iter = types_.method(function.owner, "__iter__");
            iter && state(iter).iterator == IteratorForm::itself)
            return "";
    if (name == "__init__" || name == "__post_init__" || name == "__new__")
        return "a constructor cannot await";
    return name.str() + "() is called by Python itself, which does not await";
}

/// `object.name(...)`, `Class.name(...)` of a class of the program that has no such name: it raises, and nobody gets
/// the arguments.
bool Colouring::is_missing(const Module& module, Node callee) const {
    if (!callee.is(Kind::attribute) || types_.type_of({module.id, callee.id()}) != TypeStore::nothing)
        return false;
    const TypeId receiver = types_.type_of({module.id, callee.child(Field::object).id()});
    return types_.store().all(receiver, [](const Atom& atom) {
        return atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_;
    });
}

/// Sessions and engines that are handed to code of which nothing is known.
void Colouring::find_handed_sessions() {
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id)) {
            const Place place{module->id, call.node};
            const FunctionId function = symbols_.enclosing_function(place);
            const Node arguments = module->tree.node(call.node).child(Field::arguments);
            if (!function || !arguments.is(Kind::argument_list))
                continue;
            const FoundationContext context{program_, symbols_, knowledge_, types_, options_.driver};
            if (std::string refusal = foundation_refusal(context, place); !refusal.empty())
                obstruct(function, std::move(refusal), place);
            bool known = call.complete;
            bool inspects = false;
            std::string name = module->tree.node(call.node).child(Field::function).text().str();
            for (const CallTarget& target : call.targets) {
                if (target.function || target.constructed)
                    continue;
                const std::string canonical = knowledge_.canonical(target.external);
                const auto [owner_name, method] = llvm::StringRef(canonical).rsplit('.');
                inspects |= canonical == "sqlalchemy.inspect";
                const bool made = method == "__call__" && knowledge_.class_(owner_name);
                if (only_looks(canonical) || knowledge_.function(canonical) || knowledge_.class_(canonical) || made ||
                    knowledge_.member(owner_name, method))
                    continue;
                known = false;
                name = canonical;
            }
            if ((known && !inspects) || is_missing(*module, module->tree.node(call.node).child(Field::function)))
                continue;
            for (const Node argument : arguments.named_children()) {
                const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
                if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text().starts_with("spec"))
                    continue; // `Mock(spec=Session)` looks at the names of the class
                const Place handed{module->id, value.id()};
                for (const Role role : {Role::session, Role::engine, Role::connection, Role::session_factory}) {
                    if (types_.has_role(handed, role) == Certainty::unknown)
                        continue;
                    obstruct(function,
                             inspects ? "an engine is inspected, which only synchronous code can"
                                      : "the " + role_name(role).str() + " is handed to " + name +
                                            ", of which nothing is known",
                             place, /*kept=*/false, /*opaque=*/!inspects);
                    break;
                }
            }
        }
}

/// `UserFactory._meta.sqlalchemy_session = session`, `UserFactory.__session__ = session`: sessions that are put into a
/// class that derives from something unknown, which will use them in its own way.
void Colouring::find_planted_sessions() {
    const TypeStore& store = types_.store();
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (!node.is(Kind::assignment) || !node.child(Field::left).is(Kind::attribute) || !node.child(Field::right))
                continue;
            Node root = node.child(Field::left);
            while (root.is(Kind::attribute))
                root = root.child(Field::object);
            const Place value{module->id, node.child(Field::right).id()};
            const FunctionId function = symbols_.enclosing_function({module->id, id});
            if (!function || types_.has_role(value, Role::session) == Certainty::unknown)
                continue;
            for (const Atom& atom : store.atoms(types_.type_of({module->id, root.id()}))) {
                if (atom.kind != Atom::Kind::class_)
                    continue;
                for (const ClassId base : types_.linearised(ClassId{atom.id}))
                    for (const std::string& outside : types_.external_bases(base))
                        if (knowledge_.class_(outside) == nullptr)
                            obstruct(function,
                                     "the session is put into " + root.text().str() + ", and nothing is known of " +
                                         outside,
                                     {module->id, id}, /*kept=*/false, /*opaque=*/true);
            }
        }
}

/// Reads of an attribute that has no asynchronous counterpart: `db.session` of a package that only makes synchronous
/// ones. What a query has is for the pass that follows queries.
void Colouring::find_refused_reads() {
    const TypeStore& store = types_.store();
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            if (module->tree.record(id).kind != Kind::attribute)
                continue;
            const Node node = module->tree.node(id);
            const FunctionId function = symbols_.enclosing_function({module->id, id});
            if (!function)
                continue;
            for (const Atom& atom : store.atoms(types_.type_of({module->id, node.child(Field::object).id()}))) {
                if (atom.kind != Atom::Kind::external_instance && atom.kind != Atom::Kind::external)
                    continue;
                const llvm::StringRef owner = store.text(atom.id);
                const MemberKnowledge* member = knowledge_.member(owner, node.child(Field::attribute).text());
                if (member != nullptr && member->is_attribute && !member->refusal.empty() &&
                    knowledge_.role(owner) != Role::query)
                    obstruct(function, member->refusal, {module->id, id});
            }
        }
}

/// Reads of an attribute on something unknown that may be one of our properties.
void Colouring::find_open_reads() {
    std::map<std::string, std::vector<FunctionId>, std::less<>> names;
    for (const FunctionInfo& function : symbols_.functions())
        if (calls_.is_property(function.id) && turns(function.id) && calls_.escapes(function.owner))
            names[function.name].push_back(function.id);
    if (names.empty())
        return;
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            if (module->tree.record(id).kind != Kind::attribute)
                continue;
            const Node node = module->tree.node(id);
            const auto found = names.find(llvm::StringRef(node.child(Field::attribute).text()).str());
            if (found == names.end() ||
                !types_.store().has_unknown(types_.type_of({module->id, node.child(Field::object).id()})))
                continue;
            for (const FunctionId property : found->second)
                obstruct(property, "it may be read where the object is not known", {module->id, id});
        }
}

/// Functions that are kept somewhere and that no call is seen to take out again, where calls of what is not known may.
void Colouring::find_lost_functions() {
    struct OpenCall {
        Place place;
        Node call;
    };
    std::vector<OpenCall> open;
    for (const auto& module : program_.modules)
        for (const CallInfo& info : types_.calls(module->id)) {
            const Node call = module->tree.node(info.node);
            if (!info.complete && call.child(Field::function).is_any(Kind::identifier, Kind::subscript, Kind::call))
                open.push_back({{module->id, info.node}, call});
        }
    if (open.empty())
        return;
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        if (!turns(function.id) || own.inlined || function.is_generator)
            continue;
        bool kept = false, taken_out = false;
        for (const std::uint32_t index : calls_.callers(function.id)) {
            const CallEdge& edge = calls_.edges()[index];
            taken_out |= edge.kind == CallEdge::Kind::call && !edge.direct;
            if (edge.kind != CallEdge::Kind::reference || edge.entry != Entry::transparent || !names(edge) ||
                is_test_module(edge.place.module))
                continue;
            const Node up = value_position(node(edge.place)).parent();
            const Node call = up.is(Kind::argument_list) ? up.parent() : Node();
            const Role role = call ? knowledge_.role(outside_callee(module_of(edge.place), call)) : Role::none;
            // What functions of the program do with their arguments is followed.
            const bool outside = call && !outside_callee(module_of(edge.place), call).empty() && role != Role::partial;
            const bool stored = up.is(Kind::assignment) && !up.child(Field::left).is(Kind::identifier);
            kept |= stored || outside || up.is_any(Kind::pair, Kind::list, Kind::tuple);
        }
        if (!kept || taken_out)
            continue;
        const auto parameters = parameters_of(module_of({function.module, 0}).tree.node(function.node));
        const bool bound = function.owner && !parameters.empty();
        for (const OpenCall& one : open)
            if (arguments_fit(one.call, parameters, bound)) {
                obstruct(function.id, "it is kept where it cannot be seen who calls it", one.place);
                break;
            }
    }
}

/// Whether all that a lambda does with I/O is to hand on what one call gives.
bool Colouring::hands_on(const FunctionInfo& lambda) const {
    for (const IoSite& site : sites_)
        if (site.function == lambda.id && (site.chain != none_index || !is_passed_on(lambda, node(site.place))))
            return false;
    return llvm::all_of(calls_.callees(lambda.id), [&](std::uint32_t index) {
        const CallEdge& edge = calls_.edges()[index];
        return !state(edge.callee).io || symbols_.function(edge.callee).is_async ||
               (edge.kind == CallEdge::Kind::call && is_passed_on(lambda, node(edge.place)) &&
                !symbols_.function(edge.callee).is_generator);
    });
}

/// A method of a class of classes: what classes do is the same to all of the program, and to those who import it.
bool Colouring::is_of_metaclass(const FunctionInfo& function) const {
    return function.owner && llvm::is_contained(types_.external_bases(function.owner), "builtins.type");
}

/// Queries that stay as they are and run nowhere by themselves (subqueries that go to something unknown): an
/// AsyncSession has no `query`.
void Colouring::find_refused_builders() {
    for (const QueryChain& chain : queries_.chains()) {
        if (!chain.produces || chain.terminal || !chain.web || !queries_.web(chain.web).refusal)
            continue;
        const FunctionId function = symbols_.enclosing_function(chain.place);
        const Node callee = module_of(chain.place).tree.node(chain.start).child(Field::function);
        if (function && callee.is(Kind::attribute) &&
            types_.has_role({chain.place.module, callee.child(Field::object).id()}, Role::session) == Certainty::proved)
            obstruct(function, "query: " + *queries_.web(chain.web).refusal, chain.place);
    }
}

void Colouring::find_obstacles() {
    find_handed_sessions();
    find_planted_sessions();
    find_refused_builders();
    find_refused_reads();
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        const IoSite& site = sites_[i];
        if (!site.function)
            continue;
        if (!site.refusal.empty())
            obstruct(site.function, site.operation + ": " + site.refusal, site.place);
        else if (site.certainty != Certainty::proved)
            obstruct(site.function, site.operation + ": only its name says that this is a session; annotate it",
                     site.place);
        else if (site_plans_[i].obstacle)
            obstruct(site.function, site_plans_[i].obstacle->text, site_plans_[i].obstacle->place);
    }
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        const Place place{function.module, function.node};
        const EntryPoint& entry = calls_.entry(function.id);
        if (function.owner && is_session_class(types_, knowledge_, function.owner)) {
            const std::string refusal = session_class_refusal(program_, symbols_, types_, knowledge_, function.owner);
            obstruct(function.id, refusal.empty() ? "an AsyncSession calls it synchronously, inside" : refusal, place,
                     /*kept=*/refusal.empty());
        }
        if (own.coloured && !function.is_async) {
            if (entry.entry == Entry::sync && is_entered_synchronously(function.id))
                obstruct(function.id, entry.reason + ", which calls it synchronously", place, true);
            else if (entry.entry == Entry::unknown)
                obstruct(function.id, entry.reason + ", of which nothing is known", place, /*kept=*/false,
                         /*opaque=*/true);
        }
        if (!own.io || function.is_async)
            continue;
        if (const std::string text = method_obstacle(function); !text.empty())
            obstruct(function.id, text, place, /*kept=*/is_of_metaclass(function));
        if (function.is_lambda && !own.inlined && !own.written_as_def && !hands_on(function))
            obstruct(function.id, "a lambda cannot await", place);
        if (!function.is_generator)
            continue;
        const Module& module = module_of(place);
        const ModuleBindings& bindings = symbols_.bindings(function.module);
        for (const NodeId statement : bindings.scope(function.scope).returns)
            if (module.tree.node(statement).named_child(0))
                obstruct(function.id, "a generator that awaits cannot return a value", {function.module, statement});
        for (const NodeId yield : bindings.scope(function.scope).yields) {
            const Node node = module.tree.node(yield);
            if (node.child_token("from") && !node.parent().is(Kind::expression_statement))
                obstruct(function.id, "the value of 'yield from' is used", {function.module, yield});
        }
    }
    // `shout = partialmethod(find, loud=True)`: whoever calls that does not await.
    for (const std::uint32_t index : calls_.module_level()) {
        const CallEdge& edge = calls_.edges()[index];
        if (edge.kind == CallEdge::Kind::reference && symbols_.function(edge.callee).owner && turns(edge.callee) &&
            (edge.entry == Entry::sync || edge.entry == Entry::unknown) && !is_own(edge.callee))
            obstruct(edge.callee, "its class hands it to something of which nothing is known", edge.place);
    }
    find_open_reads();
    find_lost_functions();
    find_open_writes();
    for (const auto& [function, text] : options_.withdrawn)
        obstruct(function, text, {symbols_.function(function).module, symbols_.function(function).node});
    for (const FunctionId function : options_.unedited)
        state(function).unedited = true;
    for (const auto& [name, text] : options_.withdrawn_values)
        for (std::size_t index = 0; index < values_.size(); ++index)
            if (value_name(values_[index]) == name && !value_states_[index].obstacle)
                value_states_[index].obstacle = Obstacle{text, values_[index].definitions.front()};
}

std::string Colouring::value_name(const ColouredValue& value) const {
    return program_.module(value.module).name() + "." + symbols_.bindings(value.module).symbol(value.symbol).name;
}

/// An inner function is written once for each form of the function around it.
bool Colouring::find_inner_conflicts() {
    bool found = false;
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        if (!function.outer || (function.is_lambda && !own.written_as_def) || !own.io || !own.want.twin() ||
            own.obstacle || state(function.outer).want.twin())
            continue;
        obstruct(function.id, "both forms of it are needed in one function", {function.module, function.node});
        found = true;
    }
    return found;
}

} // namespace sqlawait
