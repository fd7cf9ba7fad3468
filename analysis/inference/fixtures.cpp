// Fixtures of tests, by the name of a parameter: the test's own module, then the conftest.py of each folder upward,
// with what these import.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

namespace sqlawait {

namespace {

llvm::StringRef folder_of(llvm::StringRef path) {
    return llvm::sys::path::parent_path(path, llvm::sys::path::Style::posix);
}

bool is_conftest(llvm::StringRef path) {
    return llvm::sys::path::filename(path, llvm::sys::path::Style::posix) == "conftest.py";
}

/// `@fixture(name="db")`, or the function's own name.
std::string name_of(const FunctionInfo& info, Node function) {
    for (const Node decorator : function.parent().children()) {
        const Node call = decorator.is(Kind::decorator) ? decorator.named_child(0) : Node();
        if (!call.is(Kind::call))
            continue;
        for (const Node argument : call.child(Field::arguments).named_children())
            if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "name")
                if (const Node text = argument.child(Field::value).named_child(1); text.is(Kind::string_content))
                    return text.text().str();
    }
    return info.name;
}

} // namespace

void Inference::read_fixtures() {
    for (const FunctionInfo& info : symbols_.functions()) {
        if (!traits_[info.id.value].is_fixture)
            continue;
        const Module& module = program_.module(info.module);
        const std::string& path = module.source.path;
        const std::string where = is_conftest(path) ? folder_of(path).str() + "/" : path;
        fixtures_[{where, name_of(info, module.tree.node(info.node))}] = info.id;
    }
    for (const auto& module : program_.modules)
        if (is_conftest(module->source.path))
            conftests_[folder_of(module->source.path).str() + "/"] = module->id;
}

/// The fixture that a name in a module stands for there.
FunctionId Inference::imported_fixture(ModuleId module, llvm::StringRef name) const {
    for (const Target& target : symbols_.member(module, name))
        if (target.kind == Target::Kind::function && traits_[target.function.value].is_fixture) {
            // Under the name that it is imported as, unless `name=` gives it another.
            const FunctionInfo& info = symbols_.function(target.function);
            const std::string own = name_of(info, program_.module(info.module).tree.node(info.node));
            if (own == info.name || own == name)
                return target.function;
        }
    return {};
}

FunctionId Inference::fixture(ModuleId from, llvm::StringRef name) const {
    if (fixtures_.empty())
        return {};
    const std::string& path = program_.module(from).source.path;
    if (const auto found = fixtures_.find({path, name.str()}); found != fixtures_.end())
        return found->second;
    if (const FunctionId imported = imported_fixture(from, name))
        return imported;
    for (llvm::StringRef folder = folder_of(path);; folder = folder_of(folder)) {
        const std::string where = folder.str() + "/";
        if (const auto found = fixtures_.find({where, name.str()}); found != fixtures_.end())
            return found->second;
        if (const auto conftest = conftests_.find(where); conftest != conftests_.end())
            if (const FunctionId imported = imported_fixture(conftest->second, name))
                return imported;
        if (folder.empty())
            return {};
    }
}

} // namespace sqlawait
