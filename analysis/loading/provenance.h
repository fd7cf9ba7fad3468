// Where mapped objects come from and which relationship path led to them: the data flow under the
// load plan. Private to this folder.
//
// Every expression has a set of (origin, path): "from the query at app/crud.py:12, through
// author.books". Containers share the set of what they hold. Values flow through definitions,
// parameters, returns, yields and attributes as in inference, whose call targets are used here.
#pragma once

#include "analysis/loading/expiry.h"
#include "analysis/loading/loading.h"
#include "analysis/slots.h"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace sqlawait {

struct TemplateTable;
using ProvenanceId = std::uint32_t; // interned set; 0 is empty
using PathId = std::uint32_t;       // interned path; 0 is empty

struct Provenance {
    std::uint32_t origin = 0;
    PathId path = 0;
    friend auto operator<=>(const Provenance&, const Provenance&) = default;
};

/// One relationship read that the flow met: where, which step, on what.
struct ReadEvent {
    Place place;
    PathStep step;
    std::set<Provenance> on;
    bool seen = false; // some origin of what it is read on is known, though what is read may be there without a load
    std::set<Provenance> circular; // read as well when a client asks on in circles
    std::string through; // "response_model of app.api.read_event", "" the code itself
};

class ProvenanceFlow {
  public:
    ProvenanceFlow(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                   const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls, const QueryFlow& queries,
                   const ColourTable& colours);
    void run();

    [[nodiscard]] const std::deque<LoadOrigin>& origins() const { return origins_; }
    [[nodiscard]] const LoadPath& path(PathId id) const { return paths_[id]; }
    /// One relationship many times behind itself is a walk as deep as the tree is: the step repeats.
    [[nodiscard]] PathId extend(PathId path, const PathStep& step);
    [[nodiscard]] const std::map<std::pair<Place, std::string>, ReadEvent>& reads() const { return reads_; }
    /// Of an origin `refreshed`: what the variable held before.
    struct Behind {
        std::set<Provenance> before;
        std::uint8_t kinds = 0;    // what happened at the site, see Expiry
        std::set<std::string> columns_read; // there or later
    };
    [[nodiscard]] const std::map<std::uint32_t, Behind>& behind() const { return behind_; }
    [[nodiscard]] ClassId class_at(const Provenance& one) const;
    /// What the program itself changes of an object's columns; `by_sql`: set to a SQL expression.
    struct Changes {
        bool any = false;
        std::set<std::string> by_sql;
    };
    [[nodiscard]] const std::map<Provenance, Changes>& changes() const { return changes_; }
    /// Taken out of their session.
    [[nodiscard]] bool is_expunged(const Provenance& object) const { return expunged_.contains(object); }
    /// Certainly in no session yet at a place, where there is nothing to load anew: what happens in front of it hands
    /// the object to no session, to no object that may be in one, and to nothing unknown.
    [[nodiscard]] bool is_transient(const Provenance& object, Place at, unsigned depth = 0) const;
    /// Of calls that give objects of a query that serves several models: the function called and those queries.
    struct Served {
        std::set<FunctionId> functions;
        std::set<std::uint32_t> origins;
    };
    [[nodiscard]] const std::map<std::uint32_t, Served>& served() const { return served_; }
    /// Relationships that a constructor call already fills.
    [[nodiscard]] const std::map<std::uint32_t, std::set<std::string>>& filled() const { return filled_; }
    /// `getattr(book, name)` with a name that only the run knows, and what it reads of.
    [[nodiscard]] const std::map<Place, std::set<Provenance>>& unforeseen() const { return unforeseen_; }
    /// What was put into a relationship of an object of this origin.
    [[nodiscard]] const std::set<Provenance>& given(std::uint32_t origin, llvm::StringRef relationship) const;

    /// Whether the function around a place wrote an object without putting it into its session (bulk_save_objects), and
    /// handed it to nothing that could add it.
    [[nodiscard]] bool was_left_outside(std::uint32_t origin, Place at) const;
    /// What a definition gives its variable.
    [[nodiscard]] const std::set<Provenance>& of(ModuleId module, DefinitionId id) const;
    /// What an expression holds or gives.
    [[nodiscard]] const std::set<Provenance>& at(Place expression) const {
        return sets_[values_[expression.module.value][expression.node]];
    }
    [[nodiscard]] const std::map<Place, ExpiryFlow::Held>& held_at_calls() const { return expiry_.held(); }

