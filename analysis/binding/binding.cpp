#include "analysis/binding/binding.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

namespace sqlawait {

/// First walk: scopes, definitions, references. Second: names to symbols. Third: what reaches each read.
class Binder {
  public:
    explicit Binder(const SyntaxTree& tree) : tree_(tree) {}

    ModuleBindings run() {
        out_.scope_of_node_.assign(tree_.size(), ScopeId{0});
        open(ScopeKind::module, tree_.root(), ScopeId{});
        declare(tree_.root(), ScopeId{0});
        resolve();
        flow();
        return std::move(out_);
    }

  private:
    struct Read {
        Node node;
        ScopeId scope;
    };

    ScopeId open(ScopeKind kind, Node node, ScopeId parent) {
        Scope scope;
        scope.kind = kind;
        scope.node = node.id();
        scope.parent = parent;
        out_.scopes_.push_back(std::move(scope));
        overrides_.emplace_back();
        const ScopeId id{static_cast<std::uint32_t>(out_.scopes_.size() - 1)};
        out_.opened_by_[node.id()] = id;
        return id;
    }
    Scope& scope(ScopeId id) { return out_.scopes_[id.value]; }

    SymbolId symbol(ScopeId where, llvm::StringRef name) {
        if (const auto over = overrides_[where.value].find(name); over != overrides_[where.value].end()) {
            ScopeId target{0};
            if (over->second == 'n')
                for (ScopeId up = scope(where).parent; up; up = scope(up).parent)
                    if ((scope(up).kind == ScopeKind::function || scope(up).kind == ScopeKind::lambda) &&
                        scope(up).by_name.count(name)) {
                        target = up;
                        break;
                    }
            where = target;
        }
        const auto [at, fresh] = scope(where).by_name.try_emplace(name, SymbolId{});
        if (fresh) {
            at->second = SymbolId{static_cast<std::uint32_t>(out_.symbols_.size())};
            Symbol one;
            one.name = name.str();
            one.scope = where;
            out_.symbols_.push_back(std::move(one));
            scope(where).symbols.push_back(at->second);
        }
        return at->second;
    }

    void define(ScopeId where, DefinitionKind kind, Node name, Node node, llvm::StringRef text = "") {
        const SymbolId id = symbol(where, text.empty() ? name.text() : text);
        const DefinitionId definition{static_cast<std::uint32_t>(out_.definitions_.size())};
        out_.definitions_.push_back({id, kind, name.id(), node.id()});
        out_.symbols_[id.value].definitions.push_back(definition);
        out_.defined_at_[name.id()] = definition;
        out_.symbol_at_[name.id()] = id;
    }

    ScopeId binding_scope(ScopeId where) { // comprehensions pass walrus targets outward
        while (scope(where).kind == ScopeKind::comprehension)
            where = scope(where).parent;
        return where;
    }

    void mark(Node node, ScopeId where) { out_.scope_of_node_[node.id()] = where; }

    void target(Node node, DefinitionKind kind, Node statement, ScopeId where) {
        mark(node, where);
        switch (node.kind()) {
        case Kind::identifier: define(where, kind, node, statement); return;
        case Kind::attribute:
        case Kind::subscript:
        case Kind::call: declare(node, where); return;
        default:
            for (Node child = node.first_child(); child; child = child.next_sibling()) {
                mark(child, where);
                if (child.named())
                    target(child, kind, statement, where);
            }
        }
    }

    void prescan(Node body, ScopeId where) { // global and nonlocal hold for the whole scope
        llvm::SmallVector<Node, 16> todo{body};
        while (!todo.empty()) {
            const Node node = todo.pop_back_val();
            for (Node child = node.first_child(); child; child = child.next_sibling()) {
                if (!child.named() || opens_scope(child.kind()))
                    continue;
                if (child.is_any(Kind::global_statement, Kind::nonlocal_statement))
                    for (const Node name : child.named_children())
                        overrides_[where.value][name.text()] = child.is(Kind::global_statement) ? 'g' : 'n';
                else
                    todo.push_back(child);
            }
        }
    }

