// Where session, engine and connection I/O is done.
#include "analysis/colour/colouring.h"
#include "analysis/colour/session_classes.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool is_sync_role(Role role) {
    return llvm::is_contained({Role::session, Role::scoped_session, Role::session_factory, Role::engine,
                               Role::connection, Role::transaction, Role::http_client},
                              role);
}

bool is_async_role(Role role) {
    return llvm::is_contained({Role::async_session, Role::async_session_factory, Role::async_engine,
                               Role::async_connection, Role::async_transaction},
                              role);
}

/// `with` items keep their value below an as_pattern.
Node item_value(Node item) {
    const Node value = item.child(Field::value);
    return value.is(Kind::as_pattern) ? value.named_child(0) : value;
}

} // namespace

void Colouring::add_site(IoSite site) {
    if (!site_places_.insert(site.place).second)
        return;
    if (module_of(site.place).tree.node(site.place.node).parent().is(Kind::await))
        return; // awaited already: what it is called on is asynchronous
    sites_.push_back(std::move(site));
}

/// What runs a legacy query. A web that is refused makes its terminals I/O without an async form.
void Colouring::find_chain_sites() {
    for (std::uint32_t index = 0; index < queries_.chains().size(); ++index) {
        const QueryChain& chain = queries_.chains()[index];
        if (!chain.terminal)
            continue;
        IoSite site;
        site.place = chain.place;
        site.function = symbols_.enclosing_function(chain.place);
        site.operation = "query." + (chain.links.empty() ? std::string("__iter__") : chain.links.back().method);
        site.certainty = chain.certainty;
        site.chain = index;
        if (chain.web)
            site.refusal = queries_.web(chain.web).refusal.value_or("");
        if (site.refusal.empty())
            site.refusal = refusal_of_session_class(chain.place);
        add_site(std::move(site));
    }
}

/// Of what the calls of a chain are made on: why an AsyncSession has no place for its class; "" it has, or there is
/// none.
std::string Colouring::refusal_of_session_class(Place chain) const {
    for (Node at = node(chain); at; at = at.is(Kind::call) ? at.child(Field::function) : at.child(Field::object)) {
        if (!at.is_any(Kind::call, Kind::attribute, Kind::identifier))
            break;
        for (const Atom& atom : types_.store().atoms(types_.type_of({chain.module, at.id()})))
            if (atom.kind == Atom::Kind::instance && is_session_class(types_, knowledge_, ClassId{atom.id}))
                if (std::string refusal =
                        session_class_refusal(program_, symbols_, types_, knowledge_, ClassId{atom.id});
                    !refusal.empty())
                    return refusal;
    }
    return "";
}

void Colouring::find_call_site(const Module& module, const CallInfo& call) {
    const Place place{module.id, call.node};
    const Node node = module.tree.node(call.node);
    IoSite site;
    bool asynchronous = false;
    for (const CallTarget& target : call.targets) {
        if (target.function || target.external.empty())
            continue;
        if (const FunctionKnowledge* function = knowledge_.function(target.external);
            function != nullptr && function->io) {
            site.operation = target.external;
            site.refusal = function->refusal;
            continue;
        }
        const std::string canonical = knowledge_.canonical(target.external);
        const Node arguments = node.child(Field::arguments);
        // `getattr(self._session, name)`: what calls that is not seen.
        if (canonical == "builtins.getattr" && arguments.named_children().size() > 1 &&
            !arguments.named_child(1).is(Kind::string) &&
            types_.has_role(Place{module.id, arguments.named_child(0).id()}, Role::session) == Certainty::proved) {
            site.operation = "session.getattr";
            site.refusal = "which method of the session it reads is not known";
            continue;
        }
        const auto [owner, method] = llvm::StringRef(canonical).rsplit('.');
        const MemberKnowledge* member = knowledge_.member(owner, method);
        if (member == nullptr)
            continue;
        const Role role = knowledge_.role(owner);
        asynchronous |= is_async_role(role);
        if (!member->io || role == Role::query)
            continue; // queries are followed by a pass of their own
        site.operation = (role == Role::none ? owner.rsplit('.').second : role_name(role)).str() + "." + method.str();
        site.refusal = member->refusal;
    }
    if (site.operation.empty())
        return;
    if (site.refusal.empty())
        site.refusal = refusal_of_session_class(place);
    if (asynchronous)
        site.refusal = "the session is a synchronous one here and an asynchronous one there";
    site.place = place;
    site.function = symbols_.enclosing_function(place);
    site.certainty = call.complete ? Certainty::proved : Certainty::likely;
    const Node callee = node.child(Field::function);
    if (callee.is(Kind::attribute)) {
        const Place receiver{module.id, callee.child(Field::object).id()};
        for (const Role role : {Role::session, Role::engine, Role::connection, Role::http_client})
            if (const Certainty certainty = types_.has_role(receiver, role); certainty != Certainty::unknown)
                site.certainty = certainty;
    }
    add_site(std::move(site));
}

/// `with SessionLocal() as db`: leaving the block closes the session.
void Colouring::find_scope_site(const Module& module, Node item) {
    const Node statement = item.ancestor(Kind::with_statement);
    if (!statement || statement.child_token("async"))
        return;
    const Node value = item_value(item);
    const Place place{module.id, value.id()};
    const TypeStore& store = types_.store();
    for (const Atom& atom : store.atoms(types_.type_of(place))) {
        const llvm::StringRef class_name = store.external_class(atom);
        const bool own = atom.kind == Atom::Kind::instance && is_session_class(types_, knowledge_, ClassId{atom.id});
        const Role role = own ? Role::session : class_name.empty() ? Role::none : knowledge_.role(class_name);
        if (!is_sync_role(role))
            continue;
        IoSite site;
        site.place = place;
        site.function = symbols_.enclosing_function(place);
        site.operation = role_name(role).str() + ".scope";
        site.certainty = types_.has_role(place, role);
        if (role == Role::scoped_session)
            site.refusal = "a scoped_session has no block";
        if (own)
            site.refusal = session_class_refusal(program_, symbols_, types_, knowledge_, ClassId{atom.id});
        add_site(std::move(site));
        return;
    }
}

void Colouring::find_sites() {
    find_chain_sites();
    for (const auto& module : program_.modules) {
        // Blocks before calls: the call in `with engine.connect()` is part of the block.
        for (NodeId id = 0; id < module->tree.size(); ++id)
            if (module->tree.record(id).kind == Kind::with_item)
                find_scope_site(*module, module->tree.node(id));
        for (const CallInfo& call : types_.calls(module->id))
            find_call_site(*module, call);
    }
    // Requests to an application that does not use the database are nothing to us.
    uses_database_ = !llvm::all_of(sites_, [](const IoSite& site) { return site.is_request() || !site.function; });
    if (!uses_database_)
        llvm::erase_if(sites_, [](const IoSite& site) { return site.is_request(); });
    llvm::sort(sites_, [](const IoSite& a, const IoSite& b) { return a.place < b.place; });
}

} // namespace sqlawait
