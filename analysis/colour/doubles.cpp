#include "analysis/colour/doubles.h"

#include "analysis/calls/overrides.h"
#include "analysis/colour/foundation.h"
#include "analysis/inference/literals.h"

#include <map>
#include <tuple>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral session_class = "sqlalchemy.orm.Session";

/// Where a value is kept: a variable, what a function gives, an attribute of a class's instances.
struct Cell {
    enum class Kind : std::uint8_t { variable, result, attribute } kind = Kind::variable;
    std::uint32_t first = 0, second = 0;
    std::string name;
    friend auto operator<=>(const Cell& a, const Cell& b) {
        return std::tie(a.kind, a.first, a.second, a.name) <=> std::tie(b.kind, b.first, b.second, b.name);
    }
};

/// `self` of `self.db`: the first parameter of the method around it.
FunctionId method_of_self(const SymbolTable& symbols, const Module& module, Node attribute) {
    const Node object = attribute.child(Field::object);
    if (!object.is(Kind::identifier))
        return {};
    FunctionId function = symbols.enclosing_function({module.id, attribute.id()});
    while (function && !symbols.function(function).owner)
        function = symbols.function(function).outer;
    if (!function)
        return {};
    const auto parameters = parameters_of(module.tree.node(symbols.function(function).node));
    return !parameters.empty() && parameters.front().name == object.text() ? function : FunctionId();
}

class Doubles {
  public:
    Doubles(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge, const TypeTable& types,
            const CallGraph& calls, const DoubleQuestions& ask)
        : program_(program), symbols_(symbols), knowledge_(knowledge), types_(types), calls_(calls), ask_(ask) {}

    SessionDoubles find() {
        functions_.resize(program_.modules.size());
        for (const FunctionInfo& function : symbols_.functions())
            functions_[function.module.value].push_back(function.id);
        for (const auto& module : program_.modules)
            if (llvm::StringRef(module->source.text).contains("Mock"))
                read_module(*module);
        if (makers_.empty())
            return {};
        for (const FunctionInfo& function : symbols_.functions())
            read_parameters(function);
        for (const auto& module : program_.modules)
            read_arguments(*module);
        spread();
        for (const auto& module : program_.modules)
            read_uses(*module);
        read_overrides();
        for (const auto& module : program_.modules)
            if (calls_.is_test_module(module->id))
                read_patches(*module);
        return result();
    }

  private:
    using Source = std::variant<Place, Cell>; // the call that makes a mock, or what holds one

    struct Maker {
        bool session = false; // something says that it stands for one
        DoubleDemand demand;
    };

    [[nodiscard]] Cell result_of(FunctionId id) const { return {Cell::Kind::result, id.value, 0, ""}; }

    [[nodiscard]] std::string outside(const Module& module, Node expression) const {
        const std::string name = symbols_.external_name(module.id, expression);
        return name.empty() ? name : knowledge_.canonical(name);
    }

    /// What a mock is made after: `MagicMock(spec=Session)`.
    [[nodiscard]] std::string specification(const Module& module, Node call) const {
        for (const llvm::StringRef keyword : {"spec", "spec_set"})
            if (const Node argument = find_argument(call, keyword, keyword == "spec" ? 0 : -1))
                return outside(module, argument_value(argument));
        return "";
    }

    /// A call that makes a mock with nothing else to it than what it stands for.
    [[nodiscard]] bool makes_mock(const Module& module, Node call) const {
        const Node callee = call.child(Field::function);
        if (!call.child(Field::arguments).is(Kind::argument_list))
            return false;
        const auto given = call.child(Field::arguments).named_children();
        const bool after_session = given.size() == 1 && specification(module, call) == session_class;
        if (!given.empty() && !after_session)
            return false;
        const std::string name = outside(module, callee);
        if (name == "unittest.mock.MagicMock" || name == "unittest.mock.Mock")
            return true;
        // `mocker.MagicMock(spec=Session)`: whatever it is called on, it makes a mock of a session.
        return after_session && callee.is(Kind::attribute) && name.empty() &&
               (callee.child(Field::attribute).text() == "MagicMock" ||
                callee.child(Field::attribute).text() == "Mock");
    }

