// What calls of the session and of statements do to values that are loaded.
#include "analysis/loading/expiry.h"

#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

std::uint8_t effects_of_external(const Knowledge& knowledge, llvm::StringRef external) {
    if (external.empty())
        return 0;
    const auto [owner, method] = external.rsplit('.');
    const Role role = knowledge.role(owner);
    const bool session = role == Role::session || role == Role::async_session || role == Role::scoped_session;
    if (role == Role::query && (method == "update" || method == "delete"))
        return bits(Expiry::write);
    if (owner == "sqlalchemy" && (method == "insert" || method == "update" || method == "delete"))
        return bits(Expiry::write);
    if (!session && role != Role::transaction && role != Role::async_transaction)
        return 0;
    return llvm::StringSwitch<std::uint8_t>(method)
        .Case("commit", bits(Expiry::commit) | bits(Expiry::flush))
        .Case("rollback", bits(Expiry::rollback))
        .Case("flush", bits(Expiry::flush))
        .Cases("add", "add_all", "merge", "delete", bits(Expiry::write))
        .Cases("bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings", bits(Expiry::write))
        .Case("expire_all", bits(Expiry::expire))
        .Default(0);
}

} // namespace sqlawait