    void parameters(Node list, ScopeId inner, ScopeId outer) {
        mark(list, outer);
        for (Node node = list.first_child(); node; node = node.next_sibling()) {
            mark(node, outer);
            if (!node.named())
                continue;
            Node name = node;
            if (node.is(Kind::typed_parameter))
                name = node.named_child(0);
            else if (node.is_any(Kind::default_parameter, Kind::typed_default_parameter))
                name = node.child(Field::name);
            for (const Node child : node.children())
                if (child.field() == Field::type || child.field() == Field::value)
                    declare(child, outer);
                else
                    mark(child, inner);
            if (name.is_any(Kind::list_splat_pattern, Kind::dictionary_splat_pattern))
                name = name.named_child(0);
            if (name.is(Kind::identifier)) {
                mark(name, inner);
                define(inner, DefinitionKind::parameter, name, node);
            } else if (name.is(Kind::tuple_pattern))
                target(name, DefinitionKind::parameter, node, inner);
        }
    }

    void type_parameters(Node list, ScopeId where) {
        for (const Node one : list.named_children()) {
            Node name = one;
            while (name && !name.is(Kind::identifier))
                name = name.named_child(0);
            if (name)
                define(where, DefinitionKind::type_parameter, name, one);
        }
    }

    void children(Node node, ScopeId where) {
        for (Node child = node.first_child(); child; child = child.next_sibling())
            declare(child, where);
    }

