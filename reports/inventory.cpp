#include "reports/inventory.h"

#include "reports/reported.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral http_packages[] = {"requests", "httpx", "urllib", "urllib3", "http"};

/// "sqlalchemy.orm.Session" and "commit" of "sqlalchemy.orm.Session.commit".
std::pair<llvm::StringRef, llvm::StringRef> class_and_member(llvm::StringRef dotted) { return dotted.rsplit('.'); }

bool blocks(const Knowledge& knowledge, llvm::StringRef name) {
    if (const FunctionKnowledge* function = knowledge.function(name))
        return function->blocking;
    const auto [owner, member] = class_and_member(name);
    const MemberKnowledge* known = knowledge.member(owner, member);
    return known != nullptr && known->blocking;
}

/// By function: whether it runs on the event loop once all is moved: coroutines, and what they call directly.
std::vector<bool> on_event_loop(const Facts& facts) {
    std::vector<bool> out(facts.symbols.functions().size());
    std::vector<FunctionId> open;
    const auto add = [&](FunctionId id) {
        if (!out[id.value]) {
            out[id.value] = true;
            open.push_back(id);
        }
    };
    for (const FunctionInfo& function : facts.symbols.functions()) {
        const ColouredFunction& colour = facts.colours.function(function.id);
        if (function.is_async || (colour.form.async && colour.turns_async))
            add(function.id);
    }
    while (!open.empty()) {
        const FunctionId caller = open.back();
        open.pop_back();
        for (const std::uint32_t index : facts.calls.callees(caller)) {
            const CallEdge& edge = facts.calls.edges()[index];
            if (edge.kind == CallEdge::Kind::call || edge.kind == CallEdge::Kind::property ||
                edge.kind == CallEdge::Kind::context || edge.kind == CallEdge::Kind::iteration ||
                edge.kind == CallEdge::Kind::operator_ || edge.kind == CallEdge::Kind::truth)
                add(edge.callee);
        }
    }
    return out;
}

/// Methods that hardly anything but a session has, and the others of a session that are worth a look.
constexpr llvm::StringLiteral telling_methods[] = {"query", "commit", "rollback", "refresh", "flush", "scalars"};
constexpr llvm::StringLiteral further_methods[] = {"add",    "add_all", "delete", "execute",
                                                   "scalar", "get",     "merge",  "close"};

/// Calls on one receiver in one function are looked at together: one that tells speaks for the others.
void find_unrecognised(const Facts& facts, std::vector<FileInventory>& out) {
    struct Group {
        bool tells = false;
        std::vector<std::pair<Place, std::string>> calls;
    };
    std::map<std::tuple<ModuleId, FunctionId, std::string>, Group> groups;
    const auto collect = [&](llvm::StringRef method, bool tells) {
        for (const Place place : facts.calls.open_calls(method)) {
            const Node call = facts.node(place);
            const Node attribute = call.is(Kind::call) ? call.child(Field::function) : call;
            if (!attribute.is(Kind::attribute) || !attribute.parent().is(Kind::call))
                continue;
            const std::string receiver = in_one_line(attribute.child(Field::object).text());
            Group& group = groups[{place.module, facts.symbols.enclosing_function(place), receiver}];
            group.tells = group.tells || tells;
            group.calls.emplace_back(place, method.str());
        }
    };
    for (const llvm::StringLiteral method : telling_methods)
        collect(method, true);
    for (const llvm::StringLiteral method : further_methods)
        collect(method, false);
    for (const auto& [key, group] : groups) {
        const auto& [module, function, receiver] = key;
        if (!group.tells || receiver.size() > 40)
            continue;
        for (const auto& [place, method] : group.calls)
            out[module.value].unrecognised.push_back(
                {facts.module(module).source.lines.at(facts.node(place).begin()).line, receiver, method,
                 function ? name_in_module(facts, function) : ""});
    }
    for (FileInventory& file : out)
        llvm::stable_sort(file.unrecognised, [](const auto& a, const auto& b) { return a.line < b.line; });
}

} // namespace

std::vector<FileInventory> take_inventory(const Facts& facts) {
    std::vector<FileInventory> out(facts.program.modules.size());
    const std::vector<bool> on_loop = on_event_loop(facts);
    std::set<FunctionId> mixed;
    for (const IoSite& site : facts.colours.sites())
        if (site.function && facts.symbols.function(site.function).is_async)
            mixed.insert(site.function);
    for (const FunctionInfo& function : facts.symbols.functions()) {
        FileInventory& file = out[function.module.value];
        if (function.is_lambda)
            continue;
        ++(function.is_async ? file.async_functions : file.sync_functions);
        file.mixed_functions += mixed.count(function.id) != 0 ? 1 : 0;
    }
    for (const auto& module : facts.program.modules) {
        FileInventory& file = out[module->id.value];
        const llvm::StringRef text = module->source.text;
        file.lines = static_cast<unsigned>(text.count('\n')) + (text.empty() || text.ends_with("\n") ? 0 : 1);
        for (const CallInfo& call : facts.types.calls(module->id)) {
            std::set<std::string> operations, awaited, blocking;
            for (const CallTarget& target : call.targets) {
                const auto [owner, member] = class_and_member(target.external);
                const Role role = facts.knowledge.role(owner);
                if (role == Role::session || role == Role::scoped_session)
                    operations.insert(member.str());
                else if (role == Role::async_session)
                    awaited.insert(member.str());
                else if (!target.external.empty() && blocks(facts.knowledge, target.external))
                    blocking.insert(target.external);
            }
            // A call that may go to either kind is not moved yet.
            for (const std::string& operation : operations)
                if (!llvm::StringRef(operation).starts_with("__"))
                    ++file.operations[operation];
            if (operations.empty())
                for (const std::string& operation : awaited)
                    if (!llvm::StringRef(operation).starts_with("__"))
                        ++file.awaited[operation];
            if (blocking.empty())
                continue;
            const FunctionId function = facts.symbols.enclosing_function({module->id, call.node});
            const LineColumn at = module->source.lines.at(module->tree.node(call.node).begin());
            const std::string& name = *blocking.begin();
            const llvm::StringRef package = llvm::StringRef(name).split('.').first;
            file.blocking.push_back({.line = at.line,
                                     .column = at.column,
                                     .name = name,
                                     .function = function ? name_in_module(facts, function) : "",
                                     .http = llvm::is_contained(http_packages, package),
                                     .on_loop = function && on_loop[function.value]});
        }
    }
    find_unrecognised(facts, out);
    return out;
}

} // namespace sqlawait
