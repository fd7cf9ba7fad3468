#include "analysis/loading/expiry_state.h"
#include "analysis/loading/own_sessions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <set>

namespace sqlawait {

namespace {

/// Iterated values are no variable: numbers of their own, above those of symbols.
constexpr std::uint32_t iterated = 0x80000000U;

} // namespace

/// The walk over one function.
class ExpiryWalker {
  public:
    ExpiryWalker(ExpiryFlow& flow, FunctionId function)
        : flow_(flow), info_(flow.symbols_.function(function)), module_(flow.program_.module(info_.module)),
          bindings_(flow.symbols_.bindings(info_.module)) {}

    void run() {
        const Node body = module_.tree.node(info_.node).child(Field::body);
        State state;
        if (!body)
            return; // cut off by the nesting limit
        if (info_.is_lambda) {
            simple(body, state, {});
        } else {
            block(body, state);
        }
        returned_.join(table_, state);
        on_return = kinds_in(returned_.entry);
        for (const ParameterInfo& parameter : parameters_of(module_.tree.node(info_.node)))
            if (const SymbolId symbol = bindings_.symbol_at(parameter.name_node); symbol && returned_.live)
                exits.emplace(parameter.name, told(returned_.of(symbol.value), parameter.name_node));
        on_any = on_return | raised_;
        for (const auto& [name, versions] : reads_)
            flow_.before_[{module_.id, name}] = told(versions, name);
        std::map<Place, ExpiryFlow::Held> held;
        for (const auto& [at, versions] : held_)
            for (const Expired& one : told(versions, at.first))
                if (one.has(Expiry::commit))
                    held[{module_.id, at.first}].emplace_back(SymbolId{at.second}, one);
        for (auto& [call, variables] : held)
            flow_.held_[call] = std::move(variables);
        flow_.work_ += table_.work();
    }

    std::uint8_t on_return = 0, on_any = 0;
    std::map<std::string, std::vector<Expired>> exits; // by parameter

  private:
    struct Loop {
        State again, out;
    };

    void record(Node name, const State& state) {
        const SymbolId symbol = bindings_.symbol_at(name.id());
        if (!symbol)
            return;
        const VersionsId versions = state.of(symbol.value);
        if (versions == VersionsTable::nothing)
            return;
        VersionsId& recorded = reads_.try_emplace(name.id(), versions).first->second;
        recorded = table_.join(recorded, versions);
    }

    [[nodiscard]] std::uint8_t kinds_in(VersionsId versions) const {
        std::uint8_t kinds = 0;
        for (const Expired& one : table_.of(versions))
            kinds |= one.kinds;
        return kinds;
    }

    /// For others: of too many places the name itself, where nothing can be loaded, stands for all.
    [[nodiscard]] std::vector<Expired> told(VersionsId versions, NodeId name) const {
        std::vector<Expired> out(table_.of(versions).begin(), table_.of(versions).end());
        for (Expired& one : out)
            if (one.site == too_many_sites)
                one.site = name;
        return out;
    }

    [[nodiscard]] std::uint8_t kinds_of(const CallTarget& target) const {
        if (target.function)
            return info(target.function).is_generator ? 0 : flow_.effects_[target.function.value];
        return effects_of_external(flow_.knowledge_, target.external);
    }
    [[nodiscard]] const FunctionInfo& info(FunctionId id) const { return flow_.symbols_.function(id); }

    /// `session.refresh(x)`, `session.expire(x)`: of one variable.
    void one_variable(const CallTarget& target, Node call, NodeId site, State& state) {
        const auto [owner, method] = llvm::StringRef(target.external).rsplit('.');
        const Role role = flow_.knowledge_.role(owner);
        if (role != Role::session && role != Role::async_session && role != Role::scoped_session)
            return;
        const auto given = call.child(Field::arguments).named_children();
        if (given.empty() || !given[0].is(Kind::identifier))
            return;
        const SymbolId symbol = bindings_.symbol_at(given[0].id());
        if (!symbol)
            return;
        const VersionsId before = state.of(symbol.value);
        if (method == "expire") {
            const Expiry kind = given.size() == 1 ? Expiry::expire : Expiry::expire_some;
            state.define(symbol.value, table_.happen(before, site, bits(kind)));
        } else if (method == "refresh" && llvm::all_of(llvm::ArrayRef(given).drop_front(), [](Node argument) {
                       return argument.is(Kind::keyword_argument) &&
                              argument.child(Field::name).text() == "with_for_update";
                   })) {
            const std::uint8_t kept = kinds_in(before) & bits(Expiry::flush);
            state.define(symbol.value,
                         table_.intern({{site, static_cast<std::uint8_t>(bits(Expiry::refresh) | kept), {}}}));
        }
    }