    void declare(Node node, ScopeId where) {
        mark(node, where);
        if (!node.named())
            return;
        switch (node.kind()) {
        case Kind::comment: return;
        case Kind::function_definition: {
            define(where, DefinitionKind::function, node.child(Field::name), node);
            for (const Node child : node.children())
                mark(child, where);
            const ScopeId inner = open(ScopeKind::function, node, where);
            prescan(node.child(Field::body), inner);
            if (const Node types = node.child(Field::type_parameters))
                type_parameters(types, inner);
            parameters(node.child(Field::parameters), inner, where);
            if (const Node type = node.child(Field::return_type))
                declare(type, where);
            declare(node.child(Field::body), inner);
            return;
        }
        case Kind::lambda: {
            const ScopeId inner = open(ScopeKind::lambda, node, where);
            if (const Node list = node.child(Field::parameters))
                parameters(list, inner, where);
            declare(node.child(Field::body), inner);
            return;
        }
        case Kind::class_definition: {
            define(where, DefinitionKind::class_, node.child(Field::name), node);
            for (const Node child : node.children())
                mark(child, where);
            if (const Node bases = node.child(Field::superclasses))
                declare(bases, where);
            const ScopeId inner = open(ScopeKind::class_, node, where);
            if (const Node types = node.child(Field::type_parameters))
                type_parameters(types, inner);
            prescan(node.child(Field::body), inner);
            declare(node.child(Field::body), inner);
            return;
        }
        case Kind::list_comprehension:
        case Kind::set_comprehension:
        case Kind::dictionary_comprehension:
        case Kind::generator_expression: {
            const ScopeId inner = open(ScopeKind::comprehension, node, where);
            bool first = true;
            for (const Node child : node.children()) {
                if (!child.is(Kind::for_in_clause)) {
                    declare(child, inner);
                    continue;
                }
                mark(child, inner);
                for (const Node part : child.children()) {
                    if (part.field() == Field::left)
                        target(part, DefinitionKind::for_target, child, inner);
                    else
                        declare(part, first && part.field() == Field::right ? where : inner);
                }
                first = false;
            }
            return;
        }
        case Kind::assignment: {
            for (const Node child : node.children()) {
                if (child.field() == Field::left)
                    target(child, node.child(Field::right) ? DefinitionKind::assignment : DefinitionKind::declaration,
                           node, where);
                else
                    declare(child, where);
            }
            note_all(node, where);
            return;
        }
        case Kind::augmented_assignment: {
            for (const Node child : node.children()) {
                if (child.field() == Field::left && child.is(Kind::identifier)) {
                    mark(child, where);
                    define(where, DefinitionKind::augmented, child, node);
                    reads_.push_back({child, where});
                } else
                    declare(child, where);
            }
            note_all(node, where);
            return;
        }
        case Kind::named_expression:
            target(node.child(Field::name), DefinitionKind::walrus, node, binding_scope(where));
            declare(node.child(Field::value), where);
            return;
        case Kind::for_statement:
            for (const Node child : node.children())
                if (child.field() == Field::left)
                    target(child, DefinitionKind::for_target, node, where);
                else
                    declare(child, where);
            return;
        case Kind::with_item: {
            const Node value = node.child(Field::value);
            if (!value.is(Kind::as_pattern)) {
                children(node, where);
                return;
            }
            mark(value, where);
            for (const Node child : value.children())
                if (child.field() == Field::alias || child.is(Kind::as_pattern_target))
                    target(child, DefinitionKind::with_target, node, where);
                else
                    declare(child, where);
            return;
        }
        case Kind::except_clause:
            for (const Node child : node.children()) {
                if (child.is(Kind::as_pattern)) {
                    mark(child, where);
                    for (const Node part : child.children())
                        if (part.field() == Field::alias || part.is(Kind::as_pattern_target))
                            target(part, DefinitionKind::except_name, node, where);
                        else
                            declare(part, where);
                } else if (child.field() == Field::alias)
                    target(child, DefinitionKind::except_name, node, where);
                else
                    declare(child, where);
            }
            return;
        case Kind::import_statement:
            for (const Node child : node.named_children()) {
                if (child.is(Kind::aliased_import))
                    define(where, DefinitionKind::import_module, child.child(Field::alias), child);
                else if (child.is(Kind::dotted_name))
                    define(where, DefinitionKind::import_module, child, child, child.named_child(0).text());
            }
            return;
        case Kind::import_from_statement:
        case Kind::future_import_statement:
            for (const Node child : node.children()) {
                if (child.is(Kind::wildcard_import))
                    define(where, DefinitionKind::import_star, child, node, "*");
                if (child.field() != Field::name)
                    continue;
                if (child.is(Kind::aliased_import))
                    define(where, DefinitionKind::import_name, child.child(Field::alias), child);
                else
                    define(where, DefinitionKind::import_name,
                           child.is(Kind::dotted_name) ? child.named_child(0) : child, child);
            }
            return;
        case Kind::case_clause:
            for (const Node child : node.children())
                if (child.is(Kind::case_pattern))
                    pattern(child, node, where, false);
                else
                    declare(child, where);
            return;
        case Kind::delete_statement:
            for (const Node child : node.named_children())
                remove(child, node, where);
            return;
        case Kind::global_statement:
        case Kind::nonlocal_statement: return;
        case Kind::type_alias_statement: {
            Node left = node.child(Field::left), name = left;
            while (name && !name.is(Kind::identifier))
                name = name.named_child(0);
            if (name)
                define(where, DefinitionKind::type_alias, name, node);
            declare(node.child(Field::right), where);
            return;
        }
        case Kind::keyword_argument:
            mark(node.child(Field::name), where);
            declare(node.child(Field::value), where);
            return;
        case Kind::attribute:
            declare(node.child(Field::object), where);
            mark(node.child(Field::attribute), where);
            return;
        case Kind::member_type: declare(node.named_child(0), where); return;
        case Kind::identifier: reads_.push_back({node, where}); return;
        case Kind::return_statement:
            if (scope(where).kind == ScopeKind::function)
                scope(where).returns.push_back(node.id());
            break;
        case Kind::yield: {
            ScopeId f = binding_scope(where);
            scope(f).has_yield = true;
            scope(f).yields.push_back(node.id());
            break;
        }
        case Kind::await: scope(binding_scope(where)).has_await = true; break;
        default: break;
        }
        children(node, where);
    }