  private:
    friend class TemplateReader;
    /// `load_only(Book.title)`, `defer(Book.body)` in the options of an origin.
    struct ColumnLimit {
        ClassId class_;
        bool only = false; // these alone are fetched; else these are not
        std::set<std::string> columns;
    };
    [[nodiscard]] const std::vector<ColumnLimit>& limits_of(std::uint32_t origin);
    static constexpr std::size_t max_path = 5;
    static constexpr std::size_t max_levels = 3; // of a tree that the code names one by one
    static constexpr std::size_t max_rounds = 40; // paths that take longer to be found are left to the report
    static constexpr std::size_t max_set = 48;

    ProvenanceId intern(std::set<Provenance> set);
    ProvenanceId join(ProvenanceId a, ProvenanceId b);
    /// Only the objects that a value of this type can be or hold: flow that types rule out would multiply.
    ProvenanceId fitting(ProvenanceId value, TypeId type);
    /// The mapped classes whose instances a type can be or hold; null: any.
    const std::set<ClassId>* classes_in(TypeId type);
    void collect_classes(TypeId type, std::set<ClassId>& classes, bool& any, unsigned depth) const;
    /// Whether instances of an outside class may hold objects of the program: containers and results, not
    /// strings, sessions or engines.
    [[nodiscard]] bool holds_objects(llvm::StringRef class_name) const;
    [[nodiscard]] bool related(ClassId a, ClassId b) const;
    [[nodiscard]] const std::set<Provenance>& get(ProvenanceId id) const { return sets_[id]; }
    void write(SlotId slot, ProvenanceId value) { slots_.set(slot, join(slots_.peek(slot), value)); }
    [[nodiscard]] SlotId attribute_slot(ClassId owner, llvm::StringRef name);
    [[nodiscard]] SlotId definition_slot(ModuleId module, DefinitionId id) const {
        return definition_base_[module.value] + id.value;
    }

