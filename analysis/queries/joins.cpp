// Joins and their cardinality; loader options.
#include "analysis/queries/arguments.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

const RelationshipInfo* ArgumentReader::relationship(Node expression) const {
    Node at = value_of(expression);
    // Author.books.of_type(alias), Author.books.and_(criterion)
    if (at.is(Kind::call) && at.child(Field::function).is(Kind::attribute) &&
        llvm::is_contained({"of_type", "and_"}, at.child(Field::function).child(Field::attribute).text()))
        at = unwrap(at.child(Field::function).child(Field::object));
    if (!at.is(Kind::attribute))
        return nullptr;
    const ClassId owner = only_class(at.child(Field::object));
    const ModelInfo* model = owner ? models_.find(owner) : nullptr;
    return model == nullptr ? nullptr : model->relationship(at.child(Field::attribute).text());
}

bool ArgumentReader::foreign_key_leads(const QueryShape& shape, ClassId target) const {
    const ModelInfo* to = models_.find(target);
    if (to == nullptr || to->table.empty() || shape.froms_unknown)
        return false;
    unsigned leading = 0, coming_back = 0;
    const auto count = [](const ModelInfo& from, const ModelInfo& model) {
        const std::string prefix = model.table + ".";
        return static_cast<unsigned>(llvm::count_if(from.columns, [&](const ColumnInfo& column) {
            return llvm::StringRef(column.foreign_key).starts_with(prefix);
        }));
    };
    for (const QueryFrom& from : shape.froms) {
        const ModelInfo* model = from.entity ? models_.find(from.entity) : nullptr;
        if (model == nullptr || model->table.empty())
            return false;
        leading += count(*model, *to);
        coming_back += count(*to, *model);
    }
    return leading == 1 && coming_back == 0;
}

bool ArgumentReader::joined_to_one(const QueryShape& shape, Node target, Node onclause) const {
    if (const RelationshipInfo* path = relationship(onclause ? onclause : target))
        return path->to_many == std::optional(false);
    const QueryFrom from = from_of(target);
    if (!from.entity)
        return false;
    if (!onclause)
        return foreign_key_leads(shape, from.entity);
    return pins({onclause}, from);
}

void ArgumentReader::join(QueryShape& shape, Node call) const {
    const Arguments arguments = arguments_of(call);
    const auto unknown = [&] {
        shape.joins_many = shape.froms_unknown = shape.other_state = true;
        shape.all_selected = false;
    };
    shape.other_state = true;
    if (arguments.positional.empty() || arguments.unpacked)
        return unknown();
    const Node target = unwrap(arguments.positional[0]);
    Node onclause = arguments.positional.size() > 1 ? unwrap(arguments.positional[1]) : keyword(arguments, "onclause");
    const bool full = static_cast<bool>(keyword(arguments, "full"));
    shape.joins_many |= full || !joined_to_one(shape, target, onclause);

    QueryFrom from;
    if (const RelationshipInfo* path = onclause ? nullptr : relationship(target)) {
        const Node value = value_of(target);
        const bool of_type =
            value.is(Kind::call) && value.child(Field::function).child(Field::attribute).text() == "of_type";
        if (of_type && !arguments_of(value).positional.empty())
            from = from_of(arguments_of(value).positional[0]);
        else if (path->target)
            from = {path->target, symbols_.class_(path->target).name, false};
    } else {
        from = from_of(target);
    }
    if (from.text.empty()) {
        shape.froms_unknown = true;
        from.text = target.text().str();
    }
    // A table between two may repeat a pair.
    const RelationshipInfo* path = relationship(onclause ? onclause : target);
    shape.all_selected &= llvm::is_contained(shape.froms, from) && (path == nullptr || !path->secondary);
    shape.froms.push_back(from);
    shape.joinpoint = shape.last_joined = static_cast<std::uint32_t>(shape.froms.size() - 1);
}

void ArgumentReader::options(QueryShape& shape, Node call) const {
    shape.has_options = true;
    const Arguments arguments = arguments_of(call);
    shape.loads_many |= arguments.unpacked;
    // Each option is a chain: joinedload(A.b).selectinload(B.c), Load(A).joinedload(A.b).
    for (const Node argument : arguments.positional) {
        Node at = value_of(argument);
        if (!at.is(Kind::call))
            shape.loads_many = true;
        while (at.is(Kind::call)) {
            const Node function = at.child(Field::function);
            const llvm::StringRef name =
                function.is(Kind::attribute) ? function.child(Field::attribute).text() : function.text();
            const bool joins = name == "joinedload" || name == "contains_eager";
            const bool known = joins || name == "Load" || name == "options" || name == "load_only" || name == "defer" ||
                               name == "undefer" || name == "undefer_group" || name == "with_loader_criteria" ||
                               name == "with_expression" || name.ends_with("load") || name.ends_with("polymorphic");
            if (!known)
                shape.loads_many = true;
            const Arguments inner = arguments_of(at);
            if (joins) {
                const RelationshipInfo* path = inner.positional.empty() ? nullptr : relationship(inner.positional[0]);
                shape.loads_many |= path == nullptr || path->to_many.value_or(true) ||
                                    (path->target && may_load_collections(path->target));
            }
            at = function.is(Kind::attribute) ? unwrap(function.child(Field::object)) : Node();
        }
    }
}

} // namespace sqlawait