    void remove(Node node, Node statement, ScopeId where) {
        mark(node, where);
        if (node.is(Kind::identifier)) {
            define(where, DefinitionKind::deletion, node, statement);
            reads_.push_back({node, where});
        } else if (node.is_any(Kind::tuple, Kind::list, Kind::expression_list, Kind::parenthesized_expression))
            for (const Node child : node.named_children())
                remove(child, statement, where);
        else
            declare(node, where);
    }

    void pattern(Node node, Node clause, ScopeId where, bool class_name) {
        mark(node, where);
        switch (node.kind()) {
        case Kind::identifier:
            if (class_name)
                reads_.push_back({node, where});
            else if (node.text() != "_")
                define(where, DefinitionKind::match_capture, node, clause);
            return;
        case Kind::dotted_name:
            if (node.named_children().size() == 1 && !class_name)
                pattern(node.named_child(0), clause, where, false);
            else {
                mark(node.named_child(0), where);
                reads_.push_back({node.named_child(0), where});
            }
            return;
        case Kind::class_pattern: {
            bool first = true;
            for (const Node child : node.children()) {
                mark(child, where);
                if (child.named()) {
                    pattern(child, clause, where, first);
                    first = false;
                }
            }
            return;
        }
        case Kind::keyword_pattern: {
            bool first = true;
            for (const Node child : node.children()) {
                mark(child, where);
                if (child.named() && !first)
                    pattern(child, clause, where, false);
                if (child.named())
                    first = false;
            }
            return;
        }
        default:
            for (const Node child : node.children()) {
                mark(child, where);
                if (child.named())
                    pattern(child, clause, where, false);
            }
        }
    }

    void note_all(Node node, ScopeId where) {
        if (where.value != 0 || node.child(Field::left).text() != "__all__")
            return;
        const Node value = node.child(Field::right);
        if (!value.is_any(Kind::list, Kind::tuple)) {
            if (node.is(Kind::assignment)) {
                all_plain_ = false;
                out_.has_all_ = false;
            }
            return;
        }
        if (node.is(Kind::assignment))
            out_.all_.clear();
        for (const Node one : value.named_children())
            if (one.is(Kind::string) && one.named_child(1).is(Kind::string_content))
                out_.all_.push_back(one.named_child(1).text().str());
        out_.has_all_ = all_plain_;
    }

    SymbolId find(ScopeId from, llvm::StringRef name) { return out_.lookup(from, name); }

    void resolve() {
        for (const Read& read : reads_) {
            SymbolId id;
            if (const auto over = overrides_[read.scope.value].find(read.node.text());
                over != overrides_[read.scope.value].end())
                id = symbol(read.scope, read.node.text());
            else
                id = find(read.scope, read.node.text());
            if (!id)
                continue;
            out_.symbol_at_[read.node.id()] = id;
            out_.symbols_[id.value].references.push_back(read.node.id());
        }
        for (Symbol& one : out_.symbols_)
            llvm::sort(one.references);
    }

    // ---- flow
    using Set = std::vector<std::uint32_t>; // sorted definition ids
    struct State {
        std::vector<std::uint32_t> sets;
        bool live = true;
    };

    std::uint32_t intern(Set set) {
        const auto [at, fresh] = set_index_.try_emplace(set, static_cast<std::uint32_t>(set_table_.size()));
        if (fresh)
            set_table_.push_back(std::move(set));
        return at->second;
    }
    std::uint32_t unite(std::uint32_t a, std::uint32_t b) {
        if (a == b)
            return a;
        Set out;
        std::set_union(set_table_[a].begin(), set_table_[a].end(), set_table_[b].begin(), set_table_[b].end(),
                       std::back_inserter(out));
        return intern(std::move(out));
    }
    void join(State& into, const State& from) {
        if (!from.live)
            return;
        if (!into.live) {
            into = from;
            return;
        }
        for (std::size_t i = 0; i < into.sets.size(); ++i)
            into.sets[i] = unite(into.sets[i], from.sets[i]);
    }

