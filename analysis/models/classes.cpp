#include "analysis/models/classes.h"

#include "analysis/linearisation.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace sqlawait {

namespace {

constexpr Place outside_root{ModuleId{}, 0};

class ClassReader {
  public:
    explicit ClassReader(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {
        table_.facts.resize(vocabulary.symbols().classes().size());
    }

    ClassFactsTable run() {
        for (const ClassInfo& info : classes())
            read_bases(info);
        std::vector<State> states(classes().size(), State::unseen);
        for (const ClassInfo& info : classes())
            linearise(info.id, states);
        for (const ClassInfo& info : classes())
            inherit(facts(info.id));
        find_imperative_mappings();
        for (const ClassInfo& info : classes())
            decide(info);
        llvm::sort(table_.bases);
        table_.bases.erase(std::unique(table_.bases.begin(), table_.bases.end()), table_.bases.end());
        return std::move(table_);
    }

  private:
    enum class State : std::uint8_t { unseen, active, done };

    [[nodiscard]] llvm::ArrayRef<ClassInfo> classes() const { return vocabulary_.symbols().classes(); }
    ClassFacts& facts(ClassId id) { return table_.facts[id.value]; }
    [[nodiscard]] Node node(Place place) const { return vocabulary_.node(place); }

    void read_bases(const ClassInfo& info) {
        ClassFacts& own = facts(info.id);
        const Node definition = node({info.module, info.node});
        if (const Node superclasses = definition.child(Field::superclasses)) {
            for (const Node base : superclasses.named_children()) {
                if (base.is(Kind::keyword_argument)) {
                    const Place value{info.module, base.child(Field::value).id()};
                    if (base.child(Field::name).text() == "table")
                        own.table_flag = vocabulary_.flag_value(value).value_or(false);
                } else {
                    read_base({info.module, (base.is(Kind::subscript) ? base.child(Field::value) : base).id()}, info);
                }
            }
        }
        for (const Node decorator : decorators_of(definition)) {
            const Node callee = decorator.is(Kind::call) ? decorator.child(Field::function) : decorator;
            const Role role = vocabulary_.role({info.module, callee.id()});
            own.mapped |= role == Role::mapped_decorator;
            if (role == Role::base_decorator)
                make_root(own, {info.module, info.node}, /*itself=*/true);
        }
        own.abstract = has_abstract_flag(info);
    }

    void make_root(ClassFacts& own, Place root, bool itself) {
        own.root = root;
        own.is_root |= itself;
        table_.bases.push_back(root);
    }

    void read_base(Place base, const ClassInfo& info) {
        ClassFacts& own = facts(info.id);
        if (const ClassId id = vocabulary_.class_named(base)) {
            if (id != info.id)
                own.bases.push_back(id);
            return;
        }
        if (node(base).is(Kind::call)) {
            read_factory(base, own);
            return;
        }
        const std::string name = vocabulary_.outside_name(base);
        const Role role = name.empty() ? Role::none : vocabulary_.knowledge().role(name);
        if (role == Role::declarative_root) {
            make_root(own, {info.module, info.node}, /*itself=*/true);
        } else if (role == Role::declarative_base) {
            read_outside_base(base, own);
        } else if (role == Role::table_flag_base) {
            own.flag_base = true;
        } else if (name.empty()) {
            for (const Target& target : vocabulary_.symbols().resolve_expression(base.module, node(base)))
                for (const Place value : vocabulary_.assigned_values(target))
                    if (own.root.node == no_node)
                        read_factory(vocabulary_.value_of(value), own);
        }
        if (!name.empty())
            own.outside.push_back(name);
    }

    /// A base that a call gives: declarative_base(cls=...).
    void read_factory(Place call, ClassFacts& own) {
        const Declaration factory = vocabulary_.declaration(call);
        if (factory.role != Role::declarative_factory)
            return;
        make_root(own, call, /*itself=*/false);
        if (const auto custom = factory.keyword("cls"))
            add_base(*custom, own);
    }

    /// `db.Model`, whose own base may be given where `db` is made, or a base class of a library.
    void read_outside_base(Place base, ClassFacts& own) {
        own.names_table_itself = true;
        base = vocabulary_.value_of(base);
        if (!node(base).is(Kind::attribute)) {
            own.root = outside_root; // of a library: there is no place in the program
            return;
        }
        const Place object{base.module, node(base).child(Field::object).id()};
        const Place root = vocabulary_.value_of(object);
        if (node(root).is(Kind::call))
            if (const auto custom = vocabulary_.declaration(root).keyword("model_class"))
                add_base(*custom, own);
        make_root(own, root, /*itself=*/false);
    }

    void add_base(Place expression, ClassFacts& own) {
        if (const ClassId id = vocabulary_.class_named(expression))
            own.bases.push_back(id);
    }

    [[nodiscard]] bool has_abstract_flag(const ClassInfo& info) const {
        const ModuleBindings& bindings = vocabulary_.symbols().bindings(info.module);
        const Scope& scope = bindings.scope(info.scope);
        const auto found = scope.by_name.find("__abstract__");
        if (found == scope.by_name.end())
            return false;
        Target target;
        target.kind = Target::Kind::variable;
        target.module = info.module;
        target.symbol = found->second;
        return llvm::any_of(vocabulary_.assigned_values(target),
                            [&](Place value) { return vocabulary_.flag_value(value).value_or(false); });
    }

    void linearise(ClassId id, std::vector<State>& states) {
        if (states[id.value] != State::unseen)
            return;
        states[id.value] = State::active;
        std::vector<std::vector<ClassId>> sequences;
        for (const ClassId base : facts(id).bases) {
            linearise(base, states);
            // A class among its own bases would not load: there is nothing to inherit from it.
            if (states[base.value] == State::done)
                sequences.push_back(facts(base).linear);
        }
        sequences.push_back(facts(id).bases);
        facts(id).linear = merged_linearisation(id, std::move(sequences));
        states[id.value] = State::done;
    }

    void inherit(ClassFacts& own) {
        for (const ClassId base : own.linear) {
            const ClassFacts& other = facts(base);
            if (own.root.node == no_node)
                own.root = other.root;
            own.flag_base |= other.flag_base;
            own.names_table_itself |= other.names_table_itself;
        }
    }

    void find_imperative_mappings() {
        for (const auto& module : vocabulary_.program().modules) {
            const llvm::StringRef text = module->source.text;
            if (!text.contains("map_imperatively") && !text.contains("mapper"))
                continue;
            for (NodeId id = 0; id < module->tree.size(); ++id) {
                if (module->tree.record(id).kind != Kind::call)
                    continue;
                const Place place{module->id, id};
                const Place callee{module->id, node(place).child(Field::function).id()};
                if (vocabulary_.role(callee) != Role::imperative_mapping)
                    continue;
                const Declaration call = vocabulary_.declaration(place);
                const auto argument = [&](std::size_t index, llvm::StringRef keyword) {
                    const auto named = call.keyword(keyword);
                    return named ? named : call.positional(index);
                };
                const auto mapped = argument(0, "class_");
                if (!mapped)
                    continue;
                if (const ClassId class_ = vocabulary_.class_named(*mapped))
                    table_.imperative.push_back(
                        {class_, place, argument(1, "local_table"), call.keyword("properties")});
            }
        }
        for (const ImperativeMapping& mapping : table_.imperative)
            facts(mapping.class_).mapped = true;
    }

    void decide(const ClassInfo& info) {
        ClassFacts& own = facts(info.id);
        if (own.mapped || own.is_root || own.abstract)
            return;
        // A flagged class may descend from an unflagged one, but not take the flag from one that has it.
        own.mapped = own.flag_base ? own.table_flag : own.root.node != no_node;
    }

    const Vocabulary& vocabulary_;
    ClassFactsTable table_;
};

} // namespace

ClassFactsTable read_class_facts(const Vocabulary& vocabulary) { return ClassReader(vocabulary).run(); }

} // namespace sqlawait
