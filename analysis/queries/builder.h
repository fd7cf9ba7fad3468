// The maker of the query flow. Private to this folder, one step a .cpp:
//   values.cpp    the graph: expressions, slots, what moves where     uses.cpp      what code does with a query
//   boundaries.cpp functions that suit both, or only iterate          shapes.cpp    shapes by fixed point
//   sessions.cpp  an expression for the session at a place            chains.cpp    chains, webs
//   refusals.cpp  why a web can't be rewritten                        printing.cpp
//   session_paths.cpp  which session made a query, said elsewhere
//   unseen.cpp    what reads like a query and can't be told
//   session_parameters.cpp   sessions for functions that are given a query alone
//   row_parameters.cpp       entities or rows, for functions that are given both
#pragma once

#include "analysis/queries/arguments.h"

#include "llvm/ADT/DenseMap.h"

#include <set>

namespace sqlawait {

using ValueId = std::uint32_t;

/// How one value becomes another.
enum class MoveKind : std::uint8_t {
    same,     // the same query: assignment, brackets, elements of containers
    link,     // a method of the table is applied; `to` is the call
    argument, // an argument to a parameter
    result,   // what a function returns to a call of it
    through,  // an argument to the result of a call, through a function that suits both
    together, // no value moves, but both are rewritten or none: parts of a union
};

struct Move {
    ValueId from = 0;
    ValueId to = 0;
    MoveKind kind = MoveKind::same;
    const QueryMethod* method = nullptr; // of links
    FunctionId function;                 // of arguments, results, through
};

/// What code does with a query-valued expression, other than moving it.
struct QueryUse {
    enum class Kind : std::uint8_t { link, iterate, index, truth, text, choice, escape } kind = Kind::escape;
    Place at;                            // the link's call; else the expression itself
    const QueryMethod* method = nullptr; // of links
    std::string reason;                  // of escapes
};

struct QueryValue {
    Place place;         // the expression; of slots the name, the def or the class that has it
    bool expression = false;
    bool direct = false; // may itself be a query; else it holds queries (a list of them)
    bool producer = false;
    FunctionId parameter_of; // of parameter slots
    FunctionId returned_by;  // of return slots
    llvm::SmallVector<QueryUse, 1> uses;
    llvm::SmallVector<std::uint32_t, 2> in, out; // moves
    QueryShape shape;
    bool reached = false; // some producer arrives
};

class QueryFlowBuilder {
  public:
    QueryFlowBuilder(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                     const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls)
        : program_(program), symbols_(symbols), knowledge_(knowledge), types_(types), calls_(calls),
          reader_(program, symbols, models, knowledge, types) {}
    QueryFlow build();

  private:
    // values.cpp
    void read_module(const Module& module);
    void read_expression(Node node);
    void read_sources(Node node, ValueId value);
    void read_call_sources(Node node, ValueId value);
    void read_attribute_sources(Node node, ValueId value);
    void read_comprehension(Node node, ValueId value);
    [[nodiscard]] ValueId expression(Node node);
    [[nodiscard]] ValueId definition(ModuleId module, DefinitionId id);
    [[nodiscard]] ValueId returned(FunctionId id);
    [[nodiscard]] ValueId attribute(ClassId owner, llvm::StringRef name);
    [[nodiscard]] ValueId new_slot(Place place);
    void move(ValueId from, ValueId to, MoveKind kind = MoveKind::same, const QueryMethod* method = nullptr,
              FunctionId function = {});
    [[nodiscard]] bool is_query(Node node) const;
    [[nodiscard]] bool is_query(TypeId type) const;
    [[nodiscard]] bool only_query(Node node) const;
    [[nodiscard]] bool carries(Node node) const;
    [[nodiscard]] bool carries(TypeId type, unsigned depth = 0) const;
    [[nodiscard]] bool is_producer(Node node) const;
    [[nodiscard]] const RelationshipInfo* dynamic_relationship(Node node) const;
    [[nodiscard]] bool changes_collection(Node node) const;
    [[nodiscard]] const QueryMethod* link_method(Node node, Node& base) const;
    [[nodiscard]] Place place(Node node) const { return {module_->id, node.id()}; }

    // uses.cpp
    void read_use(Node node, ValueId value);
    void read_argument_use(Node node, ValueId value, Node call);
    [[nodiscard]] std::optional<std::vector<std::pair<ClassId, std::string>>> dataclass_fields(ClassId id) const;
    [[nodiscard]] std::optional<std::pair<ClassId, std::string>> field_of_argument(ClassId id, Node argument,
                                                                                   Node call) const;
    void read_external_argument(Node node, ValueId value, Node call, llvm::StringRef callee);
    void assign(Node target, Node source, ValueId value);
    void store_in(Node container, ValueId value);
    void use(ValueId value, QueryUse::Kind kind, Node at, std::string reason = "");
    void escape(ValueId value, Node at, std::string reason) {
        use(value, QueryUse::Kind::escape, at, std::move(reason));
    }
    [[nodiscard]] Node iterated_position(Node node) const;

    // boundaries.cpp
    void find_boundaries();
    struct Closure {
        std::set<ValueId> values;
        std::set<ValueId> through;    // results of other functions that it was handed to
        bool returns = false;         // what is returned comes from it
        bool changes_columns = false;
        bool joins = false;
    };
    [[nodiscard]] std::optional<ValueId> result_of_argument(ValueId argument) const;
    [[nodiscard]] Closure closure(ValueId parameter) const;
    [[nodiscard]] bool suits_both(const Closure& closure) const;
    [[nodiscard]] bool only_iterates(const Closure& closure) const;