    void flow() {
        set_table_.emplace_back();
        set_index_.emplace(Set{}, 0);
        // Reads from inner functions may see every definition.
        slot_.assign(out_.symbols_.size(), none);
        for (std::uint32_t i = 0; i < out_.scopes_.size(); ++i) {
            const ScopeKind kind = out_.scopes_[i].kind;
            if (kind == ScopeKind::module || kind == ScopeKind::function || kind == ScopeKind::lambda)
                flow_group(ScopeId{i});
        }
        for (const auto& read : reads_) {
            const SymbolId id = out_.symbol_at(read.node.id());
            if (!id)
                continue;
            auto& reaching = out_.reaching_[read.node.id()];
            if (group_of(read.scope) == group_of(out_.symbols_[id.value].scope))
                continue;
            for (const DefinitionId one : out_.symbols_[id.value].definitions)
                if (out_.definitions_[one.value].kind != DefinitionKind::deletion)
                    reaching.push_back(one);
        }
    }
    ScopeId group_of(ScopeId id) {
        while (scope(id).kind == ScopeKind::class_ || scope(id).kind == ScopeKind::comprehension)
            id = scope(id).parent;
        return id;
    }

    void flow_group(ScopeId id) {
        group_ = id;
        group_symbols_.clear();
        for (std::uint32_t s = 0; s < out_.symbols_.size() && id.value == 0; ++s) {
        }
        collect(id);
        for (std::size_t i = 0; i < group_symbols_.size(); ++i)
            slot_[group_symbols_[i].value] = static_cast<std::uint32_t>(i);
        state_ = State{};
        state_.sets.assign(group_symbols_.size(), 0);
        for (const SymbolId symbol : group_symbols_)
            for (const DefinitionId one : out_.symbols_[symbol.value].definitions)
                if (out_.definitions_[one.value].kind == DefinitionKind::parameter ||
                    out_.definitions_[one.value].kind == DefinitionKind::type_parameter)
                    state_.sets[slot_[symbol.value]] = intern({one.value});
        // Assigned by `global`/`nonlocal` in other functions: may have happened at any time.
        for (const SymbolId symbol : group_symbols_)
            for (const DefinitionId one : out_.symbols_[symbol.value].definitions) {
                const ScopeId at = out_.scope_of_node_[out_.definitions_[one.value].name];
                if (out_.definitions_[one.value].kind != DefinitionKind::parameter && group_of(at) != group_)
                    foreign_[symbol.value].push_back(one.value);
            }
        const Node node = tree_.node(scope(id).node);
        if (node.is(Kind::module))
            run_children(node);
        else
            run(node.child(Field::body));
        for (const SymbolId symbol : group_symbols_)
            slot_[symbol.value] = none;
        foreign_.clear();
        loops_.clear();
        tries_.clear();
    }
    void collect(ScopeId id) {
        if (children_.empty()) {
            children_.resize(out_.scopes_.size());
            for (std::uint32_t i = 1; i < out_.scopes_.size(); ++i)
                children_[out_.scopes_[i].parent.value].push_back(ScopeId{i});
        }
        llvm::SmallVector<ScopeId, 8> todo{id};
        while (!todo.empty()) {
            const ScopeId one = todo.pop_back_val();
            llvm::append_range(group_symbols_, scope(one).symbols);
            for (const ScopeId child : children_[one.value])
                if (scope(child).kind == ScopeKind::class_ || scope(child).kind == ScopeKind::comprehension)
                    todo.push_back(child);
        }
    }

