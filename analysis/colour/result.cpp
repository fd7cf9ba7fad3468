// Names of the forms, reasons in words, and the frozen table.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

// Longer chains say nothing more.
constexpr unsigned max_chain = 8;

} // namespace

/// `SessionLocal` -> `AsyncSessionLocal`, `engine` -> `async_engine`, `_ENGINE` -> `_ASYNC_ENGINE`.
std::string async_value_name(llvm::StringRef name) {
    const std::size_t start = std::min(name.find_first_not_of('_'), name.size());
    const llvm::StringRef lead = name.take_front(start), rest = name.drop_front(start);
    if (rest.empty())
        return (lead + "async_value").str();
    if (rest == rest.upper())
        return (lead + "ASYNC_" + rest).str();
    return (lead + (llvm::isUpper(rest.front()) ? "Async" : "async_") + rest).str();
}

ScopeId enclosing_scope(const ModuleBindings& bindings, ScopeId from) {
    while (from && bindings.scope(from).kind == ScopeKind::type_parameters)
        from = bindings.scope(from).parent;
    return from;
}

void Colouring::name_forms(ColourTable& table) {
    const auto free_name = [&](const FunctionInfo& function, std::string name) {
        // Beside the function: in its class or its module.
        const ModuleBindings& bindings = symbols_.bindings(function.module);
        const ScopeId scope = enclosing_scope(bindings, bindings.scope(function.scope).parent);
        while (scope && bindings.scope(scope).by_name.contains(name))
            name += "_";
        return name;
    };
    for (const FunctionInfo& function : symbols_.functions()) {
        ColouredFunction& own = table.functions_[function.id.value];
        own.async_name = own.sync_name = function.name;
        if (const State& known = state(function.id); known.asked_async) {
            own.beside = known.async_form;
            own.async_name = symbols_.function(known.async_form).name;
            continue;
        }
        // The name of a cached property stays; what makes its value is written beside it.
        if (!own.ordinary.empty() && !calls_.is_property(function.id))
            own.async_name = own.ordinary;
        if (!own.io || !own.form.twin() || function.outer || !own.ordinary.empty())
            continue;
        // Of a class with two forms the methods keep their names.
        if (function.owner && table.class_twins_[function.owner.value].twin)
            continue;
        // Special names mean something to Python: they cannot be renamed, and need not be when they don't turn.
        if (is_special(function.name))
            continue;
        // Who calls what is registered may know it by its name.
        const bool plain = options_.twin_strategy && own.registrations.empty();
        const bool fixed = plain || llvm::any_of(calls_.family(function.id),
                                                 [&](FunctionId member) { return state(member).fixed_sync_name; });
        if (fixed)
            own.async_name = free_name(function, function.name + async_suffix.str());
        else
            own.sync_name = free_name(function, function.name + sync_suffix.str());
    }
    for (ColouredValue& value : values_) {
        const ModuleBindings& bindings = symbols_.bindings(value.module);
        const std::string& name = bindings.symbol(value.symbol).name;
        value.async_name = name;
        const std::size_t index = static_cast<std::size_t>(&value - values_.data());
        if (value_states_[index].only_depends && value.form.twin() &&
            llvm::none_of(value_edges_[index], [&](std::uint32_t edge) {
                const ColouredFunction& callee = table.functions_[calls_.edges()[edge].callee.value];
                return callee.async_name != callee.sync_name;
            }))
            value.form = {.sync = true, .async = false}; // one text for both
        if (value.beside)
            value.async_name = async_value_name(name);
        if (!value.form.twin())
            continue;
        value.async_name = async_value_name(name);
        while (bindings.scope(ScopeId{0}).by_name.contains(value.async_name))
            value.async_name += "_";
    }
}

std::vector<std::string> Colouring::chain(FunctionId id, bool async) const {
    std::vector<std::string> out;
    std::set<std::uint32_t> seen;
    for (FunctionId at = id; at && out.size() < max_chain && seen.insert(at.value).second;) {
        const State& own = state(at);
        const bool have = async ? own.want.async : own.want.sync;
        const bool form = have ? async : !async;
        const std::string& reason = form ? own.async_reason : own.sync_reason;
        const FunctionId from = form ? own.async_from : own.sync_from;
        std::string line = symbols_.function(at).qualified_name;
        line += from ? " is used by " + symbols_.function(from).qualified_name : ": " + reason;
        out.push_back(std::move(line));
        at = from;
        async = form;
    }
    std::reverse(out.begin(), out.end());
    return out;
}

