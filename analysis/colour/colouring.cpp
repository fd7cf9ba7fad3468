// The order of the steps, and the questions that the finished table answers.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

FunctionId ColourTable::lent_for(Place expression) const {
    const auto found = lent_.find(expression);
    return found == lent_.end() ? FunctionId() : found->second;
}

const ColourTable::ClassAttribute* ColourTable::class_attribute(Place assignment) const {
    const auto found = class_attributes_.find(assignment);
    return found == class_attributes_.end() ? nullptr : &found->second;
}

const ColourTable::SecondOverride* ColourTable::second_override(Place assignment) const {
    const auto found = second_overrides_.find(assignment);
    return found == second_overrides_.end() ? nullptr : &found->second;
}

const ColouredValue* ColourTable::value(ModuleId module, SymbolId symbol) const {
    const auto found = value_index_.find({module, symbol});
    return found == value_index_.end() ? nullptr : &values_[found->second];
}

Form ColourTable::form_at(FunctionId enclosing) const {
    return enclosing ? functions_[enclosing.value].form : Form{.sync = true, .async = false};
}

llvm::ArrayRef<Conversion> ColourTable::conversions(Place node) const {
    const auto found = conversions_.find(node);
    return found == conversions_.end() ? llvm::ArrayRef<Conversion>() : llvm::ArrayRef<Conversion>(found->second);
}

bool ColourTable::has_conversion(Place node, Conversion conversion) const {
    return llvm::is_contained(conversions(node), conversion);
}

FunctionId ColourTable::called(FunctionId callee, FunctionId caller) const {
    const bool beside = callee && functions_[callee.value].beside && form_at(caller).async;
    return beside ? functions_[callee.value].beside : callee;
}

NodeId ColourTable::bridged_session(Place call) const {
    const auto found = bridged_.find(call);
    return found == bridged_.end() ? no_node : found->second;
}

const IoSite* ColourTable::site_at(Place place) const {
    const auto found = site_index_.find(place);
    return found == site_index_.end() ? nullptr : &sites_[found->second];
}

FunctionId ColourTable::ordinary_at(Place place) const {
    const auto found = ordinary_.find(place);
    return found == ordinary_.end() ? FunctionId() : found->second;
}

const ColourTable::NamedFunction* ColourTable::named_function(Place expression) const {
    const auto found = named_.find(expression);
    return found == named_.end() ? nullptr : &found->second;
}

const ColourTable::NamedClass* ColourTable::named_class(Place expression) const {
    const auto found = named_classes_.find(expression);
    return found == named_classes_.end() ? nullptr : &found->second;
}

ClassId ColourTable::twin_class_of(const SymbolTable& symbols, FunctionId id) const {
    for (FunctionId at = id; at; at = symbols.function(at).outer)
        if (const ClassId owner = symbols.function(at).owner; owner && class_twins_[owner.value].twin)
            return owner;
    return {};
}

bool ColourTable::is_left_out(const SymbolTable& symbols, FunctionId id, bool sync) const {
    const FunctionInfo& function = symbols.function(id);
    if (!function.owner || !class_twins_[function.owner.value].twin)
        return false;
    // A getter and its setter, overloads: they stay together.
    return llvm::all_of(symbols.class_(function.owner).methods, [&](FunctionId method) {
        const Form form = functions_[method.value].form;
        return symbols.function(method).name != function.name || !(sync ? form.sync : form.async);
    });
}

std::string ColourTable::group(FunctionId id) const {
    return id ? "colour " + std::to_string(id.value) : std::string("colour");
}

std::string ColourTable::group(const ColouredValue& value) const {
    return "colour value " + std::to_string(&value - values_.data());
}

/// Inner functions of decorators that call what was decorated.
void Colouring::find_wrappers() {
    wrapped_by_.resize(symbols_.functions().size());
    wrappers_of_.resize(symbols_.functions().size());
    for (const FunctionInfo& function : symbols_.functions()) {
        if (decorators_of_[function.id.value].empty())
            continue;
        for (const std::uint32_t index : calls_.callers(function.id)) {
            const CallEdge& edge = calls_.edges()[index];
            if (!edge.caller || edge.kind != CallEdge::Kind::call)
                continue;
            for (FunctionId outer = symbols_.function(edge.caller).outer; outer; outer = symbols_.function(outer).outer)
                if (llvm::is_contained(decorators_of_[function.id.value], outer) &&
                    !llvm::is_contained(wrapped_by_[edge.caller.value], function.id)) {
                    wrapped_by_[edge.caller.value].push_back(function.id);
                    wrappers_of_[function.id.value].push_back(edge.caller);
                }
        }
    }
}

ColourTable Colouring::run() {
    states_.resize(symbols_.functions().size());
    inner_.resize(symbols_.functions().size());
    decorators_of_.resize(symbols_.functions().size());
    for (const FunctionInfo& function : symbols_.functions())
        if (function.outer)
            inner_[function.outer.value].push_back(function.id);
    for (const CallEdge& edge : calls_.edges())
        if (edge.kind == CallEdge::Kind::decorator) {
            const Node decorated = node(edge.place).parent();
            const Node definition = decorated.child(Field::definition);
            if (const FunctionId id = symbols_.function_at({edge.place.module, definition.id()}))
                decorators_of_[id.value].push_back(edge.callee);
        }

    find_wrappers();
    find_registrations();
    overrides_ = dependency_overrides(program_, calls_);
    for (const FunctionInfo& function : symbols_.functions())
        state(function.id).async_form = find_async_form(function);
    find_sites();
    find_values();
    find_held();
    find_sources();
    find_class_uses();
    close_io();
    close_colour();
    find_factories();
    find_ordinary();
    plan_uses();
    find_bridges();
    find_thread_users();
    find_keep_sync();
    find_obstacles();
    find_module_instances();
    find_missing_methods();
    // A conflict withdraws an async form, which may raise another one; each round withdraws at least one.
    for (bool again = true; again;) {
        spread_obstacles();
        find_roots();
        demand_module_level();
        demand_open_calls();
        demand_class_twins();
        work_off();
        settle();
        again = find_conflicts();
    }
    if (options_.select_only) {
        // Before the async stage everything is sync; what stays so for good is known all the same.
        for (State& state : states_) {
            state.sync_kept &= !state.want.async;
            state.want = {.sync = true, .async = false};
            state.possible = true;
        }
        for (ColouredValue& value : values_)
            value.form = {.sync = true, .async = false};
    }
    return finish();
}

ColourTable colour(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge,
                   const TypeTable& types, const CallGraph& calls, const QueryFlow& queries,
                   const ColourOptions& options) {
    return Colouring(program, symbols, knowledge, types, calls, queries, options).run();
}

} // namespace sqlawait