    void read_here(Node node) {
        const SymbolId id = out_.symbol_at(node.id());
        if (!id || slot_[id.value] == none)
            return;
        auto& reaching = out_.reaching_[node.id()];
        for (const std::uint32_t one : set_table_[state_.sets[slot_[id.value]]])
            if (!llvm::is_contained(reaching, DefinitionId{one}) &&
                out_.definitions_[one].kind != DefinitionKind::deletion)
                reaching.push_back(DefinitionId{one});
        if (const auto more = foreign_.find(id.value); more != foreign_.end())
            for (const std::uint32_t one : more->second)
                if (!llvm::is_contained(reaching, DefinitionId{one}))
                    reaching.push_back(DefinitionId{one});
    }
    void define_here(Node name) {
        const auto found = out_.defined_at_.find(name.id());
        if (found == out_.defined_at_.end())
            return;
        const SymbolId id = out_.definitions_[found->second.value].symbol;
        if (slot_[id.value] == none)
            return;
        auto& set = state_.sets[slot_[id.value]];
        set = intern({found->second.value});
        for (State& one : tries_)
            if (one.live)
                one.sets[slot_[id.value]] = unite(one.sets[slot_[id.value]], set);
    }

    void run_children(Node node) {
        for (Node child = node.first_child(); child; child = child.next_sibling())
            if (child.named())
                run(child);
    }
    void run_targets(Node node) { // definitions inside a target
        if (node.is(Kind::identifier)) {
            define_here(node);
            return;
        }
        if (node.is_any(Kind::attribute, Kind::subscript, Kind::call)) {
            run(node);
            return;
        }
        for (const Node child : node.named_children())
            run_targets(child);
    }

    struct Loop {
        State breaks, continues;
    };

    void loop(Node head_target, Node condition, Node body, Node alternative) {
        State entry = state_;
        for (unsigned round = 0; round < 6; ++round) {
            loops_.push_back({{{}, false}, {{}, false}});
            if (condition)
                run(condition);
            State exit = state_;
            if (head_target)
                run_targets(head_target);
            run(body);
            State back = state_;
            join(back, loops_.back().continues);
            State breaks = loops_.back().breaks;
            loops_.pop_back();
            State next = entry;
            join(next, back);
            const bool stable = next.live == entry.live && next.sets == entry.sets;
            if (stable || round == 5) {
                state_ = exit;
                if (alternative)
                    run(alternative);
                join(state_, breaks);
                return;
            }
            entry = next;
            state_ = entry;
        }
    }

