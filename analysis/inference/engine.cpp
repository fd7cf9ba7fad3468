// Units, slots and the fixed point.
#include "analysis/inference/evaluator.h"

#include <algorithm>

namespace sqlawait {

Inference::Inference(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                     const Knowledge& knowledge, const InferenceOptions& options)
    : program_(program), symbols_(symbols), models_(models), knowledge_(knowledge), options_(options),
      types_(table_.store_) {
    table_.knowledge_ = &knowledge;
    table_.models_ = &models;
    table_.symbols_ = &symbols;
}

TypeTable Inference::run() {
    std::vector<std::string> classes, functions, modules;
    for (const ClassInfo& info : symbols_.classes())
        classes.push_back(info.qualified_name);
    for (const FunctionInfo& info : symbols_.functions())
        functions.push_back(info.qualified_name);
    for (const auto& module : program_.modules)
        modules.push_back(module->name());
    types_.set_names(std::move(classes), std::move(functions), std::move(modules));

    read_traits();
    read_hierarchy();
    read_fixtures();
    number_slots();
    seed();
    iterate();
    settle_unknown_parameters();
    iterate();
    finish();
    return std::move(table_);
}

Inference::SlotId Inference::add_slot() {
    slots_.push_back(TypeStore::nothing);
    readers_.emplace_back();
    return static_cast<SlotId>(slots_.size() - 1);
}

void Inference::number_slots() {
    const auto add = [&](std::size_t count) {
        const auto first = static_cast<SlotId>(slots_.size());
        slots_.resize(slots_.size() + count, TypeStore::nothing);
        readers_.resize(slots_.size());
        return first;
    };
    for (const auto& module : program_.modules)
        definition_base_.push_back(add(symbols_.bindings(module->id).definitions().size()));
    const std::size_t functions = symbols_.functions().size();
    return_base_ = add(functions);
    yield_base_ = add(functions);
    for (ParameterSlots& one : parameters_)
        one.first = add(one.parameters.size());
}

Inference::SlotId Inference::attribute_slot(ClassId owner, llvm::StringRef name) {
    const auto [at, fresh] = attribute_slots_.try_emplace({owner.value, name.str()}, 0);
    if (fresh)
        at->second = add_slot();
    return at->second;
}

Inference::SlotId Inference::external_attribute_slot(llvm::StringRef dotted) {
    const auto [at, fresh] = external_attribute_slots_.try_emplace(dotted.str(), 0);
    if (fresh)
        at->second = add_slot();
    return at->second;
}

TypeId Inference::read(SlotId slot) {
    auto& readers = readers_[slot];
    if (unit_ != no_unit && std::find(readers.rbegin(), readers.rend(), unit_) == readers.rend())
        readers.push_back(unit_);
    return slots_[slot];
}

void Inference::write(SlotId slot, TypeId type) {
    const TypeId joined = types_.join(slots_[slot], type);
    if (joined == slots_[slot])
        return;
    slots_[slot] = joined;
    for (const UnitId unit : readers_[slot]) {
        if (!queued_[unit]) {
            queued_[unit] = true;
            queue_.push_back(unit);
        }
    }
}

/// Modules in import order, so that most slots are full when they are first read; then functions.
void Inference::seed() {
    const std::size_t modules = program_.modules.size();
    const std::size_t functions = symbols_.functions().size();
    queued_.assign(modules + functions, true);
    std::vector<unsigned> state(modules, 0);
    std::vector<std::pair<std::uint32_t, std::size_t>> stack;
    for (std::uint32_t root = 0; root < modules; ++root) {
        if (state[root] != 0)
            continue;
        state[root] = 1;
        stack.emplace_back(root, 0);
        while (!stack.empty()) {
            auto& [module, next] = stack.back();
            const auto imports = symbols_.imports(ModuleId{module});
            if (next < imports.size()) {
                const std::uint32_t other = imports[next++].value;
                if (state[other] == 0) {
                    state[other] = 1;
                    stack.emplace_back(other, 0);
                }
                continue;
            }
            queue_.push_back(module);
            stack.pop_back();
        }
    }
    std::vector<std::vector<std::uint32_t>> by_module(modules);
    for (const FunctionInfo& info : symbols_.functions())
        by_module[info.module.value].push_back(info.id.value);
    const std::vector<UnitId> order(queue_.begin(), queue_.end());
    for (const UnitId module : order)
        for (const std::uint32_t function : by_module[module])
            queue_.push_back(static_cast<UnitId>(modules) + function);
    for (const auto& module : program_.modules) {
        table_.types_.emplace_back(module->tree.size(), TypeStore::nothing);
        table_.calls_.emplace_back();
        table_.call_index_.emplace_back();
    }
}

void Inference::iterate() {
    // Slots only grow and their height is bounded, so this ends; the limit guards against our own mistakes.
    std::size_t budget = queued_.size() * 200 + 10000;
    while (!queue_.empty() && budget-- > 0) {
        const UnitId unit = queue_.front();
        queue_.pop_front();
        queued_[unit] = false;
        evaluate_unit(unit);
    }
}

void Inference::evaluate_unit(UnitId unit) {
    const std::size_t modules = program_.modules.size();
    unit_ = unit;
    if (unit < modules) {
        function_ = FunctionId{};
        module_ = program_.modules[unit].get();
        bindings_ = &symbols_.bindings(module_->id);
        visit_body(module_->tree.root());
    } else {
        function_ = FunctionId{static_cast<std::uint32_t>(unit - modules)};
        const FunctionInfo& info = symbols_.function(function_);
        module_ = &program_.module(info.module);
        bindings_ = &symbols_.bindings(info.module);
        visit_parameters();
        visit_body(module_->tree.node(info.node));
    }
    unit_ = no_unit;
}

/// Parameters that no call, default or annotation speaks for may be anything, unless the
/// configuration knows their name.
void Inference::settle_unknown_parameters() {
    const TypeId likely = types_.external_instance("sqlalchemy.orm.Session", {types_.external(likely_marker)});
    for (const FunctionInfo& info : symbols_.functions()) {
        const ParameterSlots& own = parameters_[info.id.value];
        for (std::size_t i = 0; i < own.parameters.size(); ++i) {
            const SlotId slot = own.first + static_cast<SlotId>(i);
            const TypeId now = slots_[slot];
            if (now != TypeStore::nothing && now != types_.none())
                continue;
            const bool session = llvm::is_contained(options_.session_names, own.parameters[i].name) &&
                                 own.parameters[i].annotation == no_node;
            write(slot, session ? likely : TypeStore::unknown);
        }
    }
}

void Inference::finish() {
    for (const FunctionInfo& info : symbols_.functions()) {
        std::vector<TypeId> parameters;
        for (std::size_t i = 0; i < parameters_[info.id.value].parameters.size(); ++i)
            parameters.push_back(slots_[parameter_slot(info.id, i)]);
        table_.parameters_.push_back(std::move(parameters));
        table_.returned_.push_back(result_of(info.id));
    }
    table_.attributes_.resize(symbols_.classes().size());
    for (const auto& [key, slot] : attribute_slots_)
        table_.attributes_[key.first][key.second] = slots_[slot];
    for (const ClassInfo& info : symbols_.classes()) {
        const ModuleBindings& bindings = symbols_.bindings(info.module);
        for (const SymbolId id : bindings.scope(info.scope).symbols) {
            const Symbol& symbol = bindings.symbol(id);
            TypeId type = TypeStore::nothing;
            for (const DefinitionId definition : symbol.definitions)
                type = types_.join(type, slots_[definition_slot(info.module, definition)]);
            TypeId& there = table_.attributes_[info.id.value][symbol.name];
            there = types_.join(there, type);
        }
    }
    for (std::size_t i = 0; i < table_.calls_.size(); ++i) {
        auto& calls = table_.calls_[i];
        std::sort(calls.begin(), calls.end(), [](const CallInfo& a, const CallInfo& b) { return a.node < b.node; });
        table_.call_index_[i].clear();
        for (std::uint32_t at = 0; at < calls.size(); ++at)
            table_.call_index_[i][calls[at].node] = at;
    }
}

TypeTable infer(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                const Knowledge& knowledge, const InferenceOptions& options) {
    return Inference(program, symbols, models, knowledge, options).run();
}

} // namespace sqlawait
