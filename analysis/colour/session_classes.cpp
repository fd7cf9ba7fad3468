#include "analysis/colour/session_classes.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Special methods that are the synchronous session's own business.
constexpr llvm::StringLiteral harmless[] = {"__init__", "__repr__", "__str__", "__init_subclass__"};

bool takes_any_keyword(const Program& program, const FunctionInfo& function) {
    const auto parameters = parameters_of(program.module(function.module).tree.node(function.node));
    return llvm::any_of(parameters, [](const ParameterInfo& one) {
        return one.kind == ParameterInfo::Kind::var_keyword || one.name == "binds";
    });
}

} // namespace

ClassId own_session_class(const SymbolTable& symbols, const TypeTable& types, const Knowledge& knowledge,
                          ModuleId module, Node expression) {
    ClassId found;
    for (const Target& target : symbols.resolve_expression(module, expression)) {
        if (target.kind != Target::Kind::class_ || (found && found != target.class_))
            return {};
        found = target.class_;
    }
    return found && is_session_class(types, knowledge, found) ? found : ClassId();
}

bool is_session_class(const TypeTable& types, const Knowledge& knowledge, ClassId id) {
    return !async_class_of_own(types, knowledge, id).empty();
}

std::string async_class_of_own(const TypeTable& types, const Knowledge& knowledge, ClassId session) {
    for (const std::string& base : types.external_bases(session))
        if (knowledge.role(base) == Role::session)
            if (const ClassKnowledge* known = knowledge.class_(base); known != nullptr)
                return known->async_class;
    return "";
}

std::string session_class_refusal(const Program& program, const SymbolTable& symbols, const TypeTable& types,
                                  const Knowledge& knowledge, ClassId session) {
    const std::string async = async_class_of_own(types, knowledge, session);
    const std::string of_class = "the session class '" + symbols.class_(session).name + "' ";
    const auto defines = [&](llvm::StringRef name) { return types.method(session, name); };
    if ((defines("execute") || defines("scalar") || defines("scalars")) && !(defines("execute") && defines("scalar")))
        return of_class + "defines one of execute() and scalar(), which an AsyncSession calls apart";
    for (const ClassId base : types.linearised(session)) {
        const ClassInfo& info = symbols.class_(base);
        for (const FunctionId id : info.methods) {
            const FunctionInfo& method = symbols.function(id);
            const llvm::StringRef name = method.name;
            if (name == "get_bind") // those of an AsyncSession would have to be their `sync_engine`
                return of_class + "chooses the engine itself in " + method.name + "()";
            if (name == "__init__" && !takes_any_keyword(program, method))
                return of_class + "has an __init__() that does not take what an AsyncSession passes on (binds=)";
            if (llvm::is_contained(harmless, name))
                continue;
            if (name.starts_with("__") && name.ends_with("__"))
                return of_class + "has a " + method.name + "() that an AsyncSession does not call";
            if (!name.starts_with("_") && knowledge.member(async, name) == nullptr)
                return of_class + "has a method " + method.name + "() that an AsyncSession does not have";
        }
        const ModuleBindings& bindings = symbols.bindings(info.module);
        for (const SymbolId symbol : bindings.scope(info.scope).symbols) {
            const Symbol& one = bindings.symbol(symbol);
            const bool method =
                llvm::any_of(info.methods, [&](FunctionId id) { return symbols.function(id).name == one.name; });
            if (!method && !llvm::StringRef(one.name).starts_with("_") && knowledge.member(async, one.name) == nullptr)
                return of_class + "has an attribute " + one.name + " that an AsyncSession does not have";
        }
    }
    return "";
}

bool overrides_execute_alone(const SymbolTable& symbols, const TypeTable& types, const Knowledge& knowledge) {
    return llvm::any_of(symbols.classes(), [&](const ClassInfo& info) {
        return !types.external_bases(info.id).empty() && types.method(info.id, "execute") &&
               !(types.method(info.id, "scalar") && types.method(info.id, "scalars")) &&
               is_session_class(types, knowledge, info.id);
    });
}

} // namespace sqlawait
