// Criteria: which pin a row, and which pull another table into the FROM clause.
#include "analysis/queries/arguments.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The operator of `a OP b`; "" for chained comparisons.
llvm::StringRef comparison(Node node) {
    llvm::StringRef found;
    for (const Node part : node.children(Field::operators)) {
        if (!found.empty())
            return "";
        found = part.text();
    }
    return found;
}

bool is_conjunction(Node node) {
    if (!node.is(Kind::call))
        return false;
    const llvm::StringRef callee = node.child(Field::function).text();
    return callee == "and_" || callee.ends_with(".and_");
}

} // namespace

/// Collects what a criterion selects from, without what belongs to subqueries.
class ReferenceReader {
  public:
    ReferenceReader(const ArgumentReader& reader, const QueryShape& shape) : reader_(reader), shape_(shape) {}

    /// Whether every column in it belongs to what the query already selects from.
    bool stays_inside(Node criterion) {
        open_.push_back({criterion, 0, true});
        while (!open_.empty()) {
            const Open at = open_.pop_back_val();
            if (at.depth > 8 || ++steps_ > 2000) // a list that holds itself, or a condition beyond reading
                return false;
            if (!visit(unwrap(at.node), at.depth, at.is_criterion))
                return false;
        }
        return true;
    }

  private:
    struct Open {
        Node node;
        unsigned depth;
        bool is_criterion; // a whole condition: if it can't be seen, it may be anything
    };

    bool known_from(Node object) const {
        return llvm::any_of(shape_.froms, [&](const QueryFrom& from) { return reader_.same_from(object, from); });
    }

    void push(Node node, unsigned depth, bool is_criterion = false) { open_.push_back({node, depth, is_criterion}); }

    bool visit(Node node, unsigned depth, bool is_criterion) {
        if (!node)
            return true;
        if (node.is(Kind::identifier)) {
            const Node value = reader_.value_of(node);
            if (value != node && depth < 4) {
                push(value, depth + 1, is_criterion);
                return true;
            }
            return !is_criterion; // a value, or a condition from elsewhere
        }
        if (reader_.is_own_scope(node) && !node.is(Kind::attribute))
            return true;
        if (node.is(Kind::attribute)) {
            const Node object = unwrap(node.child(Field::object));
            if (!reader_.classes(object).empty())
                return known_from(object);
            if (object.is(Kind::attribute) && object.child(Field::attribute).text() == "c")
                return known_from(unwrap(object.child(Field::object)));
            if (object.is(Kind::identifier) && !is_criterion)
                return true;
            push(object, depth);
            return !is_criterion || !reader_.classes(object).empty() || object.is(Kind::attribute);
        }
        if (node.is(Kind::call)) {
            const Node function = node.child(Field::function);
            const llvm::StringRef name =
                function.is(Kind::attribute) ? function.child(Field::attribute).text() : function.text();
            const Arguments arguments = arguments_of(node);
            if (function.is(Kind::attribute) &&
                (name == "any" || name == "has" || name == "contains" || name == "with_parent")) {
                push(function.child(Field::object), depth);
                return true;
            }
            if (name == "select" || name == "exists" || name == "query")
                return true;
            const bool logical = name == "and_" || name == "or_" || name == "not_";
            if (logical && arguments.unpacked)
                for (const Node argument : node.child(Field::arguments).named_children()) {
                    if (!argument.is_any(Kind::list_splat, Kind::parenthesized_list_splat))
                        continue;
                    const auto parts = reader_.collected(argument.named_child(0));
                    if (!parts)
                        return false;
                    for (const Node part : *parts)
                        push(part, depth + 1, true);
                }
            const bool method = function.is(Kind::attribute) && name != "and_" && name != "or_";
            if (is_criterion && !logical && !method && name != "getattr" && name != "text" && name != "literal" &&
                name != "true" && name != "false" && name != "tuple_" && name != "case" && name != "between")
                return false;
            if (name == "text")
                return false;
            if (name == "getattr" && !arguments.positional.empty())
                return known_from(unwrap(arguments.positional[0]));
            if (method)
                push(function.child(Field::object), depth);
            for (const Node argument : arguments.positional)
                push(argument, depth, logical);
            for (const Node argument : arguments.keywords)
                push(argument.child(Field::value), depth);
            return true;
        }
        for (const Node child : node.named_children())
            if (!child.is(Kind::string) || node.is(Kind::string))
                push(child, depth, is_criterion && node.is_any(Kind::unary_operator, Kind::not_operator));
        if (node.is(Kind::binary_operator) && is_criterion) { // a & b, a | b
            push(node.child(Field::left), depth, true);
            push(node.child(Field::right), depth, true);
        }
        return true;
    }