    /// Variables that still hold what a commit let go of, when something is called.
    void note_held(NodeId call, const State& state) {
        for (const auto& [symbol, versions] : state.variables)
            if (symbol < iterated && (kinds_in(versions) & bits(Expiry::commit)) != 0) {
                VersionsId& held = held_.try_emplace({call, symbol}, versions).first->second;
                held = table_.join(held, versions);
            }
    }

    [[nodiscard]] bool opens_function(NodeId id) const {
        return module_.tree.node(id).is_any(Kind::function_definition, Kind::class_definition);
    }

    /// Reads, then what the calls do, then definitions. `site`: where what happens can be answered.
    void simple(Node node, State& state, Node site) {
        const NodeId end = module_.tree.record(node.id()).subtree_end;
        // What a comprehension binds is bound while it runs.
        for (NodeId id = node.id(); id < end; ++id)
            if (const DefinitionId made = bindings_.definition_at(id)) {
                const DefinitionKind kind = bindings_.definition(made).kind;
                const Node of = module_.tree.node(bindings_.definition(made).node);
                if (kind == DefinitionKind::parameter ||
                    (kind == DefinitionKind::for_target && of.is(Kind::for_in_clause)))
                    state.define(bindings_.definition(made).symbol.value, VersionsTable::nothing);
            }
        const std::vector<std::pair<Node, std::uint8_t>> effects = effects_inside(node);
        for (NodeId id = node.id(); id < end; ++id) {
            if (!bindings_.is_read(id))
                continue;
            const Node name = module_.tree.node(id);
            const auto* last = effects.data() + effects.size();
            for (const auto& effect : effects)
                if (effect.first.end() <= name.begin())
                    last = &effect;
            if (last == effects.data() + effects.size()) {
                record(name, state);
            } else { // [save(db, x), x.books]: read behind a call of the same statement
                State behind = state;
                everything(behind, last->first.id(), last->second);
                record(name, behind);
            }
        }
        calls(node, state, site ? site.id() : node.id());
        for (NodeId id = node.id(); id < end; ++id)
            if (const DefinitionId made = bindings_.definition_at(id))
                if (bindings_.definition(made).kind != DefinitionKind::for_target)
                    state.define(bindings_.definition(made).symbol.value, VersionsTable::nothing);
        if (sets_key(node))
            everything(state, site ? site.id() : node.id(), bits(Expiry::write));
        if (!handlers_.empty())
            handlers_.back().join(table_, state);
    }

    /// `book.author_id = ...`
    [[nodiscard]] bool sets_key(Node statement) const {
        const Node assignment = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
        const Node left = assignment.is(Kind::assignment) ? assignment.child(Field::left) : Node();
        if (!left.is(Kind::attribute))
            return false;
        const ClassId owner =
            flow_.types_.mapped_instance(flow_.types_.type_of({module_.id, left.child(Field::object).id()}));
        const ModelInfo* model = owner ? flow_.models_.find(owner) : nullptr;
        const ColumnInfo* column = model == nullptr ? nullptr : model->column(left.child(Field::attribute).text());
        return column != nullptr && !column->foreign_key.empty();
    }

    /// Calls of a statement that end the life of values, in order.
    [[nodiscard]] std::vector<std::pair<Node, std::uint8_t>> effects_inside(Node node) const {
        std::vector<std::pair<Node, std::uint8_t>> out;
        const NodeId end = module_.tree.record(node.id()).subtree_end;
        for (NodeId id = node.id(); id < end; ++id) {
            const Node call = module_.tree.node(id);
            if (call.is(Kind::lambda)) {
                id = module_.tree.record(id).subtree_end - 1;
                continue;
            }
            const CallInfo* targets = call.is(Kind::call) ? flow_.types_.call({module_.id, id}) : nullptr;
            std::uint8_t kinds = 0;
            if (targets != nullptr)
                for (const CallTarget& target : targets->targets)
                    kinds |= kinds_of(target);
            if (kinds != 0)
                out.emplace_back(call, kinds);
        }
        return out;
    }