    void evaluate_unit(UnitId unit);
    void visit(Node node);
    void receive_dependencies();
    void assign(Node target, ProvenanceId value);
    ProvenanceId evaluate(Node node);
    ProvenanceId evaluate_new(Node node);
    ProvenanceId evaluate_parts(Node node);
    ProvenanceId evaluate_external(const CallTarget& target, Node call, ProvenanceId receiver, ProvenanceId arguments);
    ProvenanceId evaluate_construction(const CallTarget& target, Node call, ProvenanceId receiver,
                                       ProvenanceId arguments);
    ProvenanceId returned_here(FunctionId function, ProvenanceId returned, Node call);
    void grow(Node container, ProvenanceId value);
    ProvenanceId evaluate_name(Node node);
    /// The same variable behind a commit and its like: an origin of its own.
    ProvenanceId refreshed(Node name, ProvenanceId before);
    void note_column(ProvenanceId object, llvm::StringRef name);
    void note_change(ProvenanceId object, llvm::StringRef column, Node target);
    [[nodiscard]] bool is_harmless(const CallInfo* call) const;
    void note_entry(ProvenanceId objects, Node at);
    void note_outside(ProvenanceId objects, Node at);
    [[nodiscard]] bool leaves_outside(const CallInfo* call, Node node) const;
    void note_part(ProvenanceId parts, const Provenance& whole, Node at);
    [[nodiscard]] bool may_have_entered(std::uint32_t origin, Place at, unsigned depth) const;
    /// The query of the object does not fetch the column.
    [[nodiscard]] bool leaves_out(const Provenance& object, const ColumnInfo& column);
    ProvenanceId behind(const LoadOrigin& lost, SymbolId symbol, std::uint8_t kinds, ProvenanceId before);
    /// Of a read behind a call in the same statement, when the object is an argument of that call.
    ProvenanceId behind_call(LoadOrigin lost, Node name, Node call, ProvenanceId before);
    ProvenanceId evaluate_definition(ModuleId module, DefinitionId id);
    ProvenanceId evaluate_attribute(Node node);
    /// The attribute of each object, by the class that its origin says.
    ProvenanceId read_of_objects(Place place, llvm::StringRef name, ProvenanceId objects);
    void read_by_getter(Node getter, ProvenanceId objects);
    ProvenanceId evaluate_call(Node node);
    ProvenanceId call_function(FunctionId id, bool bound, ProvenanceId receiver, Node call);
    ProvenanceId call_methods_of(ProvenanceId objects, llvm::StringRef name, Node call);
    /// The arguments of a call that names the function itself first: partial(f, x), add_task(f, x).
    void call_with_rest(Node function, llvm::ArrayRef<Node> rest);
    [[nodiscard]] bool is_partial(Node callee) const;
    void call_back(Node function, ProvenanceId elements, bool again);
    ProvenanceId origin(LoadOrigin::Kind kind, Node node, TypeId type);
    ProvenanceId read_relationship(Place place, const RelationshipInfo& relationship, ClassId seen_on,
                                   ProvenanceId object, llvm::StringRef through);
    [[nodiscard]] std::set<Provenance> parents_again(Place place, const RelationshipInfo& back,
                                                     std::set<Provenance>& on) const;
    ProvenanceId read_dynamic(Place place, const RelationshipInfo& relationship);
    ProvenanceId read_member(Place place, ClassId model, llvm::StringRef name, ProvenanceId object,
                             llvm::StringRef through);
    /// A column that the query of an object leaves out: deferred by its mapping, or of a subclass.
    void read_column(Place place, const ColumnInfo& column, ClassId seen_on, ProvenanceId object,
                     llvm::StringRef through);
    /// The same objects, seen as instances of a subclass whose own attributes their query leaves out.
    [[nodiscard]] std::set<Provenance> seen_as(ClassId seen_on, ClassId attribute_owner, ProvenanceId objects);
    /// Every relationship, as serialisers that walk the mapper read them.
    ProvenanceId read_everything(Place place, ProvenanceId objects);
    /// What was put into a relationship of an object of this origin.
    [[nodiscard]] SlotId given_slot(std::uint32_t origin, llvm::StringRef relationship);
    [[nodiscard]] ProvenanceId given_to(const Provenance& object, llvm::StringRef relationship, unsigned depth = 0);
    void assign_attribute(Node target, ProvenanceId value);
    [[nodiscard]] FunctionId setter_of(ClassId id, llvm::StringRef name) const;
    /// Methods that operators and builtins call; gives what they return.
    ProvenanceId run_special_methods(Node value, llvm::ArrayRef<llvm::StringRef> methods, ProvenanceId other = 0);
    /// The same of what a container holds.
    void run_on_elements(Node container, llvm::ArrayRef<llvm::StringRef> methods);
    /// What iterating over the value gives.
    ProvenanceId iterated(Node value, ProvenanceId held);
    void match_pattern(Node pattern, ProvenanceId subject);
    [[nodiscard]] bool walks_mapper(Node key) const;
    /// `column.name` where `column` runs over `Book.__table__.columns`.
    [[nodiscard]] bool walks_columns(Node key) const;
    /// What a schema reads of each object when it is made from it (`from_attributes`), nested schemas too.
    /// `as`: the class of objects whose origin gives rows of several.
    void read_fields(Place place, ProvenanceId objects, ClassId schema, llvm::StringRef through, unsigned depth,
                     ClassId as = {});
    /// A field of a schema or a dataclass: the attributes that fill it, and the schemas that its type names.
    /// A function that gives a field, and which of its parameters get the object that is serialised.
    struct Resolver {
        FunctionId function;
        std::vector<std::uint32_t> sources;
    };
    struct SchemaField {
        std::string name; // "*": every relationship
        std::vector<std::string> attributes;
        std::vector<ClassId> schemas;
        std::vector<Resolver> resolvers; // instead of the attributes
    };
    struct SchemaKind {
        bool schema = false;
        bool stands_in = false; // resolvers get the object itself as `self`
        std::string resolver_prefix;
    };
    void read_row(Place place, const Provenance& row, llvm::ArrayRef<SchemaField> fields, llvm::StringRef through,
                  unsigned depth);
    [[nodiscard]] const std::vector<SchemaField>& fields_of(ClassId schema);
    /// `class Meta: fields = ("id", "author")`, `include_relationships = True`
    static void read_meta(Node meta, std::vector<SchemaField>& out);
    [[nodiscard]] bool serialises(llvm::StringRef external) const;
    [[nodiscard]] const SchemaKind& schema_kind(ClassId id) const;
    /// What the tables say of a decorator, or of what is called, when that is its role; else null.
    [[nodiscard]] const FunctionKnowledge* decorator_knowledge(ModuleId module, Node decorator, Role role) const;
    [[nodiscard]] const FunctionKnowledge* called_knowledge(ModuleId module, Node function, Role role) const;
    [[nodiscard]] Resolver resolver_of(FunctionId function, llvm::ArrayRef<std::string> source) const;
    /// `strawberry.field(resolver=f)`, `fields.Function(f)`
    void collect_resolvers(ModuleId module, ClassId owner, Node value, std::vector<Resolver>& out) const;
    /// Of a method under `@strawberry.field`; without a name when it is none.
    [[nodiscard]] SchemaField method_field(ModuleId module, Node statement) const;
    void note_resolvers();
    void give_source(const Resolver& resolver, ProvenanceId object);
    /// A path that comes back to a class that it has left: a client may ask on without end.
    [[nodiscard]] bool leads_back(const Provenance& object) const;
    /// `@field_validator("tags", mode="before")`, `@model_validator(mode="before")`: they see what is validated.
    void run_validators(ClassId schema, llvm::StringRef field, ProvenanceId value);
    struct Validator {
        std::string field; // "" it sees the whole object
        FunctionId function;
    };
    [[nodiscard]] const std::vector<Validator>& validators_of(ClassId schema);
    /// `Schema.model_validate(x)`, `Schema.from_orm(x)`, `TypeAdapter(list[Schema]).validate_python(xs)`.
    void read_validated(Node call, llvm::StringRef function, ProvenanceId objects);
    void collect_schemas(ModuleId module, Node annotation, std::vector<ClassId>& out, unsigned aliases = 0) const;
    void collect_adapted(Node adapter, std::vector<ClassId>& out) const;
    void collect_schemas(TypeId type, std::vector<ClassId>& out, unsigned depth) const;
    void read_response(FunctionId route);
    /// `templates.TemplateResponse("book.html", {"book": book})`: what the template reads of what it is given.
    void read_template(Node call);
    [[nodiscard]] bool renders_template(llvm::StringRef external) const;
    /// What `evaluate` gave for this node of the current unit.
    [[nodiscard]] ProvenanceId held(Node node) const { return values_[module_->id.value][node.id()]; }
    [[nodiscard]] bool may_hold_objects(TypeId type, unsigned depth = 0) const;
    [[nodiscard]] bool is_schema(ClassId id) const;
    void note_circle(Place place, const RelationshipInfo& relationship, const Provenance& object,
                     llvm::StringRef through);
    [[nodiscard]] static std::string read_key(const PathStep& step);
    void note_read(Place place, const PathStep& step, ProvenanceId on, llvm::StringRef through);

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const Knowledge& knowledge_;
    const TypeTable& types_;
    const CallGraph& calls_;
    const QueryFlow& queries_;
    const ColourTable& colours_;
    ExpiryFlow expiry_;