    const ArgumentReader& reader_;
    const QueryShape& shape_;
    llvm::SmallVector<Open, 16> open_;
    unsigned steps_ = 0;
};

bool ArgumentReader::same_from(Node object, const QueryFrom& from) const {
    if (object.text() == from.text)
        return true;
    if (from.alias)
        return false;
    const QueryFrom own = from_of(object);
    return own.entity && !own.alias && own.entity == from.entity;
}

bool ArgumentReader::is_key(llvm::ArrayRef<ClassId> classes, const std::set<std::string>& columns) const {
    if (classes.empty() || columns.empty())
        return false;
    return llvm::all_of(classes, [&](ClassId id) {
        const ModelInfo* model = models_.find(id);
        if (model == nullptr)
            return false;
        bool has_key = false, all_of_key = true;
        for (const ColumnInfo& column : model->columns) {
            const bool pinned = columns.contains(column.name);
            if (pinned && column.unique && !column.nullable)
                return true;
            has_key |= column.primary_key;
            all_of_key &= !column.primary_key || pinned;
        }
        return has_key && all_of_key;
    });
}

void ArgumentReader::pinned_columns(Node criterion, const QueryFrom& from, std::set<std::string>& columns) const {
    llvm::SmallVector<Node, 8> open{unwrap(criterion)};
    while (!open.empty()) {
        const Node node = unwrap(open.pop_back_val());
        if (is_conjunction(node)) {
            for (const Node part : arguments_of(node).positional)
                open.push_back(part);
            continue;
        }
        if (node.is(Kind::binary_operator) && node.child_token("&")) {
            open.push_back(node.child(Field::left));
            open.push_back(node.child(Field::right));
            continue;
        }
        if (!node.is(Kind::comparison_operator) || comparison(node) != "==")
            continue;
        for (const unsigned side : {0U, 1U}) {
            const Node column = unwrap(node.named_child(side));
            const Node other = unwrap(node.named_child(1 - side));
            if (!column.is(Kind::attribute) || other.is(Kind::none_literal))
                continue;
            const Node object = unwrap(column.child(Field::object));
            // `A.id == A.other` compares within a row and pins nothing.
            if (same_from(object, from) &&
                !(other.is(Kind::attribute) && same_from(unwrap(other.child(Field::object)), from)))
                columns.insert(column.child(Field::attribute).text().str());
        }
    }
}

bool ArgumentReader::pins(llvm::ArrayRef<Node> criteria, const QueryFrom& from) const {
    std::set<std::string> columns;
    for (const Node criterion : criteria)
        pinned_columns(criterion, from, columns);
    if (from.entity)
        return is_key({from.entity}, columns);
    return false;
}

/// What `*conditions` stands for, when the list is made of displays and append() in one function and has no
/// other use; none when it can't be seen.
std::optional<llvm::SmallVector<Node, 8>> ArgumentReader::collected(Node list) const {
    const ModuleBindings& bindings = symbols_.bindings(module_);
    const Node name = unwrap(list);
    const SymbolId id = name.is(Kind::identifier) ? bindings.symbol_at(name.id()) : SymbolId{};
    if (!id)
        return std::nullopt;
    llvm::SmallVector<Node, 8> out;
    const SyntaxTree& tree = name.tree();
    const auto take = [&](Node display) {
        if (!display.is_any(Kind::list, Kind::tuple))
            return false;
        for (const Node part : display.named_children()) {
            if (part.is(Kind::list_splat))
                return false;
            out.push_back(part);
        }
        return true;
    };
    const Symbol& symbol = bindings.symbol(id);
    for (const DefinitionId made : symbol.definitions) {
        const Definition& definition = bindings.definition(made);
        const Node node = tree.node(definition.node);
        const bool assigned =
            definition.kind == DefinitionKind::assignment || definition.kind == DefinitionKind::augmented;
        if (!assigned || node.child(Field::left).id() != definition.name || !take(unwrap(node.child(Field::right))))
            return std::nullopt;
    }
    for (const NodeId reference : symbol.references) {
        const Node at = tree.node(reference);
        const Node parent = at.parent();
        if (parent.is_any(Kind::list_splat, Kind::if_statement, Kind::conditional_expression, Kind::boolean_operator,
                          Kind::not_operator, Kind::augmented_assignment))
            continue;
        const Node call = parent.is(Kind::attribute) ? parent.parent() : Node();
        if (!call.is(Kind::call) || call.child(Field::function) != parent)
            return std::nullopt;
        const llvm::StringRef method = parent.child(Field::attribute).text();
        const Arguments arguments = arguments_of(call);
        if (arguments.positional.size() != 1 || arguments.unpacked)
            return std::nullopt;
        if (method == "append")
            out.push_back(arguments.positional[0]);
        else if (method != "extend" || !take(unwrap(arguments.positional[0])))
            return std::nullopt;
    }
    return out;
}