    void calls(Node node, State& state, NodeId site) {
        std::uint8_t kinds = 0, own_kinds = 0;
        std::vector<std::pair<const CallTarget*, Node>> single;
        const NodeId end = module_.tree.record(node.id()).subtree_end;
        for (NodeId id = node.id(); id < end; ++id) {
            const Node call = module_.tree.node(id);
            if (call.is(Kind::lambda)) {
                id = module_.tree.record(id).subtree_end - 1;
                continue;
            }
            if (!call.is(Kind::call))
                continue;
            const CallInfo* targets = flow_.types_.call({module_.id, id});
            if (targets == nullptr)
                continue;
            note_held(id, state);
            const bool own = works_on_own_session(flow_.symbols_, flow_.types_, module_, call);
            for (const CallTarget& target : targets->targets) {
                (own ? own_kinds : kinds) |= kinds_of(target);
                if (target.function)
                    (own ? own_raised_ : raised_) |= flow_.any_effects_[target.function.value];
                else if (llvm::StringRef(target.external).ends_with(".refresh") ||
                         llvm::StringRef(target.external).ends_with(".expire"))
                    single.emplace_back(&target, call);
            }
        }
        if (kinds != 0)
            everything(state, site, kinds);
        if (own_kinds != 0)
            all_variables(state, site, own_kinds);
        for (const auto& [target, call] : single)
            one_variable(*target, call, site, state);
    }

    void everything(State& state, NodeId site, std::uint8_t kinds) {
        raised_ |= kinds;
        state.entry = table_.happen(state.entry, site, kinds);
        state.change_variables([&](VersionsId before) { return table_.happen(before, site, kinds); });
    }

    /// On a session of the function's own: what the caller has is not in it.
    void all_variables(State& state, NodeId site, std::uint8_t kinds) {
        own_raised_ |= kinds;
        state.change_variables([&](VersionsId before) { return table_.happen(before, site, kinds); });
    }

    void block(Node node, State& state) {
        for (const Node child : node.named_children()) {
            if (!state.live)
                return; // never reached
            statement(child, state);
        }
    }

    /// The parts of a header: conditions, iterables.
    void header(Node part, State& state, Node site) {
        if (part)
            simple(part, state, site);
    }

    void statement(Node node, State& state) {
        switch (node.kind()) {
        case Kind::if_statement: return branches(node, state);
        case Kind::while_statement: return loop(node, state, false);
        case Kind::for_statement: return loop(node, state, true);
        case Kind::try_statement: return attempt(node, state);
        case Kind::with_statement: return with(node, state);
        case Kind::match_statement: return match(node, state);
        case Kind::return_statement:
            simple(node, state, node);
            returned_.join(table_, state);
            state.live = false;
            return;
        case Kind::raise_statement:
            simple(node, state, node);
            state.live = false;
            return;
        case Kind::break_statement:
        case Kind::continue_statement:
            if (!loops_.empty())
                (node.is(Kind::break_statement) ? loops_.back()->out : loops_.back()->again).join(table_, state);
            state.live = false;
            return;
        case Kind::function_definition:
        case Kind::class_definition:
        case Kind::decorated_definition: return;
        default: simple(node, state, node);
        }
    }

    void branches(Node node, State& state) {
        header(node.child(Field::condition), state, node);
        State out;
        out.live = false;
        // What happens in a header is answered where a branch begins, or behind the whole where none is taken.
        std::vector<NodeId> headers{node.id()};
        const auto branch = [&](Node body) {
            State taken = state;
            if (body)
                taken.move(table_, headers, body.id());
            block(body, taken);
            if (body)
                taken.move(table_, body.id(), node.id());
            out.join(table_, taken);
        };
        branch(node.child(Field::consequence));
        bool otherwise = false;
        for (const Node part : node.children(Field::alternative)) {
            if (part.is(Kind::elif_clause)) {
                state.move(table_, headers, part.id());
                headers.assign(1, part.id());
                header(part.child(Field::condition), state, part);
                branch(part.child(Field::consequence));
            } else {
                otherwise = true;
                branch(part.child(Field::body));
            }
        }
        if (!otherwise) {
            state.move(table_, headers, node.id());
            out.join(table_, state);
        }
        state = std::move(out);
    }