void Colouring::explain(ColourTable& table) {
    for (const FunctionInfo& function : symbols_.functions()) {
        ColouredFunction& own = table.functions_[function.id.value];
        const State& known = state(function.id);
        if (own.form.async)
            own.reasons = chain(function.id, true);
        if (own.form.sync)
            for (std::string& line : chain(function.id, false))
                if (!llvm::is_contained(own.reasons, line))
                    own.reasons.push_back(std::move(line));
        if (known.obstacle && known.coloured && !known.possible) {
            own.refusal = known.obstacle->text;
            own.refusal_place = known.obstacle->place;
        }
        own.kept = own.form.sync && !own.form.async && known.sync_kept;
        own.untouched = own.kept && known.untouched;
    }
}

void Colouring::record_conversions(ColourTable& table) {
    const auto record = [&](const ConversionPlan& plan, FunctionId callee = {}) {
        for (const auto& [place, conversion] : plan.conversions) {
            if (auto& there = table.conversions_[place]; !llvm::is_contained(there, conversion))
                there.push_back(conversion);
            if (callee && llvm::is_contained({Conversion::call_method, Conversion::truth_method, Conversion::make,
                                              Conversion::take_over},
                                             conversion))
                table.ordinary_[place] = callee;
        }
    };
    const auto runs_async = [&](FunctionId id) { return id && table.functions_[id.value].form.async; };
    const auto called_async = [&](FunctionId id) { return runs_async(id) || state(id).asked_async; };
    for (std::size_t i = 0; i < sites_.size() && i < site_plans_.size(); ++i)
        if (runs_async(sites_[i].function))
            record(site_plans_[i]);
    for (const PlannedUse& use : uses_) {
        const CallEdge& edge = calls_.edges()[use.edge];
        if (runs_async(edge.caller) && called_async(edge.callee) && !idle_[edge.callee.value])
            record(use.plan, edge.callee);
    }
    for (const auto& [index, bridge] : bridges_) {
        const CallEdge& edge = calls_.edges()[index];
        if (!runs_async(edge.caller) || called_async(edge.callee))
            continue;
        record(bridge.plan);
        table.bridged_.emplace(edge.place, bridge.session.node);
    }
    for (const FunctionInfo& function : symbols_.functions()) {
        if (!function.is_generator || !table.functions_[function.id.value].turns_async || !runs_async(function.id))
            continue;
        const Module& module = module_of({function.module, 0});
        for (const NodeId yield : symbols_.bindings(function.module).scope(function.scope).yields) {
            const Place place{function.module, yield};
            if (module.tree.node(yield).child_token("from") && !table.has_conversion(place, Conversion::yield_each))
                table.conversions_[place].push_back(Conversion::yield_items);
        }
    }
    record_iterators(table);
    for (const auto& [place, callee] : main_calls_)
        if (runs_async(callee) && !idle_[callee.value])
            table.conversions_[place].push_back(Conversion::asyncio_run);
}

/// What changes inside of `__iter__` and `__next__` when they become asynchronous.
void Colouring::record_iterators(ColourTable& table) const {
    for (const FunctionInfo& function : symbols_.functions()) {
        const ColouredFunction& own = table.functions_[function.id.value];
        const SyntaxTree& tree = program_.module(function.module).tree;
        if (!own.turns_async || !own.form.async || !function.owner)
            continue;
        if (own.iterator == IteratorForm::items) {
            const auto& returns = symbols_.bindings(function.module).scope(function.scope).returns;
            table.conversions_[{function.module, returns.front()}].push_back(Conversion::yield_all);
        }
        if (function.name != "__next__")
            continue;
        for (NodeId at = function.node; at < tree.record(function.node).subtree_end; ++at)
            if (const Node node = tree.node(at);
                node.is(Kind::identifier) && node.text() == "StopIteration" && node.ancestor(Kind::raise_statement))
                table.conversions_[{function.module, at}].push_back(Conversion::stop_async);
    }
}