/// Of `self.model` with a type variable: any mapped class of the program.
llvm::SmallVector<ClassId, 2> ArgumentReader::possible_classes(Node expression) const {
    llvm::SmallVector<ClassId, 2> out = classes(expression);
    const TypeStore& store = types_.store();
    const TypeId type = types_.type_of(place(expression));
    if (store.has_unknown(type))
        return {};
    if (store.some(type, [](const Atom& atom) { return atom.kind == Atom::Kind::type_variable; }))
        for (const ModelInfo& model : models_.models())
            if (!model.abstract && !llvm::is_contained(out, model.class_))
                out.push_back(model.class_);
    return out;
}

/// A criterion over a table that the query does not select from, or may not.
static void pulls_in_another(QueryShape& shape) {
    shape.joins_many = true;
    shape.all_selected = false;
}

void ArgumentReader::filter(QueryShape& shape, Node call) const {
    shape.criteria = true;
    const Arguments arguments = arguments_of(call);
    if (arguments.unpacked)
        for (const Node argument : call.child(Field::arguments).named_children()) {
            if (!argument.is_any(Kind::list_splat, Kind::dictionary_splat, Kind::parenthesized_list_splat))
                continue;
            const auto parts = collected(argument.named_child(0));
            if (!parts)
                pulls_in_another(shape);
            else
                for (const Node part : *parts)
                    if (!ReferenceReader(*this, shape).stays_inside(part))
                        pulls_in_another(shape);
        }
    if (!arguments.positional.empty())
        shape.filtered = true;
    if (shape.froms.empty() && !shape.froms_unknown)
        shape.single_row = false;
    if (!arguments.positional.empty() && shape.froms.size() == 1 && !shape.froms_unknown) {
        const QueryFrom& root = shape.froms[0];
        if (root.entity)
            shape.unique_key |= pins(arguments.positional, root);
        else if (!root.alias) { // `self.model`, `cls`: a key of every class that it may be
            std::set<std::string> columns;
            llvm::SmallVector<ClassId, 2> candidates;
            for (const Node criterion : arguments.positional) {
                pinned_columns(criterion, root, columns);
                const Node node = unwrap(criterion);
                for (const unsigned side : {0U, 1U})
                    if (const Node column =
                            node.is(Kind::comparison_operator) ? unwrap(node.named_child(side)) : Node();
                        column.is(Kind::attribute) && column.child(Field::object).text() == root.text)
                        candidates = possible_classes(column.child(Field::object));
            }
            shape.unique_key |= is_key(candidates, columns);
        }
    }
    for (const Node criterion : arguments.positional)
        if (!ReferenceReader(*this, shape).stays_inside(criterion))
            pulls_in_another(shape);
}

void ArgumentReader::filter_by(QueryShape& shape, Node call) const {
    shape.criteria = true;
    const Arguments arguments = arguments_of(call);
    if (!arguments.keywords.empty())
        shape.filtered = true;
    if (shape.froms.size() != 1 || shape.froms_unknown)
        return;
    std::set<std::string> columns;
    for (const Node argument : arguments.keywords)
        if (!argument.child(Field::value).is(Kind::none_literal))
            columns.insert(argument.child(Field::name).text().str());
    if (shape.froms[0].entity)
        shape.unique_key |= is_key({shape.froms[0].entity}, columns);
}

} // namespace sqlawait