    void loop(Node node, State& state, bool over) {
        const std::uint32_t values = iterated | node.id();
        if (over) {
            header(node.child(Field::right), state, node);
            state.define(values, VersionsTable::nothing);
        }
        Loop here;
        loops_.push_back(&here);
        here.again.live = here.out.live = false;
        State head = state;
        for (unsigned round = 0; round < 4; ++round) {
            const State before = head;
            State inside = head;
            if (over) {
                const std::uint8_t kinds = kinds_in(inside.of(values));
                const VersionsId element =
                    kinds == 0 ? VersionsTable::nothing : table_.intern({{node.id(), kinds, {}}});
                const Node left = node.child(Field::left);
                for (NodeId id = left.id(); id < module_.tree.record(left.id()).subtree_end; ++id)
                    if (const DefinitionId made = bindings_.definition_at(id))
                        inside.define(bindings_.definition(made).symbol.value, element);
            } else {
                header(node.child(Field::condition), inside, node);
                here.out.join(table_, inside);
            }
            block(node.child(Field::body), inside);
            here.again.join(table_, inside);
            head.join(table_, here.again);
            if (head == before)
                break;
        }
        loops_.pop_back();
        State out = head;
        if (over && !here.out.live)
            each_of_list(node, state, here.again, out);
        if (const Node otherwise = node.child(Field::alternative))
            block(otherwise.child(Field::body), out);
        out.join(table_, here.out);
        state = std::move(out);
    }

    /// `for x in xs: session.refresh(x)`: what happened to each happened to what the list holds.
    void each_of_list(Node loop, const State& before, const State& again, State& out) {
        const Node list = loop.child(Field::right), item = loop.child(Field::left);
        const SymbolId all = list.is(Kind::identifier) ? bindings_.symbol_at(list.id()) : SymbolId();
        const SymbolId one = item.is(Kind::identifier) ? bindings_.symbol_at(item.id()) : SymbolId();
        if (!all || !one || !again.live || out.of(all.value) != before.of(all.value))
            return;
        std::optional<VersionsId> each;
        const Versions happened_to_one = table_.of(again.of(one.value));
        for (Expired happened : happened_to_one) {
            VersionsId versions = before.of(all.value);
            if (happened.site != no_node && happened.site != too_many_sites &&
                module_.tree.node(happened.site).inside(loop.child(Field::body))) {
                happened.through = one;
                versions = table_.intern({happened});
            }
            each = each ? table_.join(*each, versions) : versions;
        }
        if (each)
            out.define(all.value, *each);
    }

    void attempt(Node node, State& state) {
        handlers_.push_back(state);
        const std::uint8_t raised_before = raised_, own_before = own_raised_;
        raised_ = own_raised_ = 0;
        block(node.child(Field::body), state);
        const State handler = std::move(handlers_.back());
        handlers_.pop_back();
        const std::uint8_t raised = raised_, own_raised = own_raised_;
        raised_ |= raised_before;
        own_raised_ |= own_before;
        State out;
        out.live = false;
        Node last;
        for (const Node part : node.named_children()) {
            if (part.is(Kind::else_clause)) {
                block(part.child(Field::body), state);
            } else if (part.is(Kind::except_clause)) {
                State caught = handler;
                caught.live = true;
                // A savepoint or a callee that rolled back on its way out.
                if ((raised & bits(Expiry::rollback)) != 0)
                    everything(caught, part.id(), bits(Expiry::rollback));
                else if ((own_raised & bits(Expiry::rollback)) != 0)
                    all_variables(caught, part.id(), bits(Expiry::rollback));
                Node body;
                for (const Node child : part.named_children()) {
                    if (child.is(Kind::block))
                        body = child;
                    else
                        header(child, caught, part);
                }
                if (body)
                    block(body, caught);
                out.join(table_, caught);
            } else if (part.is(Kind::finally_clause)) {
                last = part;
            }
        }
        out.join(table_, state);
        if (last)
            for (const Node child : last.named_children())
                if (child.is(Kind::block)) {
                    const bool live = out.live;
                    if (!live) {
                        out = handler;
                        out.live = true;
                    }
                    block(child, out);
                    out.live = out.live && live;
                }
        if (!handlers_.empty()) {
            handlers_.back().join(table_, handler);
            handlers_.back().join(table_, out);
        }
        state = std::move(out);
    }

    /// What leaving a context manager does: `with session.begin():` commits, or rolls back.
    [[nodiscard]] std::uint8_t leaving(Node item, bool& savepoint) const {
        const NodeId end = module_.tree.record(item.id()).subtree_end;
        std::uint8_t kinds = 0;
        for (NodeId id = item.id(); id < end; ++id) {
            const CallInfo* targets = flow_.types_.call({module_.id, id});
            if (targets == nullptr)
                continue;
            for (const CallTarget& target : targets->targets) {
                if (target.function && info(target.function).is_generator)
                    kinds |= flow_.effects_[target.function.value];
                const auto [owner, method] = llvm::StringRef(target.external).rsplit('.');
                const Role role = flow_.knowledge_.role(owner);
                const bool session = role == Role::session || role == Role::async_session ||
                                     role == Role::scoped_session || role == Role::session_factory;
                if (session && method == "begin")
                    kinds |= bits(Expiry::commit) | bits(Expiry::flush);
                if (session && method == "begin_nested") {
                    kinds |= bits(Expiry::flush);
                    savepoint = true;
                }
            }
        }
        return kinds;
    }