    [[nodiscard]] std::optional<Cell> cell_of(const Module& module, Node expression) const {
        if (expression.is(Kind::identifier)) {
            if (const SymbolId symbol = symbols_.bindings(module.id).symbol_at(expression.id()))
                return Cell{Cell::Kind::variable, module.id.value, symbol.value, ""};
        } else if (expression.is(Kind::attribute)) {
            if (const FunctionId method = method_of_self(symbols_, module, expression))
                return Cell{Cell::Kind::attribute, symbols_.function(method).owner.value, 0,
                            expression.child(Field::attribute).text().str()};
        } else if (expression.is(Kind::call)) {
            const CallInfo* info = types_.call({module.id, expression.id()});
            if (info != nullptr && info->targets.size() == 1 && info->targets.front().function)
                return result_of(info->targets.front().function);
        }
        return std::nullopt;
    }

    void flow(const Module& module, Node from, const Cell& to) {
        while (from.is(Kind::parenthesized_expression))
            from = from.named_child(0);
        if (from.is(Kind::call) && makes_mock(module, from)) {
            const Place place{module.id, from.id()};
            makers_[place].session |= specification(module, from) == session_class;
            flows_.emplace_back(place, to);
        } else if (const std::optional<Cell> cell = cell_of(module, from)) {
            flows_.emplace_back(*cell, to);
        } else {
            mixed_.insert(to); // it may hold something else
        }
    }

    void read_module(const Module& module) {
        const ModuleBindings& bindings = symbols_.bindings(module.id);
        for (NodeId id = 0; id < module.tree.size(); ++id) {
            const Node node = module.tree.node(id);
            if (node.is(Kind::assignment) && node.child(Field::right)) {
                const Node left = node.child(Field::left);
                if (left.is_any(Kind::identifier, Kind::attribute))
                    if (const std::optional<Cell> cell = cell_of(module, left))
                        flow(module, node.child(Field::right), *cell);
            } else if (node.is(Kind::call) && makes_mock(module, node)) {
                makers_[{module.id, id}].session |= specification(module, node) == session_class;
            }
        }
        for (const FunctionId id : functions_[module.id.value]) {
            const FunctionInfo& function = symbols_.function(id);
            const Cell cell = result_of(function.id);
            if (function.is_lambda) {
                flow(module, module.tree.node(function.node).child(Field::body), cell);
                continue;
            }
            const Scope& scope = bindings.scope(function.scope);
            for (const auto& statements : {scope.returns, scope.yields})
                for (const NodeId statement : statements)
                    if (const Node value = module.tree.node(statement).named_child(0))
                        flow(module, value, cell);
        }
    }

    void read_parameters(const FunctionInfo& function) {
        const Module& module = program_.module(function.module);
        const auto parameters = parameters_of(module.tree.node(function.node));
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (const SymbolId symbol = symbols_.bindings(module.id).symbol_at(parameters[i].name_node)) {
                const Cell cell{Cell::Kind::variable, module.id.value, symbol.value, ""};
                if (const FunctionId fixture = types_.fixture(function.id, i))
                    flows_.emplace_back(result_of(fixture), cell);
                // `def session(_=MagicMock())`
                if (const Node given =
                        parameters[i].default_value == no_node ? Node() : module.tree.node(parameters[i].default_value);
                    given.is(Kind::call) && makes_mock(module, given))
                    flow(module, given, cell);
            }
    }

    /// What the tests' own functions are handed, where nothing says that their parameter is a session: one that does is
    /// given others besides.
    void read_arguments(const Module& module) {
        for (const CallInfo& call : types_.calls(module.id))
            for (const CallTarget& target : call.targets) {
                if (!target.function || !calls_.is_test_module(symbols_.function(target.function).module))
                    continue;
                const FunctionInfo& callee = symbols_.function(target.function);
                const Module& home = program_.module(callee.module);
                const auto parameters = parameters_of(home.tree.node(callee.node));
                for (const auto& [argument, parameter] :
                     match_arguments(module.tree.node(call.node), parameters, target.bound ? 1 : 0)) {
                    const SymbolId symbol = symbols_.bindings(home.id).symbol_at(parameters[parameter].name_node);
                    if (symbol && !ask_.is_session(types_.parameter(target.function, parameter)))
                        flow(module, argument_value(module.tree.node(argument)),
                             Cell{Cell::Kind::variable, home.id.value, symbol.value, ""});
                }
            }
    }