    void run(Node node) {
        if (!node)
            return;
        switch (node.kind()) {
        case Kind::comment: return;
        case Kind::identifier: read_here(node); return;
        case Kind::function_definition:
            run_parameter_parts(node.child(Field::parameters));
            if (const Node type = node.child(Field::return_type))
                run(type);
            define_here(node.child(Field::name));
            return;
        case Kind::lambda: run_parameter_parts(node.child(Field::parameters)); return;
        case Kind::class_definition:
            if (const Node bases = node.child(Field::superclasses))
                run(bases);
            run(node.child(Field::body));
            define_here(node.child(Field::name));
            return;
        case Kind::decorated_definition:
            for (const Node child : node.named_children())
                run(child);
            return;
        case Kind::attribute: run(node.child(Field::object)); return;
        case Kind::keyword_argument: run(node.child(Field::value)); return;
        case Kind::assignment:
            if (const Node right = node.child(Field::right)) {
                run(right);
                if (const Node type = node.child(Field::type))
                    run(type);
                run_targets(node.child(Field::left));
            } else {
                if (const Node type = node.child(Field::type))
                    run(type);
                declare_here(node.child(Field::left));
            }
            return;
        case Kind::augmented_assignment:
            run(node.child(Field::left));
            run(node.child(Field::right));
            run_targets(node.child(Field::left));
            return;
        case Kind::named_expression:
            run(node.child(Field::value));
            run_targets(node.child(Field::name));
            return;
        case Kind::boolean_operator: {
            run(node.child(Field::left));
            State skip = state_;
            run(node.child(Field::right));
            join(state_, skip);
            return;
        }
        case Kind::conditional_expression: {
            const auto parts = node.named_children();
            if (parts.size() != 3) {
                run_children(node);
                return;
            }
            run(parts[1]);
            State test = state_;
            run(parts[0]);
            State yes = state_;
            state_ = test;
            run(parts[2]);
            join(state_, yes);
            return;
        }
        case Kind::list_comprehension:
        case Kind::set_comprehension:
        case Kind::dictionary_comprehension:
        case Kind::generator_expression: {
            State before = state_;
            for (unsigned round = 0; round < 2; ++round) {
                for (const Node child : node.named_children()) {
                    if (child.is(Kind::for_in_clause)) {
                        for (const Node right : child.children(Field::right))
                            if (right.named())
                                run(right);
                        run_targets(child.child(Field::left));
                    } else if (child.is(Kind::if_clause))
                        run_children(child);
                }
                run(node.child(Field::body));
            }
            join(state_, before);
            return;
        }
        case Kind::if_statement: {
            run(node.child(Field::condition));
            State exits{{}, false};
            State test = state_;
            run(node.child(Field::consequence));
            join(exits, state_);
            state_ = test;
            bool has_else = false;
            for (const Node part : node.children(Field::alternative)) {
                if (part.is(Kind::elif_clause)) {
                    run(part.child(Field::condition));
                    State next = state_;
                    run(part.child(Field::consequence));
                    join(exits, state_);
                    state_ = next;
                } else {
                    run(part.child(Field::body));
                    has_else = true;
                }
            }
            (void)has_else;
            join(state_, exits);
            return;
        }
        case Kind::for_statement:
            run(node.child(Field::right));
            loop(node.child(Field::left), {}, node.child(Field::body), node.child(Field::alternative));
            return;
        case Kind::while_statement:
            loop({}, node.child(Field::condition), node.child(Field::body), node.child(Field::alternative));
            return;
        case Kind::else_clause: run(node.child(Field::body)); return;
        case Kind::break_statement:
            if (!loops_.empty())
                join(loops_.back().breaks, state_);
            state_.live = false;
            return;
        case Kind::continue_statement:
            if (!loops_.empty())
                join(loops_.back().continues, state_);
            state_.live = false;
            return;
        case Kind::return_statement:
        case Kind::raise_statement:
            run_children(node);
            state_.live = false;
            return;
        case Kind::try_statement: {
            tries_.push_back(state_);
            run(node.child(Field::body));
            State failed = tries_.pop_back_val();
            State exits{{}, false};
            bool else_seen = false;
            for (const Node part : node.named_children())
                if (part.is(Kind::else_clause)) {
                    run(part.child(Field::body));
                    else_seen = true;
                }
            (void)else_seen;
            join(exits, state_);
            for (const Node part : node.named_children()) {
                if (!part.is(Kind::except_clause))
                    continue;
                state_ = failed;
                state_.live = true;
                for (const Node child : part.named_children()) {
                    if (child.is(Kind::as_pattern)) {
                        run(child.named_child(0));
                        for (const Node alias : child.named_children())
                            if (alias.field() == Field::alias || alias.is(Kind::as_pattern_target))
                                run_targets(alias);
                    } else if (child.field() == Field::alias)
                        run_targets(child);
                    else
                        run(child);
                }
                join(exits, state_);
            }
            for (const Node part : node.named_children()) {
                if (!part.is(Kind::finally_clause))
                    continue;
                const bool live = exits.live;
                state_ = exits;
                join(state_, failed);
                run_children(part);
                exits = state_;
                exits.live = exits.live && live;
            }
            state_ = exits;
            if (state_.sets.empty())
                state_.sets = failed.sets;
            return;
        }
        case Kind::with_item: {
            const Node value = node.child(Field::value);
            if (!value.is(Kind::as_pattern)) {
                run_children(node);
                return;
            }
            run(value.named_child(0));
            for (const Node child : value.children())
                if (child.field() == Field::alias || child.is(Kind::as_pattern_target))
                    run_targets(child);
            return;
        }
        case Kind::match_statement: {
            for (const Node subject : node.children(Field::subject))
                run(subject);
            State test = state_, exits = state_;
            for (const Node clause : node.child(Field::body).named_children()) {
                if (!clause.is(Kind::case_clause))
                    continue;
                state_ = test;
                for (const Node child : clause.named_children())
                    if (child.is(Kind::case_pattern)) {
                        run_pattern(child);
                    } else
                        run(child);
                join(exits, state_);
            }
            state_ = exits;
            return;
        }
        case Kind::import_statement:
        case Kind::import_from_statement:
        case Kind::future_import_statement:
            for (NodeId id = node.id(); id < tree_.record(node.id()).subtree_end; ++id)
                define_here(tree_.node(id));
            return;
        case Kind::delete_statement:
            for (NodeId id = node.id(); id < tree_.record(node.id()).subtree_end; ++id)
                if (tree_.node(id).is(Kind::identifier)) {
                    read_here(tree_.node(id));
                    define_here(tree_.node(id));
                }
            return;
        case Kind::type_alias_statement:
            run(node.child(Field::right));
            for (NodeId id = node.child(Field::left).id(); id < tree_.record(node.child(Field::left).id()).subtree_end;
                 ++id)
                define_here(tree_.node(id));
            return;
        case Kind::global_statement:
        case Kind::nonlocal_statement: return;
        default: run_children(node); return;
        }
    }
    void declare_here(Node target) {
        if (target.is(Kind::identifier)) {
            const SymbolId id = out_.symbol_at(target.id());
            if (id && slot_[id.value] != none && state_.sets[slot_[id.value]] == 0)
                define_here(target);
        } else
            run_targets(target);
    }
    void run_pattern(Node node) {
        for (NodeId id = node.id(); id < tree_.record(node.id()).subtree_end; ++id) {
            read_here(tree_.node(id));
            define_here(tree_.node(id));
        }
    }
    void run_parameter_parts(Node list) {
        for (const Node parameter : list.named_children())
            for (const Node child : parameter.children())
                if (child.field() == Field::type || child.field() == Field::value)
                    run(child);
    }

