// The models put together: bodies along the linearised bases, tables, relationships, inheritance.
#include "analysis/models/models.h"

#include "analysis/models/relationships.h"
#include "analysis/models/table_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace sqlawait {

namespace {

class ModelAssembler {
  public:
    ModelAssembler(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge)
        : vocabulary_(program, symbols, knowledge), classes_(read_class_facts(vocabulary_)) {}

    std::vector<ModelInfo> run() {
        choose_classes();
        read_bodies();
        choose_naming();
        named_.resize(models_.size());
        for (ModelInfo& model : models_)
            name_table(model);
        for (ModelInfo& model : models_)
            collect_columns(model);
        for (ModelInfo& model : models_)
            for (ColumnInfo& column : model.columns)
                resolve_reference(column);
        for (ModelInfo& model : models_)
            for (ColumnInfo& column : model.columns)
                take_referenced_type(column);
        collect_relationships();
        return std::move(models_);
    }

    [[nodiscard]] const std::vector<Place>& bases() const { return classes_.bases; }

  private:
    [[nodiscard]] const ClassFacts& facts(ClassId id) const { return classes_.facts[id.value]; }
    [[nodiscard]] const ClassInfo& class_(ClassId id) const { return vocabulary_.symbols().class_(id); }
    [[nodiscard]] const BodyDeclarations& body(ClassId id) const { return bodies_[id.value]; }
    [[nodiscard]] bool mapped(ClassId id) const { return facts(id).mapped; }

    /// Mapped classes, and of the others those that hand something down to one, and declarative bases.
    void choose_classes() {
        std::vector<bool> chosen(classes_.facts.size());
        for (const ClassInfo& info : vocabulary_.symbols().classes()) {
            const ClassFacts& own = facts(info.id);
            chosen[info.id.value] =
                chosen[info.id.value] || own.mapped || own.is_root || (own.abstract && own.root.node != no_node);
            if (own.mapped)
                for (const ClassId base : own.linear)
                    chosen[base.value] = true;
        }
        for (const ClassInfo& info : vocabulary_.symbols().classes()) {
            if (!chosen[info.id.value])
                continue;
            ModelInfo model;
            model.class_ = info.id;
            model.abstract = !mapped(info.id);
            model.is_sqlmodel = facts(info.id).flag_base;
            models_.push_back(std::move(model));
        }
        index_.resize(classes_.facts.size());
        for (ModelInfo& model : models_)
            index_[model.class_.value] = &model;
    }

    void read_bodies() {
        bodies_.resize(classes_.facts.size());
        for (const ModelInfo& model : models_)
            bodies_[model.class_.value] = read_body(vocabulary_, class_(model.class_), facts(model.class_));
        for (const ImperativeMapping& mapping : classes_.imperative)
            read_imperative(vocabulary_, mapping, facts(mapping.class_), bodies_[mapping.class_.value]);
        read_additions(vocabulary_, classes_, bodies_);
    }

    /// How classes are named whose tables code computes that can't be followed: by what foreign keys name.
    void choose_naming() {
        std::vector<std::string> computed;
        llvm::StringSet<> known, referenced;
        for (const ModelInfo& model : models_) {
            for (const ColumnInfo& column : body(model.class_).columns)
                if (const llvm::StringRef table = llvm::StringRef(column.foreign_key).rsplit('.').first;
                    !table.empty() && !table.starts_with("="))
                    referenced.insert(table.contains('.') ? table.rsplit('.').second : table);
            if (model.abstract || !names_a_table(model.class_))
                continue;
            const std::string name = own_table(model.class_);
            if (name.empty())
                computed.push_back(class_(model.class_).name);
            else
                known.insert(name);
        }
        for (const auto& one : known)
            referenced.erase(one.first());
        naming_ = table_naming(computed, referenced);
    }

    /// The nearest mapped class above, or none.
    [[nodiscard]] ClassId mapped_parent(ClassId id) const {
        for (const ClassId base : llvm::drop_begin(facts(id).linear))
            if (mapped(base))
                return base;
        return {};
    }

