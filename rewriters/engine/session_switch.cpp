#include "rewriters/engine/session_switch.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The module that others take their sessions from.
const Module* home_of(const Facts& facts) {
    for (const Role role : {Role::session_factory, Role::engine})
        for (const ColouredValue& value : facts.colours.values())
            if (value.role == role && value.form.async)
                return &facts.module(value.module);
    for (const FunctionInfo& function : facts.symbols.functions())
        if (facts.colours.function(function.id).switched)
            return &facts.module(function.module);
    return nullptr;
}

} // namespace

AddedModule session_switch_module(const Facts& facts) {
    const Module* home = home_of(facts);
    if (home == nullptr)
        return {};
    const llvm::StringRef path = home->source.path;
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == llvm::StringRef::npos ? "" : path.take_front(slash + 1).str();
    llvm::StringRef package = home->name();
    if (!home->is_package)
        package = package.contains('.') ? package.rsplit('.').first : "";
    return {folder + session_switch.str() + ".py", (package.empty() ? "" : package.str() + ".") + session_switch.str()};
}

} // namespace sqlawait
