// Third step of binding: walks the module and then each function, lambda and generator in the order of
// execution, tells `Flow` what is bound, and notes what every read sees. Private to this folder.
#pragma once

#include "analysis/binding/binder.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <map>
#include <optional>

namespace sqlawait {

class FlowWalker {
  public:
    explicit FlowWalker(Binder& binder);
    void walk();

    struct Read {
        NodeId node = no_node;
        SymbolId symbol; // none: a builtin, or bound nowhere
        Flow::Value value = Flow::unbound;
        /// What is read in its stead ...
        enum class Otherwise : std::uint8_t { none, when_unbound, when_empty } when = Otherwise::none;
        Flow::Value otherwise = Flow::unbound;
        SymbolId other_symbol;
    };
    [[nodiscard]] const std::vector<Read>& reads() const { return reads_; }
    [[nodiscard]] Flow& flow() { return flow_; }
    /// A symbol's value when the code of its module or class has ended; of others any of its definitions.
    [[nodiscard]] Flow::Value value_at_end(SymbolId symbol) {
        const auto& value = at_end_[symbol.value];
        return value ? *value : any_value(symbol);
    }

  private:
    /// What `break` and `continue` leave: a loop, or a `finally` on the way to one.
    struct Frame {
        Flow::Mark start = 0;
        bool is_finally = false;
        llvm::SmallVector<Flow::Outcome, 2> breaks;
        llvm::SmallVector<Flow::Outcome, 2> continues;
    };
    struct DefinitionRun {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };

    // flow_walker.cpp: names
    void run_unit(Node node);
    void define(DefinitionId id);
    void read(Node identifier);
    void identifier(Node node);
    [[nodiscard]] Flow::Value value_here(SymbolId symbol);
    [[nodiscard]] Flow::Value any_value(SymbolId symbol);
    [[nodiscard]] Flow::Value value_for_function(SymbolId symbol);
    [[nodiscard]] bool is_certain(const Definition& definition) const;
    [[nodiscard]] bool followed(SymbolId symbol) const;
    [[nodiscard]] DefinitionRun definitions_in(NodeId begin, NodeId end) const;
    void end_scope(ScopeId scope);
    [[nodiscard]] Flow::Outcome anywhere_in(NodeId begin, NodeId end);

    // statements.cpp
    void visit(Node node);
    void visit_children(Node node);
    void visit_fields(Node node, Field field);
    bool visit_statement(Node node);
    void if_statement(Node node);
    void while_statement(Node node);
    void for_statement(Node node);
    /// `head` runs before every round and gives whether the loop may end there; `body` is a round.
    void loop(Node node, Node alternative, llvm::function_ref<bool()> head, llvm::function_ref<void()> body);
    void leave_loop(bool is_break);
    void try_statement(Node node);
    void try_without_finally(Node node);
    void except_clause(Node node);
    void with_statement(Node node);
    void match_statement(Node node);
    void function_definition(Node node);
    void class_definition(Node node);
    void parameters(Node node);
    void type_parameters(Node node);
    void type_alias(Node node);

    // expressions.cpp
    bool visit_expression(Node node);
    void visit_later(Node node);
    void annotation(Node node);
    void assignment(Node node);
    void augmented_assignment(Node node);
    void comprehension(Node node);
    void comprehension_loop(Node node, Node first);
    void comparison(Node node);
    void pattern(Node node);

    Binder& binder_;
    const SyntaxTree& tree_;
    ModuleBindings& out_;
    Flow flow_;
    std::vector<Read> reads_;
    std::vector<std::optional<Flow::Value>> any_values_; // by symbol
    std::vector<std::optional<Flow::Value>> at_end_;     // by symbol
    std::map<std::pair<std::uint32_t, NodeId>, Flow::Value> function_values_; // by symbol and statement
    std::deque<Node> units_;
    ScopeId unit_;
    llvm::SmallVector<Frame, 4> frames_;
    bool later_ = false;         // evaluated at some later time: type aliases, annotations of the future
    bool in_annotation_ = false;
};

} // namespace sqlawait