    /// By a work list: a tree of tests has a hundred thousand flows.
    void spread() {
        std::map<Cell, std::vector<std::size_t>> out_of; // flows by what they come from
        for (std::size_t i = 0; i < flows_.size(); ++i)
            if (const Cell* from = std::get_if<Cell>(&flows_[i].first))
                out_of[*from].push_back(i);
        std::vector<Cell> work;
        for (const auto& [from, to] : flows_)
            if (const Place* maker = std::get_if<Place>(&from); maker != nullptr && held_[to].insert(*maker).second)
                work.push_back(to);
        const auto follow = [&](const Cell& cell, auto&& visit) {
            if (const auto found = out_of.find(cell); found != out_of.end())
                for (const std::size_t flow : found->second)
                    visit(flows_[flow].second);
        };
        while (!work.empty()) {
            const Cell cell = std::move(work.back());
            work.pop_back();
            const std::set<Place> held = held_[cell];
            follow(cell, [&](const Cell& to) {
                std::set<Place>& there = held_[to];
                const std::size_t before = there.size();
                there.insert(held.begin(), held.end());
                if (there.size() != before)
                    work.push_back(to);
            });
        }
        // What holds no mock holds something else.
        for (const auto& [from, to] : flows_)
            if (const Cell* cell = std::get_if<Cell>(&from); cell != nullptr && !held_.contains(*cell))
                mixed_.insert(to);
        work.assign(mixed_.begin(), mixed_.end());
        while (!work.empty()) {
            const Cell cell = std::move(work.back());
            work.pop_back();
            follow(cell, [&](const Cell& to) {
                if (mixed_.insert(to).second)
                    work.push_back(to);
            });
        }
    }

    /// Something says that what an expression holds stands for a session.
    void say(const Module& module, Node expression, DoubleDemand demand) {
        while (expression.is(Kind::parenthesized_expression))
            expression = expression.named_child(0);
        std::set<Place> held;
        if (const auto maker = makers_.find({module.id, expression.id()}); maker != makers_.end())
            held.insert(maker->first);
        else if (const std::optional<Cell> cell = cell_of(module, expression))
            held = held_[*cell];
        say(held, demand);
    }

    void say(const std::set<Place>& held, DoubleDemand demand) {
        for (const Place place : held) {
            Maker& maker = makers_[place];
            maker.session = true;
            maker.demand.sync |= demand.sync;
            maker.demand.async |= demand.async;
        }
    }

    void read_uses(const Module& module) {
        for (const CallInfo& call : types_.calls(module.id))
            for (const CallTarget& target : call.targets) {
                if (!target.function)
                    continue;
                const FunctionInfo& callee = symbols_.function(target.function);
                const auto parameters = parameters_of(program_.module(callee.module).tree.node(callee.node));
                const Node node = module.tree.node(call.node);
                for (const auto& [argument, parameter] : match_arguments(node, parameters, target.bound ? 1 : 0))
                    if (ask_.is_session(types_.parameter(target.function, parameter)))
                        say(module, argument_value(module.tree.node(argument)), ask_.demand(target.function));
            }
        for (NodeId id = 0; id < module.tree.size(); ++id)
            if (module.tree.record(id).kind == Kind::assignment)
                if (const ToldChain told = told_chain(knowledge_, module.tree.node(id)); told.root)
                    say(module, told.root, {});
    }

    /// `app.dependency_overrides[get_db] = lambda: mock`
    void read_overrides() {
        for (const auto& [dependency, given, holder] : dependency_overrides(program_, calls_))
            if (ask_.is_session(given_by(dependency)))
                say(held_[result_of(given)], ask_.demand(dependency));
    }

    /// `patch("app.start.Session", return_value=mock)`: where that module makes a session, it gets the mock.
    void read_patches(const Module& module) {
        for (const CallInfo& call : types_.calls(module.id)) {
            if (!llvm::any_of(call.targets, [&](const CallTarget& target) {
                    const std::string name = knowledge_.canonical(target.external);
                    return name == "unittest.mock.patch" || name == "pytest_mock._Patcher";
                }))
                continue;
            const Node node = module.tree.node(call.node);
            const Node text = find_argument(node, "target", 0), given = find_argument(node, "return_value", -1);
            const auto [path, name] = plain_string(text).rsplit('.');
            const ModuleId home = given && !name.empty() ? symbols_.find_module(module.id, path) : ModuleId();
            if (!home)
                continue;
            for (const Target& target : symbols_.member(home, name)) {
                const ClassKnowledge* known =
                    target.kind == Target::Kind::external ? knowledge_.class_(target.external) : nullptr;
                if (known == nullptr || known->role != Role::session || known->async_class.empty())
                    continue;
                const DoubleDemand demand = demand_of_users(home, name);
                say(module, argument_value(given), demand);
                const std::optional<Cell> cell = cell_of(module, argument_value(given));
                if (cell && demand.async && !demand.sync)
                    patches_.emplace_back(Place{module.id, text.id()}, *cell);
            }
        }
    }

