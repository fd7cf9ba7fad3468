// How the outside enters the program: decorators, base classes and conventions of frameworks.
#include "analysis/calls/builder.h"
#include "analysis/calls/session_switch.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

llvm::StringRef base_name(llvm::StringRef path) {
    const std::size_t slash = path.rfind('/');
    return slash == llvm::StringRef::npos ? path : path.drop_front(slash + 1);
}

bool is_test_file(llvm::StringRef path) {
    const llvm::StringRef name = base_name(path);
    return (name.starts_with("test_") && name.ends_with(".py")) || name.ends_with("_test.py");
}

/// Bases that call no method of their subclasses on their own account.
bool is_passive_base(llvm::StringRef dotted) {
    const llvm::StringRef package = dotted.split('.').first;
    return llvm::is_contained({"builtins", "abc", "typing", "typing_extensions", "enum", "collections", "dataclasses"},
                              package) ||
           dotted == "object";
}

bool has_name(const ModuleBindings& bindings, llvm::StringRef name) {
    return bindings.scope(ScopeId{0}).by_name.contains(name);
}

} // namespace

void CallGraphBuilder::enter(FunctionId id, Entry entry, std::string reason, bool test) {
    // What never awaits decides; among the others the first that speaks.
    const auto rank = [](Entry one) {
        return one == Entry::sync ? 3 : one == Entry::unknown ? 2 : one == Entry::awaits ? 1 : 0;
    };
    EntryPoint& own = graph_.entries_[id.value];
    if (rank(entry) > rank(own.entry)) {
        own.entry = entry;
        own.test = test;
        own.reason = std::move(reason);
    }
}

namespace {

constexpr llvm::StringLiteral test_packages[] = {"pytest",      "pytest_asyncio", "unittest", "factory",
                                                 "polyfactory", "faker",          "mimesis",  "hypothesis"};

bool is_in_test_folder(llvm::StringRef path) {
    for (const char* const name : {"tests/", "test/", "testing/"})
        if (path.starts_with(name) || path.contains(std::string("/") + name))
            return true;
    return false;
}

/// Whether a module imports a package that only tests need.
bool imports_test_package(const Module& module) {
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node node = module.tree.node(id);
        if (node.is(Kind::import_from_statement)) {
            const Node from = node.child(Field::module_name);
            if (from && llvm::is_contained(test_packages, from.text().split('.').first))
                return true;
        } else if (node.is(Kind::import_statement)) {
            for (const Node name : node.named_children())
                if (llvm::is_contained(test_packages, name.text().split(' ').first.split('.').first))
                    return true;
        }
    }
    return false;
}

} // namespace

void CallGraphBuilder::find_test_modules() {
    std::vector<bool>& tests = graph_.test_modules_;
    tests.resize(program_.modules.size());
    for (const auto& module : program_.modules)
        tests[module->id.value] = is_test_file(module->source.path) || base_name(module->source.path) == "conftest.py";
    // What only tests import is of them where it lies in a folder of tests, or imports what only tests need. An
    // application that a server names is imported by nobody else, either.
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto& module : program_.modules) {
            const auto importers = symbols_.importers(module->id);
            if (tests[module->id.value] || importers.empty() ||
                !llvm::all_of(importers, [&](ModuleId id) { return tests[id.value]; }) ||
                !(is_in_test_folder(module->source.path) || imports_test_package(*module)))
                continue;
            tests[module->id.value] = changed = true;
        }
    }
}

/// Properties and generators that are context managers, before anything reads attributes.
void CallGraphBuilder::read_traits() {
    for (const FunctionInfo& function : symbols_.functions()) {
        const Node decorated = program_.module(function.module).tree.node(function.node).parent();
        if (!decorated.is(Kind::decorated_definition))
            continue;
        for (const Node child : decorated.named_children()) {
            if (!child.is(Kind::decorator))
                continue;
            Node callee = child.named_child(0);
            if (callee.is(Kind::call))
                callee = callee.child(Field::function);
            if (function.owner && callee.is(Kind::attribute)) {
                const llvm::StringRef part = callee.child(Field::attribute).text();
                const auto& methods = symbols_.class_(function.owner).methods;
                const bool property = llvm::any_of(methods, [&](FunctionId id) {
                    return graph_.properties_[id.value] && symbols_.function(id).name == function.name;
                });
                if (property && (part == "setter" || part == "deleter"))
                    graph_.accessors_[function.id.value] = part == "setter" ? Accessor::setter : Accessor::deleter;
            }
            std::string name = symbols_.external_name(function.module, callee);
            if (name.empty() && callee.is(Kind::identifier) &&
                symbols_.bindings(function.module).reaching(callee.id()).empty())
                name = "builtins." + callee.text().str();
            const KnownCallable known = known_callable(knowledge_, name);
            const llvm::StringRef context = known.context();
            if (context == "property" || context == "cached_property")
                graph_.properties_[function.id.value] = true;
            else if (context == "cache")
                graph_.caches_[function.id.value] = true;
            else if (!context.empty())
                graph_.contexts_[function.id.value] = context.str();
        }
    }
}