    // shapes.cpp
    void find_shapes();
    [[nodiscard]] QueryShape shape_of(const RelationshipInfo& relationship) const;
    [[nodiscard]] const RelationshipInfo* enter_dynamic(Place at);
    [[nodiscard]] QueryShape moved(const Move& move);

    // sessions.cpp
    [[nodiscard]] std::string session_at(Node node, std::optional<ValueId> value);
    [[nodiscard]] bool is_session(Node node) const;
    [[nodiscard]] std::vector<ValueId> producers_of(ValueId value) const;
    [[nodiscard]] bool still_means(Node path, Node at) const;
    [[nodiscard]] bool certainly_bound(const Definition& definition, Node at) const;

    // session_parameters.cpp
    void find_session_parameters();
    std::optional<SessionParameter> session_parameter(FunctionId id, unsigned depth, std::string& reason);
    [[nodiscard]] std::string session_of_call(Place call, FunctionId callee);
    [[nodiscard]] std::string may_take_session(FunctionId id) const;
    [[nodiscard]] bool mentions(FunctionId id, llvm::StringRef name) const;

    // row_parameters.cpp
    void find_row_parameters();
    [[nodiscard]] std::optional<ValueId> parameter_behind(ValueId value, FunctionId function) const;
    bool tell_rows(FunctionId id, ValueId parameter, unsigned depth, std::string& reason);
    bool tell_unique(FunctionId id);

    // session_paths.cpp
    struct SessionPath {
        std::string text;      // "db", "self.db", "store.db"; "" none
        NodeId root = no_node; // the name that it starts with, in the function that says it; none: the module's
    };
    enum class PathTo : std::uint8_t { session, entity };
    [[nodiscard]] static Node said_by_producer(PathTo what, Node call);
    [[nodiscard]] std::string made_with(PathTo what, Node node, ValueId value) const;
    [[nodiscard]] bool collect_paths(PathTo what, ValueId value, FunctionId function, unsigned depth,
                                     std::map<std::string, SessionPath>& out) const;
    [[nodiscard]] SessionPath translated(const SessionPath& path, FunctionId callee, Node call, ModuleId module) const;
    [[nodiscard]] SessionPath own_receiver(Node call, ModuleId module, const std::string& rest) const;
    [[nodiscard]] static bool call_of_super(Node node);

    // chains.cpp
    void make_chains(const Module& module);
    void make_chain(Node outermost, const QueryMethod* own);
    void find_origins();
    void unite();
    [[nodiscard]] ValueId find_root(ValueId value);
    void make_webs();
    void pass_on(QueryWeb& web, ValueId parameter);
    void find_aliases();
    void find_annotations(QueryWeb& web, FunctionId function);
    void find_field_annotations();
    void read_annotation(QueryWeb& web, ModuleId module, Node annotation);

    // unseen.cpp
    void find_unseen(const Module& module);
    void find_used_as_session(const Module& module, std::size_t first_unseen);
    [[nodiscard]] bool is_open(Node call) const;
    [[nodiscard]] bool is_mapped_object(Node argument) const;
    [[nodiscard]] bool is_of_sql(Node argument) const;
    [[nodiscard]] bool runs_statement(Node call, llvm::StringRef method) const;
    [[nodiscard]] bool is_filtered(Node call) const;
    [[nodiscard]] ClassId namesake(Node receiver) const;

    // refusals.cpp
    void find_refusals();
    void refuse(ValueId value, Place at, const std::string& reason);
    [[nodiscard]] std::string chain_refusal(const QueryChain& chain) const;
    [[nodiscard]] std::string link_refusal(const QueryChain& chain, const QueryLink& link) const;
    [[nodiscard]] std::string terminal_refusal(const QueryChain& chain) const;
    [[nodiscard]] std::string why_rows_are_not_told(const QueryChain& chain) const;
    [[nodiscard]] bool unpacks_set_operation(Node call) const;
    [[nodiscard]] bool suits_union(ValueId parameter, std::set<ValueId>& seen) const;
    [[nodiscard]] bool unites_entities(const QueryLink& link, const SyntaxTree& tree) const;
    [[nodiscard]] bool is_constant(Node expression) const;
    [[nodiscard]] const QueryShape* shape_at(Place place) const;

    const Program& program_;
    const SymbolTable& symbols_;
    const Knowledge& knowledge_;
    const TypeTable& types_;
    const CallGraph& calls_;
    ArgumentReader reader_;
    QueryFlow flow_;

    ModuleId current_;               // whose chains are judged
    const Module* module_ = nullptr; // the one being read
    const ModuleBindings* bindings_ = nullptr;
    std::vector<QueryValue> values_;
    std::vector<Move> moves_;
    std::map<Place, ValueId> expressions_;
    std::map<std::pair<ModuleId, DefinitionId>, ValueId> definitions_;
    std::map<FunctionId, ValueId> returned_;
    std::map<std::pair<ClassId, std::string>, ValueId> attributes_;
    std::map<std::pair<ModuleId, DefinitionId>, std::pair<FunctionId, unsigned>> parameter_slots_;

    std::map<ValueId, Closure> polymorphic_; // parameters of functions that suit both
    std::set<ValueId> iterated_parameters_;
    std::vector<ValueId> parent_;            // union-find
    std::map<ValueId, WebId> web_of_root_;
    std::map<ValueId, std::pair<std::string, Place>> refusals_; // by value
    std::vector<std::pair<std::uint32_t, ValueId>> chain_values_;
    std::map<FunctionId, SessionParameter> session_parameters_; // found so far
    std::map<std::uint32_t, std::string> no_session_;           // why, by chain
    std::map<std::uint32_t, std::string> no_rows_;              // why a function can't be told what it is given
};

} // namespace sqlawait