    void name_table(ModelInfo& model) {
        // Parents first, because a single-table child has its parent's; each once, so that this ends.
        const std::size_t index = static_cast<std::size_t>(&model - models_.data());
        if (named_[index])
            return;
        named_[index] = true;
        for (const ClassId base : facts(model.class_).linear) {
            model.polymorphic |= body(base).polymorphic;
            model.eager_defaults |= body(base).eager_defaults;
        }
        if (model.abstract)
            return;
        const ClassId parent = mapped_parent(model.class_);
        if (parent)
            name_table(*index_[parent.value]);
        if (names_a_table(model.class_)) {
            const std::string own = own_table(model.class_);
            model.table = with_schema(own.empty() ? naming_.name(class_(model.class_).name) : own, model.class_);
            return;
        }
        const bool has_key =
            llvm::any_of(body(model.class_).columns, [](const ColumnInfo& column) { return column.primary_key; });
        // What makes names up leaves children without a key of their own in the parent's table.
        const bool makes_name_up = model.is_sqlmodel || facts(model.class_).names_table_itself;
        if (parent && !(makes_name_up && has_key))
            model.table = index_[parent.value]->table;
        else if (makes_name_up)
            model.table = with_schema(model.is_sqlmodel ? llvm::StringRef(class_(model.class_).name).lower()
                                                        : snake_case(class_(model.class_).name),
                                      model.class_);
    }

    /// A name in a mapped base is that base's table; one in a mixin is evaluated for each class below it.
    [[nodiscard]] bool names_a_table(ClassId id) const {
        return llvm::any_of(facts(id).linear, [&](ClassId base) {
            return (base == id || !mapped(base)) && (body(base).table_name || body(base).table);
        });
    }

    [[nodiscard]] std::string own_table(ClassId id) const {
        for (const ClassId base : facts(id).linear) {
            if (base != id && mapped(base))
                continue;
            if (body(base).table)
                if (const auto table = read_table(vocabulary_, *body(base).table, id))
                    return table->name;
            if (body(base).table_name)
                return evaluate_table_name(vocabulary_, *body(base).table_name, class_(id).name);
        }
        return "";
    }

    [[nodiscard]] std::string with_schema(std::string table, ClassId id) const {
        if (table.empty() || llvm::StringRef(table).contains('.'))
            return table;
        for (const ClassId base : facts(id).linear)
            if (!body(base).schema.empty() && (base == id || !mapped(base)))
                return body(base).schema + "." + table;
        return table;
    }

    /// Calls `use` for each declared thing of a kind that nothing nearer hides.
    template <typename Select, typename Use> void for_each_visible(ClassId id, Select select, Use use) const {
        llvm::StringSet<> hidden;
        for (const ClassId base : facts(id).linear) {
            const BodyDeclarations& declared = body(base);
            for (const auto& one : select(declared))
                if (!hidden.contains(one.name))
                    use(base, one);
            for (const ColumnInfo& column : declared.columns)
                hidden.insert(column.name);
            for (const RelationshipDeclaration& relationship : declared.relationships)
                hidden.insert(relationship.name);
            for (const PropertyInfo& property : declared.properties)
                hidden.insert(property.name);
            for (const std::string& name : declared.hidden)
                hidden.insert(name);
        }
    }

    void collect_columns(ModelInfo& model) const {
        for_each_visible(
            model.class_, [](const BodyDeclarations& declared) -> const auto& { return declared.columns; },
            [&](ClassId, const ColumnInfo& column) { model.columns.push_back(column); });
        for_each_visible(
            model.class_, [](const BodyDeclarations& declared) -> const auto& { return declared.properties; },
            [&](ClassId, const PropertyInfo& property) { model.properties.push_back(property); });
    }

    /// "=12.id", a column of a class, becomes "users.id".
    void resolve_reference(ColumnInfo& column) const {
        llvm::StringRef reference = column.foreign_key;
        if (!reference.consume_front("="))
            return;
        const auto [number, attribute] = reference.split('.');
        std::uint32_t id = 0;
        const bool known = !number.getAsInteger(10, id) && index_[id] != nullptr && !index_[id]->table.empty();
        std::string resolved;
        if (known) {
            const ColumnInfo* target = index_[id]->column(attribute);
            const bool renamed = target != nullptr && !target->database_name.empty();
            resolved = index_[id]->table + "." + (renamed ? target->database_name : attribute.str());
        }
        column.foreign_key = resolved;
    }