void CallGraphBuilder::read_decorators(const FunctionInfo& function) {
    const Node decorated = module_->tree.node(function.node).parent();
    if (!decorated.is(Kind::decorated_definition))
        return;
    for (const Node child : decorated.named_children()) {
        if (!child.is(Kind::decorator))
            continue;
        Node callee = child.named_child(0);
        if (callee.is(Kind::call))
            callee = callee.child(Field::function);
        const std::string spelled = callee.text().str();
        bool known = false;
        const auto say = [&](Entry entry, llvm::StringRef what) {
            known = true;
            if (entry == Entry::none)
                entry = Entry::unknown;
            enter(function.id, entry, "decorated with " + what.str());
            if (entry == Entry::awaits)
                graph_.registrations_[function.id.value].push_back(place(child));
        };
        // Either form of a route, of which one is registered when the program starts.
        const auto is_form = [&](llvm::StringRef name) {
            return is_switch(symbols_, program_, function.module, callee, name);
        };
        if (is_form(when_sync) || is_form(when_async)) {
            enter(function.id, is_form(when_sync) ? Entry::sync : Entry::awaits, "registered when the program starts");
            continue;
        }
        for (const Target& target : symbols_.resolve_expression(function.module, callee)) {
            if (target.kind == Target::Kind::external) {
                const KnownCallable outside = known_callable(knowledge_, target.external);
                const bool role = knowledge_.role(target.external) != Role::none;
                // What a context manager or a property means for its users is looked at where they are.
                const bool own_meaning =
                    (!outside.context().empty() && outside.context() != "cache" && outside.context() != "command") ||
                    (outside.decorates() == Entry::none && role);
                if (outside.context() == "fixture" && child.text().contains("autouse=True"))
                    enter(function.id, Entry::awaits, "a fixture that pytest uses for every test",
                          /*test=*/true);
                say(own_meaning ? Entry::transparent : outside.decorates(), knowledge_.canonical(target.external));
            } else if (target.kind == Target::Kind::function) {
                known = true;
                add({.caller = symbols_.enclosing_function(place(decorated)),
                     .callee = target.function,
                     .place = place(child),
                     .kind = CallEdge::Kind::decorator,
                     .direct = true});
            } else if (target.kind == Target::Kind::class_) {
                known = true;
            }
        }
        if (known)
            continue;
        if (callee.is(Kind::identifier) && symbols_.bindings(function.module).reaching(callee.id()).empty()) {
            const std::string name = "builtins." + spelled;
            const KnownCallable outside = known_callable(knowledge_, name);
            const bool builtin = llvm::is_contained({"property", "staticmethod", "classmethod"}, spelled);
            say(builtin ? Entry::transparent : outside.decorates(), name);
            continue;
        }
        if (callee.is(Kind::attribute)) {
            const llvm::StringRef attribute = callee.child(Field::attribute).text();
            // `@total.setter`, `@find.register`: part of the function that it names.
            const Node object = callee.child(Field::object);
            const auto& store = types_.store();
            const TypeId type = types_.type_of(place(object));
            const auto say_method = [&](llvm::StringRef class_name) {
                say(knowledge_.method_entry(class_name, attribute), class_name.str() + "." + attribute.str());
                const MemberKnowledge* member = knowledge_.member(class_name, attribute);
                if (member != nullptr && member->role == Role::route)
                    graph_.routes_[function.id.value].push_back(place(child));
            };
            for (const Atom& atom : store.atoms(type)) {
                const llvm::StringRef class_name = store.external_class(atom);
                if (const auto* member = knowledge_.member(class_name, attribute);
                    member != nullptr && member->context == "command")
                    graph_.contexts_[function.id.value] = member->context;
                if (!class_name.empty() && knowledge_.class_(class_name) != nullptr)
                    say_method(class_name);
                else if (atom.kind == Atom::Kind::function && graph_.contexts_[atom.id] == "command" &&
                         (attribute == "command" || attribute == "group")) {
                    // click made a group of the function.
                    graph_.contexts_[function.id.value] = "command";
                    say(Entry::sync, "click.Group." + attribute.str());
                } else if (atom.kind == Atom::Kind::function)
                    say(Entry::transparent, spelled);
                else if (atom.kind == Atom::Kind::instance) {
                    if (const FunctionId method = types_.method(ClassId{atom.id}, attribute)) {
                        known = true;
                        add({.caller = symbols_.enclosing_function(place(decorated)),
                             .callee = method,
                             .place = place(child),
                             .kind = CallEdge::Kind::decorator,
                             .direct = true});
                        continue;
                    }
                    // `class UserRouter(APIRouter)`: what it does not write itself it has from there.
                    for (const std::string& base : types_.external_bases(ClassId{atom.id}))
                        if (knowledge_.member(base, attribute) != nullptr) {
                            say_method(base);
                            break;
                        }
                }
            }
            if (!known &&
                llvm::is_contained({"setter", "getter", "deleter", "expression", "inplace", "register"}, attribute))
                say(Entry::transparent, spelled);
        }
        if (!known)
            say(Entry::unknown, spelled);
    }
}