    /// What the functions of a module that use one of its names want.
    [[nodiscard]] DoubleDemand demand_of_users(ModuleId home, llvm::StringRef name) const {
        DoubleDemand out;
        for (const Symbol& symbol : symbols_.bindings(home).symbols())
            if (symbol.name == name)
                for (const NodeId reference : symbol.references)
                    if (const FunctionId user = symbols_.enclosing_function({home, reference})) {
                        const DoubleDemand one = ask_.demand(user);
                        out.sync |= one.sync;
                        out.async |= one.async;
                    }
        return out;
    }

    /// What a dependency gives: for a generator what it yields.
    [[nodiscard]] TypeId given_by(FunctionId id) const { return types_.returned(id); }

    SessionDoubles result() {
        SessionDoubles out;
        for (const auto& [place, maker] : makers_)
            if (maker.session && !maker.demand.sync)
                out.made.insert(place);
        for (const auto& [text, given] : patches_)
            if (const std::set<Place>& held = held_[given];
                !held.empty() && llvm::all_of(held, [&](Place place) { return out.made.contains(place); }))
                out.reads.insert(text);
        for (const auto& module : program_.modules)
            for (NodeId id = 0; id < module->tree.size(); ++id) {
                const Node node = module->tree.node(id);
                if (!node.is_any(Kind::identifier, Kind::attribute))
                    continue;
                const std::optional<Cell> cell = cell_of(*module, node);
                if (!cell || mixed_.contains(*cell))
                    continue;
                const auto held = held_.find(*cell);
                if (held != held_.end() && !held->second.empty() &&
                    llvm::all_of(held->second, [&](Place place) { return out.made.contains(place); }))
                    out.reads.insert({module->id, id});
            }
        return out;
    }

    const Program& program_;
    const SymbolTable& symbols_;
    const Knowledge& knowledge_;
    const TypeTable& types_;
    const CallGraph& calls_;
    const DoubleQuestions& ask_;
    std::vector<std::vector<FunctionId>> functions_; // by module
    std::map<Place, Maker> makers_;
    std::vector<std::pair<Source, Cell>> flows_;
    std::map<Cell, std::set<Place>> held_;
    std::set<Cell> mixed_;
    std::vector<std::pair<Place, Cell>> patches_; // `"app.start.Session"` and what it gives
};

} // namespace

ToldChain told_chain(const Knowledge& knowledge, Node assignment) {
    const Node left = assignment.child(Field::left);
    if (!left.is(Kind::attribute))
        return {};
    // From the right: what is told, the terminal, the steps, query, the double.
    const auto told = [](Node node) {
        const llvm::StringRef name = node.child(Field::attribute).text();
        return name == "return_value" || name == "side_effect";
    };
    Node at = left;
    while (at.is(Kind::attribute) && !told(at))
        at = at.child(Field::object);
    const Node end = at.is(Kind::attribute) ? at.child(Field::object) : Node();
    if (!end.is(Kind::attribute))
        return {};
    ToldChain out{{}, end, end.child(Field::attribute).text()};
    at = end.child(Field::object);
    while (true) {
        if (at.is(Kind::parenthesized_expression))
            at = at.named_child(0);
        else if (at.is(Kind::call))
            at = at.child(Field::function);
        else if (at.is(Kind::attribute) && at.child(Field::attribute).text() == "query")
            break;
        else if (at.is(Kind::attribute) &&
                 (told(at) || knowledge.member("sqlalchemy.orm.Query", at.child(Field::attribute).text()) != nullptr))
            at = at.child(Field::object);
        else
            return {};
    }
    if (knowledge.member("sqlalchemy.orm.Query", out.terminal) == nullptr)
        return {};
    out.root = at.child(Field::object);
    return out;
}

SessionDoubles session_doubles(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge,
                               const TypeTable& types, const CallGraph& calls, const DoubleQuestions& ask) {
    return Doubles(program, symbols, knowledge, types, calls, ask).find();
}

} // namespace sqlawait