    /// A column without a type of its own has that of the column that it refers to.
    void take_referenced_type(ColumnInfo& column) const {
        const ColumnInfo* referenced = &column;
        for (unsigned step = 0; step < 8 && referenced != nullptr && referenced->type.empty(); ++step)
            referenced = referenced_column(referenced->foreign_key);
        if (referenced != nullptr && !referenced->type.empty()) {
            column.type = referenced->type;
            column.hashable = referenced->hashable;
        }
    }

    [[nodiscard]] const ColumnInfo* referenced_column(llvm::StringRef reference) const {
        const auto [table, name] = reference.rsplit('.');
        if (name.empty())
            return nullptr;
        for (const ModelInfo& model : models_)
            if (!model.table.empty() && same_table(model.table, table))
                for (const ColumnInfo& column : model.columns)
                    if ((column.database_name.empty() ? column.name : column.database_name) == name)
                        return &column;
        return nullptr;
    }

    /// The class whose mapper gets what `declaring` declares: of a mixin the topmost mapped class that has it.
    [[nodiscard]] ClassId owner_of(ClassId id, ClassId declaring) const {
        if (declaring == id || mapped(declaring))
            return declaring;
        if (!mapped(id))
            return id;
        ClassId owner = id;
        for (const ClassId base : facts(id).linear)
            if (mapped(base) && llvm::is_contained(facts(base).linear, declaring))
                owner = base;
        return owner;
    }

    void collect_relationships() {
        RelationshipLinker linker(vocabulary_, classes_, index_);
        const auto declared = [](const BodyDeclarations& one) -> const auto& { return one.relationships; };
        for (const ModelInfo& model : models_)
            for_each_visible(model.class_, declared, [&](ClassId base, const RelationshipDeclaration& relationship) {
                if (owner_of(model.class_, base) == model.class_ || (model.abstract && !mapped(base)))
                    linker.add(model.class_, relationship);
            });
        linker.link();
        for (ModelInfo& model : models_) {
            model.relationships = linker.own(model.class_);
            llvm::StringSet<> hidden;
            hide_own_names(model.class_, hidden);
            for (const ClassId base : llvm::drop_begin(facts(model.class_).linear)) {
                if (!mapped(base))
                    continue;
                for (RelationshipInfo& inherited : linker.own(base))
                    if (hidden.insert(inherited.name).second)
                        model.relationships.push_back(std::move(inherited));
                hide_own_names(base, hidden);
            }
        }
    }

    void hide_own_names(ClassId id, llvm::StringSet<>& hidden) const {
        for (const ColumnInfo& column : body(id).columns)
            hidden.insert(column.name);
        for (const RelationshipDeclaration& relationship : body(id).relationships)
            hidden.insert(relationship.name);
        for (const PropertyInfo& property : body(id).properties)
            hidden.insert(property.name);
        for (const std::string& name : body(id).hidden)
            hidden.insert(name);
    }

    Vocabulary vocabulary_;
    ClassFactsTable classes_;
    std::vector<BodyDeclarations> bodies_; // by ClassId
    std::vector<ModelInfo> models_;
    TableNaming naming_;
    std::vector<bool> named_; // by model: name_table() was there
    ModelIndex index_;
};

template <typename Infos> auto find_named(const Infos& infos, llvm::StringRef name) -> decltype(infos.data()) {
    for (const auto& info : infos)
        if (info.name == name)
            return &info;
    return nullptr;
}

} // namespace

const RelationshipInfo* ModelInfo::relationship(llvm::StringRef name) const { return find_named(relationships, name); }
const ColumnInfo* ModelInfo::column(llvm::StringRef name) const { return find_named(columns, name); }
const PropertyInfo* ModelInfo::property(llvm::StringRef name) const { return find_named(properties, name); }

const ModelInfo* ModelTable::find(ClassId id) const {
    const auto found = id ? by_class_.find(id.value) : by_class_.end();
    return found == by_class_.end() ? nullptr : &models_[found->second];
}

ModelTable read_models(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge) {
    ModelAssembler assembler(program, symbols, knowledge);
    ModelTable table;
    table.models_ = assembler.run();
    table.bases_ = assembler.bases();
    for (std::uint32_t i = 0; i < table.models_.size(); ++i)
        table.by_class_[table.models_[i].class_.value] = i;
    return table;
}

} // namespace sqlawait