/// A class of tests below one of which nothing is known: whether that awaits them cannot be told.
bool CallGraphBuilder::unknown_test_class(ClassId owner) const {
    return owner && llvm::any_of(types_.external_bases(owner), [&](const std::string& base) {
               return !is_passive_base(base) && knowledge_.class_(base) == nullptr;
           });
}

void CallGraphBuilder::read_conventions(const Module& module) {
    const ModuleBindings& bindings = symbols_.bindings(module.id);
    const llvm::StringRef file = base_name(module.source.path);
    const bool tests = is_test_file(module.source.path);
    const bool migration = has_name(bindings, "revision") && has_name(bindings, "down_revision");
    bool migration_environment = false;
    if (file == "env.py")
        for (const Symbol& symbol : bindings.symbols())
            for (const DefinitionId id : symbol.definitions)
                if (bindings.definition(id).kind == DefinitionKind::import_name)
                    for (const Target& target : symbols_.resolve(module.id, id))
                        migration_environment |= target.external == "alembic.context";
    if (!tests && !migration && !migration_environment && file != "conftest.py")
        return;
    for (const FunctionInfo& function : symbols_.functions()) {
        if (function.module != module.id || function.is_lambda || function.outer)
            continue;
        const llvm::StringRef name = function.name;
        graph_.entries_[function.id.value].migration = migration || migration_environment;
        if (migration && (name == "upgrade" || name == "downgrade"))
            enter(function.id, Entry::sync, "an Alembic migration");
        else if (migration_environment)
            enter(function.id, Entry::sync, "Alembic's environment");
        else if (tests && name.starts_with("test"))
            enter(function.id, unknown_test_class(function.owner) ? Entry::unknown : Entry::awaits, "a pytest test",
                  /*test=*/!unknown_test_class(function.owner));
        else if (file == "conftest.py" && name.starts_with("pytest_"))
            enter(function.id, Entry::sync, "a pytest hook");
    }
}

/// Methods that a base class outside of the program calls.
void CallGraphBuilder::read_external_bases() {
    for (const ClassInfo& info : symbols_.classes())
        for (const std::string& base : types_.external_bases(info.id)) {
            if (is_passive_base(base))
                continue;
            const bool known = knowledge_.class_(base) != nullptr;
            for (const FunctionId method : info.methods) {
                const std::string& name = symbols_.function(method).name;
                if (base == "unittest.TestCase" &&
                    (llvm::StringRef(name).starts_with("test") || name == "setUp" || name == "tearDown"))
                    enter(method, Entry::awaits, "a test of unittest", /*test=*/true);
                if (known) {
                    const std::string& prefix = knowledge_.class_(base)->resolver_prefix;
                    if (!prefix.empty() && llvm::StringRef(name).starts_with(prefix))
                        enter(method, Entry::awaits, "a resolver of " + base);
                    const MemberKnowledge* member = knowledge_.member(base, name);
                    if (member != nullptr && !member->is_attribute)
                        enter(method, member->awaitable ? Entry::awaits : Entry::sync, "called by " + base);
                }
            }
        }
}

} // namespace sqlawait