    static constexpr std::uint32_t none = 0xFFFFFFFFU;
    const SyntaxTree& tree_;
    ModuleBindings out_;
    std::vector<llvm::StringMap<char>> overrides_;
    std::vector<Read> reads_;
    bool all_plain_ = true;
    std::vector<Set> set_table_;
    std::map<Set, std::uint32_t> set_index_;
    std::vector<std::uint32_t> slot_;
    std::vector<SymbolId> group_symbols_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> foreign_;
    std::vector<std::vector<ScopeId>> children_;
    ScopeId group_;
    State state_;
    std::vector<Loop> loops_;
    llvm::SmallVector<State, 4> tries_;
};

SymbolId ModuleBindings::symbol_at(NodeId id) const {
    const auto f = symbol_at_.find(id);
    return f == symbol_at_.end() ? SymbolId{} : f->second;
}
DefinitionId ModuleBindings::definition_at(NodeId id) const {
    const auto f = defined_at_.find(id);
    return f == defined_at_.end() ? DefinitionId{} : f->second;
}
llvm::ArrayRef<DefinitionId> ModuleBindings::reaching(NodeId id) const {
    const auto f = reaching_.find(id);
    return f == reaching_.end() ? llvm::ArrayRef<DefinitionId>() : llvm::ArrayRef<DefinitionId>(f->second);
}
ScopeId ModuleBindings::opened_by(NodeId id) const {
    const auto f = opened_by_.find(id);
    return f == opened_by_.end() ? ScopeId{} : f->second;
}
SymbolId ModuleBindings::lookup(ScopeId from, llvm::StringRef name) const {
    bool first = true;
    for (ScopeId at = from; at; at = scopes_[at.value].parent) {
        const Scope& one = scopes_[at.value];
        if (one.kind != ScopeKind::class_ || first)
            if (const auto f = one.by_name.find(name); f != one.by_name.end())
                return f->second;
        if (one.kind != ScopeKind::comprehension)
            first = false;
    }
    return {};
}
ModuleBindings bind(const SyntaxTree& tree) { return Binder(tree).run(); }
std::string print_bindings(const SyntaxTree&, const ModuleBindings&) { return ""; }

} // namespace sqlawait