/// A class is used in the forms of its methods; one that only carries a session, in those of who makes it.
void Colouring::colour_classes(ColourTable& table) {
    table.classes_.resize(symbols_.classes().size());
    for (const ClassInfo& info : symbols_.classes()) {
        Form& form = table.classes_[info.id.value];
        for (const ClassId base : types_.linearised(info.id))
            for (const FunctionId method : symbols_.class_(base).methods) {
                const State& own = state(method);
                if (!own.coloured && own.source == SessionSource::own)
                    continue;
                form.sync |= own.want.sync;
                form.async |= own.want.async;
            }
    }
    std::vector<Form> made(table.classes_.size());
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id))
            if (const FunctionId function = symbols_.enclosing_function({module->id, call.node}))
                for (const CallTarget& target : call.targets)
                    if (target.constructed && holds_session_[target.constructed.value]) {
                        made[target.constructed.value].sync |= state(function).want.sync;
                        made[target.constructed.value].async |= state(function).want.async;
                    }
    for (std::size_t i = 0; i < made.size(); ++i)
        if (!table.classes_[i].sync && !table.classes_[i].async)
            table.classes_[i] = made[i];
}

/// Which names mean which form of a function, for those of which there are two.
void Colouring::record_names(ColourTable& table) {
    for (const CallEdge& edge : calls_.edges()) {
        if (!edge.direct && edge.kind != CallEdge::Kind::decorator)
            continue;
        const ColouredFunction& callee = table.functions_[edge.callee.value];
        if (callee.async_name == callee.sync_name || calls_.accessor(edge.callee) != Accessor::none)
            continue;
        Node at = node(edge.place);
        if (edge.kind == CallEdge::Kind::call)
            at = at.child(Field::function);
        ColourTable::NamedFunction named{.function = edge.callee};
        switch (edge.kind) {
        case CallEdge::Kind::decorator:
            at = at.named_child(0);
            if (at.is(Kind::call))
                at = at.child(Field::function);
            break;
        case CallEdge::Kind::reference:
            // What does no I/O is called in any form (a listener that logs the state of the pool); what is handed to a
            // thread is awaited instead where its caller is asynchronous.
            named.sync = (edge.entry == Entry::sync || edge.entry == Entry::unknown) && !is_worker_call(edge) &&
                         (state(edge.callee).io || gives_session(edge.callee));
            named.sync |= overrides_sync_form(edge);
            [[fallthrough]];
        case CallEdge::Kind::dependency:
            // The definition of a value has the forms of the value, and a header those of its function: where that
            // has one text for both, what stands there is for who awaits.
            if (value_around(edge.place) != none_index)
                break;
            if (const FunctionId header = owner(edge.place); header != symbols_.enclosing_function(edge.place)) {
                const ColouredFunction& around = table.functions_[header.value];
                named.async = around.form.async && !around.io && !named.sync;
                break;
            }
            named.async = (!edge.caller && !named.sync) ||
                          (edge.kind == CallEdge::Kind::reference && edge.entry == Entry::awaits && !named.sync);
            break;
        case CallEdge::Kind::call:
            named.async =
                main_calls_.contains(edge.place) || (symbols_.function(edge.callee).is_async && is_own(edge.callee));
            break;
        default: break;
        }
        table.named_.try_emplace(Place{edge.place.module, at.id()}, named);
    }
}

/// Forms that stand beside each other in the program as it is.
std::vector<FormPair> Colouring::form_pairs() const {
    std::vector<FormPair> out;
    for (const FunctionInfo& function : symbols_.functions()) {
        const FunctionId other = state(function.id).async_form;
        if (!other || function.outer || symbols_.function(other).owner != function.owner)
            continue; // of a class that has two forms the class is one
        const std::string& name = symbols_.function(other).name;
        const bool plain = function.name == name + sync_suffix.str();
        out.push_back({{function.module, function.node},
                       {symbols_.function(other).module, symbols_.function(other).node},
                       plain ? name : function.name});
    }
    for (const ClassInfo& info : symbols_.classes())
        if (const ClassId other = async_classes_[info.id.value]) {
            const ClassInfo& beside = symbols_.class_(other);
            const bool plain = info.name == beside.name + class_suffix.str();
            out.push_back({{info.module, info.node}, {beside.module, beside.node}, plain ? beside.name : info.name});
        }
    for (std::size_t index = 0; index < values_.size(); ++index) {
        const ColouredValue& value = values_[index];
        const Node other = async_definition(value);
        const Node made = node(value.definitions.front()).parent();
        if (other && made.is(Kind::assignment) && value.definitions.size() == 1 && value_states_[index].makers.empty())
            out.push_back({{value.module, made.id()},
                           {value.module, other.id()},
                           symbols_.bindings(value.module).symbol(value.symbol).name});
    }
    return out;
}