    void with(Node node, State& state) {
        std::uint8_t kinds = 0;
        bool savepoint = false;
        for (const Node child : node.named_children())
            if (!child.is(Kind::block)) {
                kinds |= leaving(child, savepoint);
                header(child, state, node);
            }
        block(node.child(Field::body), state);
        if (state.live && kinds != 0)
            everything(state, node.id(), kinds);
        if (savepoint || (kinds & bits(Expiry::commit)) != 0)
            raised_ |= bits(Expiry::rollback);
    }

    void match(Node node, State& state) {
        for (const Node subject : node.children(Field::subject))
            header(subject, state, node);
        State out = state;
        const Node body = node.child(Field::body) ? node.child(Field::body) : node;
        for (const Node clause : body.named_children()) {
            if (!clause.is(Kind::case_clause))
                continue;
            State taken = state;
            for (const Node part : clause.named_children()) {
                if (part.is(Kind::block))
                    block(part, taken);
                else
                    header(part, taken, node);
            }
            out.join(table_, taken);
        }
        state = std::move(out);
    }

    ExpiryFlow& flow_;
    const FunctionInfo& info_;
    const Module& module_;
    const ModuleBindings& bindings_;
    VersionsTable table_;
    std::map<NodeId, VersionsId> reads_; // of names, before which something may have happened
    std::map<std::pair<NodeId, std::uint32_t>, VersionsId> held_; // by call and variable
    State returned_{.live = false}; // where the function is left by a return
    std::uint8_t raised_ = 0;     // by anything so far
    std::uint8_t own_raised_ = 0; // on sessions that the function made itself
    std::vector<Loop*> loops_;
    std::vector<State> handlers_; // one for each try around: what may be when an exception arrives
};

ExpiryFlow::ExpiryFlow(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                       const TypeTable& types, const Knowledge& knowledge)
    : program_(program), symbols_(symbols), models_(models), types_(types), knowledge_(knowledge),
      effects_(symbols.functions().size(), 0), any_effects_(symbols.functions().size(), 0) {}

void ExpiryFlow::walk(FunctionId id) {
    ExpiryWalker walker(*this, id);
    walker.run();
    effects_[id.value] |= walker.on_return;
    any_effects_[id.value] |= walker.on_any;
    exits_[id] = std::move(walker.exits);
}

void ExpiryFlow::run() {
    // By callee: who has to be looked at again when more may happen in it.
    std::vector<std::vector<FunctionId>> callers(symbols_.functions().size());
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id))
            if (const FunctionId caller = symbols_.enclosing_function({module->id, call.node}))
                for (const CallTarget& target : call.targets)
                    if (target.function)
                        callers[target.function.value].push_back(caller);
    std::vector<FunctionId> queue;
    std::vector<bool> queued(symbols_.functions().size(), true);
    for (const FunctionInfo& info : symbols_.functions())
        queue.push_back(info.id);
    while (!queue.empty()) {
        const FunctionId id = queue.back();
        queue.pop_back();
        queued[id.value] = false;
        const std::uint8_t before = effects_[id.value], any = any_effects_[id.value];
        walk(id);
        if (effects_[id.value] == before && any_effects_[id.value] == any)
            continue;
        for (const FunctionId caller : callers[id.value])
            if (!queued[caller.value]) {
                queued[caller.value] = true;
                queue.push_back(caller);
            }
    }
}

llvm::ArrayRef<Expired> ExpiryFlow::at_exit(FunctionId id, llvm::StringRef parameter) const {
    const auto found = exits_.find(id);
    if (found == exits_.end())
        return {};
    const auto versions = found->second.find(parameter.str());
    return versions == found->second.end() ? llvm::ArrayRef<Expired>() : llvm::ArrayRef(versions->second);
}

llvm::ArrayRef<Expired> ExpiryFlow::before(Place read) const {
    const auto found = before_.find(read);
    return found == before_.end() ? llvm::ArrayRef<Expired>() : llvm::ArrayRef(found->second);
}

} // namespace sqlawait
