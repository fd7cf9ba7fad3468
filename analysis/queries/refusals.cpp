// Why a web can't be rewritten. What is refused here is what the rules can't write: the two agree.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

using Rows = QueryShape::Rows;

bool is_path(Node node) {
    while (node.is(Kind::attribute))
        node = node.child(Field::object);
    return node.is(Kind::identifier);
}

/// Links that update() and delete() take over, and those that they ignore.
bool suits_bulk(const QueryLink& link) {
    return llvm::is_contained({"query", "filter", "where", "filter_by", "options", "execution_options", "enable_assertions",
                               "with_session", "update", "delete"},
                              link.method);
}

bool suits_get(const QueryLink& link) {
    return llvm::is_contained({"query", "options", "populate_existing", "with_for_update", "execution_options", "order_by",
                               "enable_assertions", "with_session", "autoflush", "get"},
                              link.method);
}

} // namespace

void QueryFlowBuilder::refuse(ValueId value, Place at, std::string reason) {
    refusals_.try_emplace(value, std::move(reason), at);
}

/// "" when the chain can be rewritten.
std::string QueryFlowBuilder::chain_refusal(const QueryChain& chain) const {
    const SyntaxTree& tree = program_.module(chain.place.module).tree;
    const QueryShape& shape = chain.shape;
    const Node start = tree.node(chain.start);
    if (chain.produces) {
        if (chain.certainty == Certainty::unknown)
            return "what query() is called on is not known to be a session";
        if (chain.certainty == Certainty::likely)
            return "only a naming convention says that '" + chain.session + "' is a session: annotate it";
        const bool constructed = !start.child(Field::function).is(Kind::attribute) ||
                                 start.child(Field::function).child(Field::attribute).text() != "query";
        if (constructed && chain.session_node != no_node && tree.node(chain.session_node).inside(start) &&
            !is_path(tree.node(chain.session_node)))
            return "the session of this query is made on the spot";
        if (!chain.terminal && chain.session_node != no_node && !is_path(tree.node(chain.session_node)))
            return "the session of this query is made on the spot: keep it in a variable";
        if (start.child(Field::arguments).is(Kind::generator_expression))
            return "the columns of this query are generated";
    }
    for (const QueryLink& link : chain.links) {
        const QueryMethod* method = query_method(link.method);
        const Node call = tree.node(link.call);
        const Arguments arguments = call.is(Kind::call) ? arguments_of(call) : Arguments{};
        if (method->kind == MethodKind::refused)
            return method->reason.str();
        if (method->form == LinkForm::set_operation && (link.before.has_entity || link.before.columns_unknown))
            return "'" + link.method + "' of whole entities needs an aliased class for what follows";
        if (method->form == LinkForm::with_parent && arguments.positional.size() + arguments.keywords.size() != 2)
            return "with_parent() needs the relationship on select(): name it";
        if (method->form == LinkForm::applied && arguments.positional.size() != 1)
            return "with_transformation() with a function that is not seen";
        if (method->form == LinkForm::choice && (chain.links.size() != 1 || !is_path(start) || !call.child_token("or")))
            return "the truth of a query decides here, and a select() has none";
        if (method->form == LinkForm::labelled &&
            (keyword(arguments, "with_labels") || keyword(arguments, "reduce_columns")))
            return "subquery() with labels or reduced columns";
        if (method->form == LinkForm::execution_option && link.method == "autoflush" && arguments.positional.size() != 1)
            return "autoflush() without a value";
    }
    if (!chain.terminal)
        return "";

    const QueryLink& last = chain.links.back();
    const LinkForm form = query_method(last.method)->form;
    const Node end = tree.node(last.call);
    const Arguments arguments = end.is(Kind::call) ? arguments_of(end) : Arguments{};
    if (chain.session.empty())
        return "no session is in scope where the query is run: pass one";
    if (!chain.produces) {
        const auto found = expressions_.find({chain.place.module, chain.start});
        if (found == expressions_.end() || !values_[found->second].reached)
            return "where this query comes from is not seen";
        if (chain.certainty != Certainty::proved)
            return "'" + start.text().take_front(40).str() + "' is not only a query here";
    }
    const bool may_need_unique = shape.joins_many || shape.loads_many;
    switch (form) {
    case LinkForm::all:
    case LinkForm::one:
    case LinkForm::one_or_none:
    case LinkForm::iterate:
    case LinkForm::index:
        if (shape.rows == Rows::unknown)
            return "whether the query gives entities or rows is not known";
        if (shape.rows == Rows::row && shape.columns_unknown && may_need_unique && !shape.has_entity)
            return "whether an entity is among the columns is not known";
        if (form == LinkForm::index) {
            const Node subscript = end.named_child(1);
            if (subscript.is(Kind::slice) && subscript.children().size() > 0 &&
                llvm::count_if(subscript.children(), [](Node part) { return part.is_token(":"); }) > 1)
                return "a slice with a step";
            if (!subscript.is(Kind::slice) && !subscript.is(Kind::integer) && !subscript.is(Kind::identifier))
                return "the index is computed on the spot";
        }
        return "";
    case LinkForm::first:
        return shape.rows == Rows::unknown ? "whether the query gives an entity or a row is not known" : "";
    case LinkForm::count: return shape.from_statement ? "count() of handwritten SQL" : "";
    case LinkForm::get:
        if (arguments.unpacked || arguments.positional.size() + arguments.keywords.size() != 1)
            return "get() with arguments that are not seen";
        if (!llvm::all_of(chain.links, suits_get))
            return "get() after criteria or joins raises";
        if (!chain.produces && (shape.mixed || shape.criteria || shape.other_state || shape.has_options || !shape.entity))
            return "get() of a stored query whose class or options are not seen here";
        return chain.produces && arguments_of(start).positional.size() != 1 ? "get() of several entities" : "";
    case LinkForm::update:
    case LinkForm::delete_:
        if (shape.rows != Rows::entity)
            return "update() and delete() of a query of columns";
        if (!llvm::all_of(chain.links, suits_bulk) || shape.limited || shape.ordered || shape.grouped ||
            shape.distinct || shape.set_operation || (!chain.produces && shape.other_state))
            return "update() and delete() after joins, limits or ordering raise";
        if (!chain.produces && (shape.mixed || !shape.entity))
            return "update() or delete() of a stored query whose class is not known";
        if (keyword(arguments, "update_args") || keyword(arguments, "delete_args") || arguments.unpacked)
            return "options of one database's UPDATE or DELETE";
        if (chain.produces && arguments_of(start).positional.size() != 1)
            return "update() and delete() of several entities";
        return "";
    default: return "";
    }
}

void QueryFlowBuilder::find_refusals() {
    for (ValueId id = 0; id < values_.size(); ++id) {
        const QueryValue& value = values_[id];
        if (iterated_parameters_.contains(id))
            continue;
        for (const QueryUse& use : value.uses)
            if (use.kind == QueryUse::Kind::escape)
                refuse(id, use.at, use.reason);
        const Module& module = program_.module(value.place.module);
        if (value.expression && !module.editable())
            refuse(id, value.place, module.source.path + " is not edited");
    }
    for (const auto& [index, value] : chain_values_)
        if (std::string reason = chain_refusal(flow_.chains_[index]); !reason.empty())
            refuse(value, flow_.chains_[index].place, std::move(reason));
}

} // namespace sqlawait
