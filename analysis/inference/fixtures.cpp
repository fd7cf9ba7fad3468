// What the parameters of tests and fixtures are given: pytest looks a name up in the class, the module, the
// conftest.py of each folder upward, and the plugins that these name. A fixture counts wherever its function is
// bound, so imported ones do too.
#include "analysis/inference/evaluator.h"
#include "analysis/inference/literals.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

namespace sqlawait {

namespace {

llvm::StringRef folder_of(llvm::StringRef path) {
    return llvm::sys::path::parent_path(path, llvm::sys::path::Style::posix);
}

} // namespace

llvm::StringRef plain_string(Node node) {
    if (!node.is(Kind::string))
        return "";
    for (const Node part : node.named_children())
        if (part.is(Kind::string_content))
            return part.text();
    return "";
}

/// The name under which tests ask for it: `@pytest.fixture(name="db")`, else its own.
std::string Inference::fixture_name(const FunctionInfo& info) const {
    const Node around = program_.module(info.module).tree.node(info.node).parent();
    if (around.is(Kind::decorated_definition))
        for (const Node decorator : around.named_children()) {
            const Node call = decorator.is(Kind::decorator) ? decorator.named_child(0) : Node();
            if (!call.is(Kind::call))
                continue;
            const FunctionKnowledge* known = knowledge_.function(dotted_name(info.module, call.child(Field::function)));
            if (known == nullptr || known->context != "fixture")
                continue;
            for (const Node argument : call.child(Field::arguments).named_children())
                if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "name")
                    if (const llvm::StringRef name = plain_string(argument.child(Field::value)); !name.empty())
                        return name.str();
        }
    return info.name;
}

/// Makes the fixtures that a module's own names stand for known at `where`. An imported one does not hide what is
/// defined there.
void Inference::offer_fixtures(ModuleId module, llvm::StringRef where, bool imported) {
    const ModuleBindings& bindings = symbols_.bindings(module);
    for (const SymbolId symbol : bindings.scope(ScopeId{0}).symbols)
        for (const Target& target : symbols_.member(module, bindings.symbol(symbol).name))
            if (target.kind == Target::Kind::function && traits_[target.function.value].is_fixture) {
                const FunctionInfo& info = symbols_.function(target.function);
                const std::string own = fixture_name(info);
                const std::string name = own != info.name ? own : bindings.symbol(symbol).name;
                if (imported)
                    fixtures_.try_emplace({where.str(), name}, target.function);
                else
                    fixtures_[{where.str(), name}] = target.function;
            }
}

/// `pytest_plugins = "app.testing.fixtures"`, or several of them.
void Inference::read_pytest_plugins(const Module& module, llvm::StringRef where) {
    const ModuleBindings& bindings = symbols_.bindings(module.id);
    const Scope& scope = bindings.scope(ScopeId{0});
    const auto symbol = scope.by_name.find("pytest_plugins");
    if (symbol == scope.by_name.end())
        return;
    for (const DefinitionId id : bindings.symbol(symbol->second).definitions) {
        const Node value = module.tree.node(bindings.definition(id).node).child(Field::right);
        llvm::SmallVector<Node, 4> names;
        if (value.is(Kind::string))
            names.push_back(value);
        else
            llvm::append_range(names, value.named_children());
        for (const Node name : names)
            if (const ModuleId plugin = symbols_.find_module(module.id, plain_string(name)))
                offer_fixtures(plugin, where, true);
    }
}

void Inference::read_fixtures() {
    bool any = false;
    for (const FunctionInfo& info : symbols_.functions()) {
        if (!traits_[info.id.value].is_fixture)
            continue;
        any = true;
        if (info.owner)
            fixtures_[{symbols_.class_(info.owner).qualified_name, fixture_name(info)}] = info.id;
    }
    if (!any)
        return;
    for (const auto& entry : program_.modules) {
        const Module& module = *entry;
        const llvm::StringRef path = module.source.path;
        const bool shared = llvm::sys::path::filename(path, llvm::sys::path::Style::posix) == "conftest.py";
        const std::string where = shared ? folder_of(path).str() + "/" : path.str();
        offer_fixtures(module.id, where, false);
        read_pytest_plugins(module, where);
    }
    for (const FunctionInfo& info : symbols_.functions()) {
        if (!traits_[info.id.value].is_fixture && !llvm::StringRef(info.name).starts_with("test"))
            continue;
        const auto& parameters = parameters_[info.id.value].parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (const FunctionId source = fixture(info.module, info.owner, parameters[i].name);
                source && source != info.id)
                table_.fixtures_[{info.id, i}] = source;
    }
}

FunctionId Inference::fixture(ModuleId from, ClassId within, llvm::StringRef name) const {
    if (fixtures_.empty())
        return {};
    if (within)
        for (const ClassId base : table_.linearised(within))
            if (const auto found = fixtures_.find({symbols_.class_(base).qualified_name, name.str()});
                found != fixtures_.end())
                return found->second;
    const std::string& path = program_.module(from).source.path;
    if (const auto found = fixtures_.find({path, name.str()}); found != fixtures_.end())
        return found->second;
    for (llvm::StringRef folder = folder_of(path);; folder = folder_of(folder)) {
        if (const auto found = fixtures_.find({folder.str() + "/", name.str()}); found != fixtures_.end())
            return found->second;
        if (folder.empty())
            return {};
    }
}

} // namespace sqlawait
