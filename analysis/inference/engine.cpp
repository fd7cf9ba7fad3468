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
    read_implementations();
    read_stored_names();
    read_fallbacks();
    read_tests();
    read_class_decorators();
    read_hierarchy();
    read_session_evidence();
    read_fixtures();
    number_slots();
    seed();
    slots_.run([this](UnitId unit) { evaluate_unit(unit); });
    settle_doubles();
    settle_unknown_parameters();
    slots_.run([this](UnitId unit) { evaluate_unit(unit); });
    finish();
    return std::move(table_);
}

void Inference::number_slots() {
    for (const auto& module : program_.modules)
        definition_base_.push_back(slots_.add(symbols_.bindings(module->id).definitions().size()));
    const std::size_t functions = symbols_.functions().size();
    return_base_ = slots_.add(functions);
    yield_base_ = slots_.add(functions);
    for (const std::string& attribute : knowledge_.provided_attributes())
        (void)external_attribute_slot(attribute);
    for (ParameterSlots& one : parameters_)
        one.first = slots_.add(one.parameters.size());
}

SlotId Inference::attribute_slot(ClassId owner, llvm::StringRef name) {
    const auto [at, fresh] = attribute_slots_.try_emplace({owner.value, name.str()}, 0);
    if (fresh)
        at->second = slots_.add();
    return at->second;
}

SlotId Inference::external_attribute_slot(llvm::StringRef dotted) {
    const auto [at, fresh] = external_attribute_slots_.try_emplace(dotted.str(), 0);
    if (fresh)
        at->second = slots_.add();
    return at->second;
}

void Inference::write(SlotId slot, TypeId type) { slots_.set(slot, types_.join(slots_.peek(slot), type)); }

/// Modules in import order, so that most slots are full when they are first read; then functions.
void Inference::seed() {
    const std::size_t modules = program_.modules.size();
    std::vector<UnitId> order;
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
            order.push_back(module);
            stack.pop_back();
        }
    }
    std::vector<std::vector<std::uint32_t>> by_module(modules);
    for (const FunctionInfo& info : symbols_.functions())
        by_module[info.module.value].push_back(info.id.value);
    for (const UnitId module : order)
        slots_.enqueue(module);
    for (const UnitId module : order)
        for (const std::uint32_t function : by_module[module])
            slots_.enqueue(static_cast<UnitId>(modules) + function);
    for (const auto& module : program_.modules) {
        table_.types_.emplace_back(module->tree.size(), TypeStore::nothing);
        table_.calls_.emplace_back();
        table_.call_index_.emplace_back();
    }
}

void Inference::evaluate_unit(UnitId unit) {
    const std::size_t modules = program_.modules.size();
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
}

/// Helpers beside tests that are given mocks alone; the program's own code is there for more than that. They pass
/// them on to one another.
void Inference::settle_doubles() {
    std::set<ModuleId> tests;
    for (const FunctionInfo& info : symbols_.functions())
        if (traits_[info.id.value].is_fixture || llvm::StringRef(info.name).starts_with("test_"))
            tests.insert(info.module);
    for (bool any = true; any;) {
        any = false;
        for (const FunctionInfo& info : symbols_.functions()) {
            const ParameterSlots& own = parameters_[info.id.value];
            for (std::size_t i = 0; i < own.parameters.size() && tests.contains(info.module); ++i) {
                const SlotId slot = own.first + static_cast<SlotId>(i);
                const auto given = doubles_.find(slot);
                if (given == doubles_.end() || slots_.peek(slot) != TypeStore::nothing)
                    continue;
                write(slot, given->second);
                any = true;
            }
        }
        for (const auto& [slot, given] : attribute_doubles_)
            if (slots_.peek(slot) == TypeStore::nothing) {
                write(slot, given);
                any = true;
            }
        slots_.run([this](UnitId unit) { evaluate_unit(unit); });
    }
}

/// Parameters that no call, default or annotation speaks for may be anything, unless the
/// configuration knows their name; so may what a framework would put somewhere.
void Inference::settle_unknown_parameters() {
    for (const std::string& attribute : knowledge_.provided_attributes())
        awaited_slots_.insert(external_attribute_slot(attribute));
    for (const SlotId slot : awaited_slots_)
        if (slots_.peek(slot) == TypeStore::nothing)
            write(slot, TypeStore::unknown);
    const TypeId likely = types_.external_instance("sqlalchemy.orm.Session", {types_.external(likely_marker)});
    for (const FunctionInfo& info : symbols_.functions()) {
        const ParameterSlots& own = parameters_[info.id.value];
        for (std::size_t i = 0; i < own.parameters.size(); ++i) {
            const SlotId slot = own.first + static_cast<SlotId>(i);
            const TypeId now = slots_.peek(slot);
            if (now != TypeStore::nothing && now != types_.none())
                continue;
            const bool session = llvm::is_contained(options_.session_names, own.parameters[i].name) &&
                                 own.parameters[i].annotation == no_node;
            TypeId said = TypeStore::unknown; // `make: Callable[[], Session]` that nobody passes
            if (const NodeId node = own.parameters[i].annotation;
                node != no_node && own.parameters[i].kind != ParameterInfo::Kind::var_positional &&
                own.parameters[i].kind != ParameterInfo::Kind::var_keyword)
                said = annotation(info.module, program_.module(info.module).tree.node(node));
            else if (const TypeId instead =
                         now == types_.none() ? session_instead(info, own.parameters[i]) : TypeStore::nothing;
                     instead != TypeStore::nothing)
                said = instead;
            write(slot, session ? likely : types_.has_unknown(said) ? TypeStore::unknown : said);
        }
    }
}

void Inference::finish() {
    for (const FunctionInfo& info : symbols_.functions()) {
        std::vector<TypeId> parameters;
        parameters.reserve(parameters_[info.id.value].parameters.size());
        for (std::size_t i = 0; i < parameters_[info.id.value].parameters.size(); ++i)
            parameters.push_back(slots_.peek(parameter_slot(info.id, i)));
        table_.parameters_.push_back(std::move(parameters));
        table_.returned_.push_back(result_of(info.id));
    }
    table_.attributes_.resize(symbols_.classes().size());
    for (const auto& [key, slot] : attribute_slots_)
        table_.attributes_[key.first][key.second] = slots_.peek(slot);
    for (const ClassInfo& info : symbols_.classes()) {
        const ModuleBindings& bindings = symbols_.bindings(info.module);
        for (const SymbolId id : bindings.scope(info.scope).symbols) {
            const Symbol& symbol = bindings.symbol(id);
            TypeId type = TypeStore::nothing;
            for (const DefinitionId definition : symbol.definitions)
                type = types_.join(type, slots_.peek(definition_slot(info.module, definition)));
            const auto [there, fresh] = table_.attributes_[info.id.value].try_emplace(symbol.name, type);
            if (!fresh)
                there->second = types_.join(there->second, type);
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