    SlotTable<ProvenanceId> slots_;
    std::vector<SlotId> definition_base_, parameter_base_;
    std::vector<std::vector<ParameterInfo>> parameters_; // by function
    SlotId return_base_ = 0;
    std::map<std::pair<std::uint32_t, std::string>, SlotId> attribute_slots_;
    std::vector<std::vector<ProvenanceId>> values_; // by module, by node
    // Deques: what is made while one is looked at must not move it.
    std::deque<std::set<Provenance>> sets_;
    std::map<std::set<Provenance>, ProvenanceId> set_index_;
    llvm::DenseMap<std::uint64_t, ProvenanceId> joined_, fitting_; // by pairs of ids
    std::vector<ProvenanceId> single_; // by origin: the set of it alone
    std::map<std::uint32_t, std::vector<ClassId>> row_entities_; // by origin: of rows with several entities or columns
    std::map<ClassId, std::vector<SchemaField>> schema_fields_;
    std::map<ClassId, std::vector<Validator>> validators_;
    /// What the serialiser that is looked at has read: (objects, schema, whether the parent is held, depth).
    std::set<std::tuple<ProvenanceId, ClassId, ClassId, bool, unsigned>> fields_read_;
    mutable std::map<ClassId, SchemaKind> schema_kinds_;
    std::map<FunctionId, std::vector<ClassId>> resolved_schemas_; // what reads the values that resolvers give
    std::map<TypeId, std::pair<bool, std::set<ClassId>>> classes_in_; // by type; true: any
    std::deque<LoadPath> paths_;
    std::map<LoadPath, PathId> path_index_;
    std::deque<LoadOrigin> origins_;
    std::map<Place, std::uint32_t> origin_index_;
    std::map<std::pair<Place, std::string>, ReadEvent> reads_;
    std::map<std::uint32_t, Behind> behind_;
    std::map<std::pair<Place, SymbolId>, std::uint32_t> refreshed_index_;
    std::map<std::uint32_t, std::set<std::string>> filled_;
    std::map<std::pair<std::uint32_t, std::string>, SlotId> given_slots_;
    std::map<Provenance, Changes> changes_;
    std::set<Provenance> expunged_;
    std::map<std::uint32_t, std::set<Place>> entries_; // by constructor: where its objects may enter a session
    std::map<std::uint32_t, std::set<Place>> left_outside_; // likewise: where they are written without entering one
    std::map<std::uint32_t, std::set<std::uint32_t>> wholes_; // by constructor: constructors of what they are given to
    std::map<std::uint32_t, std::vector<ColumnLimit>> limits_; // by origin
    std::map<std::uint32_t, Served> served_;
    std::map<Place, std::set<Provenance>> unforeseen_;
    std::shared_ptr<const TemplateTable> templates_; // made when the first is rendered

    bool parent_is_held_ = false; // by what reads: a serialiser that walks down from object to object
    const Module* module_ = nullptr;
    const ModuleBindings* bindings_ = nullptr;
    FunctionId function_;
};

} // namespace sqlawait