ColourTable Colouring::finish() {
    ColourTable table;
    find_idle();
    table.functions_.resize(symbols_.functions().size());
    for (const FunctionInfo& function : symbols_.functions()) {
        ColouredFunction& own = table.functions_[function.id.value];
        const State& known = state(function.id);
        own.form = known.want;
        if (options_.select_only || (!own.form.sync && !own.form.async))
            own.form = {.sync = true, .async = false};
        own.performs_io = known.io;
        own.io = known.coloured;
        own.turns_async =
            turns(function.id) && (!function.is_lambda || known.written_as_def) && !idle_[function.id.value];
        if (own.form.async && own.turns_async)
            own.ordinary = known.ordinary, own.factory = known.factory;
        own.inlined = known.inlined;
        own.written_as_def = known.written_as_def;
        own.hoisted = known.hoisted;
        own.iterator = known.iterator;
        own.turns_async &= known.iterator != IteratorForm::itself;
        for (const Registration& registration : registrations_[function.id.value])
            own.registrations.push_back(registration.decorator);
        own.switched = own.io && own.form.twin() && is_switched(function.id);
    }
    table.values_ = values_;
    for (ColouredValue& value : table.values_)
        if (!value.form.async)
            value.form.sync = true;
    values_ = table.values_;
    colour_class_twins(table);
    name_forms(table);
    table.values_ = values_;
    explain(table);
    record_conversions(table);
    colour_classes(table);
    write_held(table);
    for (std::uint32_t index = 0; index < table.values_.size(); ++index)
        table.value_index_[{table.values_[index].module, table.values_[index].symbol}] = index;
    record_names(table);
    if (options_.clean)
        table.leftovers_ = find_leftovers(program_, symbols_, types_, calls_, form_pairs());
    const bool turns_async = llvm::any_of(states_, [](const State& own) { return own.io && own.want.async; });
    if (turns_async && !options_.select_only) {
        find_lent_sessions(table);
        table.doubles_ =
            session_doubles(program_, symbols_, knowledge_, types_, calls_,
                            {.is_session = [&](TypeId type) { return gives_session(type, 0) && !makes_sessions(type); },
                             .demand =
                                 [&](FunctionId id) {
                                     return DoubleDemand{.sync = state(id).want.sync && !state(id).want.async,
                                                         .async = state(id).want.async};
                                 }});
    }
    table.requests_await_ = uses_database_;
    table.sites_ = std::move(sites_);
    for (std::uint32_t index = 0; index < table.sites_.size(); ++index)
        table.site_index_[table.sites_[index].place] = index;
    return table;
}

std::string print_colours(const Program& program, const SymbolTable& symbols, const ColourTable& colours) {
    std::string text;
    llvm::raw_string_ostream out(text);
    const auto form_text = [](Form form) { return form.twin() ? "both" : form.async ? "async" : "sync"; };
    const auto at = [&](Place place) {
        const Module& module = program.module(place.module);
        const LineColumn where = module.source.lines.at(module.tree.node(place.node).begin());
        return module.source.path + ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
    };
    for (const FunctionInfo& function : symbols.functions()) {
        const ColouredFunction& own = colours.function(function.id);
        if (!own.io && own.reasons.empty())
            continue;
        out << at({function.module, function.node}) << ": " << function.qualified_name << " " << form_text(own.form)
            << (own.performs_io ? " io" : "") << (own.turns_async ? " turns" : "") << (own.kept ? " kept" : "");
        if (own.async_name != own.sync_name)
            out << " as " << own.async_name << "/" << own.sync_name;
        out << "\n";
        for (const std::string& reason : own.reasons)
            out << "    " << reason << "\n";
        if (!own.refusal.empty())
            out << "    refused at " << at(own.refusal_place) << ": " << own.refusal << "\n";
    }
    for (const ClassInfo& info : symbols.classes())
        if (const ColouredClass& own = colours.class_(info.id); own.twin)
            out << at({info.module, info.node}) << ": class " << info.qualified_name << " both as " << own.async_name
                << "/" << own.sync_name << "\n";
    for (const ColouredValue& value : colours.values())
        out << at(value.definitions.front()) << ": value " << symbols.bindings(value.module).symbol(value.symbol).name
            << " " << form_text(value.form) << " as " << value.async_name << "\n";
    for (const IoSite& site : colours.sites())
        out << at(site.place) << ": " << site.operation << (site.certainty == Certainty::proved ? "" : " likely")
            << (site.refusal.empty() ? "" : " refused: " + site.refusal) << "\n";
    return text;
}

} // namespace sqlawait
