#include "analysis/calls/session_switch.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

bool is_session_switch_module(llvm::StringRef name) { return name.substr(name.rfind('.') + 1) == session_switch; }

bool is_switch(const SymbolTable& symbols, const Program& program, ModuleId module, Node expression,
               llvm::StringRef name) {
    return llvm::any_of(symbols.resolve_expression(module, expression), [&](const Target& target) {
        if (target.kind != Target::Kind::function)
            return false;
        const FunctionInfo& function = symbols.function(target.function);
        return function.name == name && is_session_switch_module(program.module(function.module).name());
    });
}

} // namespace sqlawait
