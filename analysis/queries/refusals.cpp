// Why a web can't be rewritten. What is refused here is what the rules can't write: the two agree.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

using Rows = QueryShape::Rows;

/// Links that update() and delete() take over, and those that they ignore.
bool suits_bulk(const QueryLink& link) {
    return llvm::is_contained({"query", "filter", "where", "filter_by", "options", "execution_options",
                               "enable_assertions", "with_session", "update", "delete"},
                              link.method);
}

bool suits_get(const QueryLink& link) {
    return llvm::is_contained({"query", "options", "populate_existing", "with_for_update", "execution_options",
                               "order_by", "enable_assertions", "with_session", "get"},
                              link.method);
}

/// What can follow a union of columns, which is no select(): it has no columns of its own to filter or to join by.
bool suits_set_operation(llvm::StringRef method) {
    return !llvm::is_contained({"filter",
                                "where",
                                "filter_by",
                                "join",
                                "outerjoin",
                                "select_from",
                                "having",
                                "group_by",
                                "add_column",
                                "add_columns",
                                "add_entity",
                                "with_entities",
                                "prefix_with",
                                "suffix_with",
                                "with_hint",
                                "with_statement_hint",
                                "correlate",
                                "with_parent",
                                "with_transformation",
                                "from_statement",
                                "column_descriptions",
                                "whereclause",
                                "value",
                                "values"},
                               method);
}

/// joinedload("books")
bool names_path_by_string(Node options) {
    const auto first = [](Node call) {
        const Arguments arguments = arguments_of(call);
        return arguments.positional.empty() ? Node() : unwrap(arguments.positional[0]);
    };
    return llvm::any_of(arguments_of(options).positional, [&](Node option) {
        const Node function = option.is(Kind::call) ? option.child(Field::function) : Node();
        return function && function.text().ends_with("load") && first(option).is(Kind::string) &&
               first(option).text().trim("'\"") != "*";
    });
}

/// `-1`
bool is_negative(Node index) { return index.is(Kind::unary_operator) && index.text().starts_with("-"); }

/// In `x if False else y` the first part never runs.
bool never_runs(Node node) {
    for (; node && !node.is(Kind::function_definition); node = node.parent()) {
        const Node parent = node.parent();
        if (parent.is(Kind::conditional_expression) && parent.named_child(0) == node &&
            parent.named_child(1).is(Kind::false_))
            return true;
    }
    return false;
}

/// Why `query[index]` can't be said; "" it can.
std::string index_refusal(Node subscript) {
    constexpr llvm::StringLiteral negative =
        "a negative index of a query raises IndexError: order the query the other way round, or index its all()";
    if (subscript.is(Kind::slice))
        return llvm::any_of(subscript.named_children(), is_negative) && !never_runs(subscript) ? negative.str() : "";
    if (is_negative(subscript) && !never_runs(subscript))
        return negative.str();
    return "";
}

} // namespace

void QueryFlowBuilder::refuse(ValueId value, Place at, const std::string& reason) {
    refusals_.try_emplace(value, reason, at);
}

const QueryShape* QueryFlowBuilder::shape_at(Place place) const {
    const auto found = expressions_.find(place);
    return found == expressions_.end() ? nullptr : &values_[found->second].shape;
}

/// A union of whole entities can be said by their keys, where it does not keep repeated rows.
bool QueryFlowBuilder::unites_entities(const QueryLink& link, const SyntaxTree& tree) const {
    const QueryShape& shape = link.before;
    const Node call = tree.node(link.call);
    const Arguments parts = arguments_of(call);
    if (!llvm::is_contained({"union", "intersect", "except_"}, link.method) || shape.rows != Rows::entity ||
        shape.mixed || single_key(reader_.models(), shape.entity) == nullptr || shape.froms.empty() ||
        shape.froms[0].alias || parts.unpacked || !parts.keywords.empty() || parts.positional.empty())
        return false;
    return llvm::all_of(parts.positional, [&](Node part) {
        const QueryShape* other = shape_at({current_, part.id()});
        return other != nullptr && other->rows == Rows::entity && !other->mixed && other->entity == shape.entity &&
               !other->froms.empty() && !other->froms[0].alias;
    });
}

/// `first.union(*others)` where one of the others may be a union itself.
bool QueryFlowBuilder::unpacks_set_operation(Node call) const {
    return llvm::any_of(call.child(Field::arguments).named_children(), [&](Node argument) {
        const QueryShape* shape =
            argument.is(Kind::list_splat) ? shape_at({current_, argument.named_child(0).id()}) : nullptr;
        return shape != nullptr && shape->set_operation;
    });
}

/// Whether a function that suits a Query and a Select alike suits a union of columns, too.
bool QueryFlowBuilder::suits_union(ValueId parameter, std::set<ValueId>& seen) const {
    if (!seen.insert(parameter).second)
        return true;
    const auto inside = polymorphic_.find(parameter);
    return inside == polymorphic_.end() || llvm::all_of(inside->second.values, [&](ValueId id) {
               return llvm::all_of(values_[id].uses,
                                   [](const QueryUse& use) {
                                       return use.kind != QueryUse::Kind::link || suits_set_operation(use.method->name);
                                   }) &&
                      llvm::all_of(values_[id].out, [&](std::uint32_t out) {
                          return moves_[out].kind != MoveKind::argument || suits_union(moves_[out].to, seen);
                      });
           });
}

/// Whether an expression says the same anywhere in its module: names of the module and constants alone.
bool QueryFlowBuilder::is_constant(Node expression) const {
    const ModuleBindings& bindings = symbols_.bindings(current_);
    const SyntaxTree& tree = expression.tree();
    for (NodeId id = expression.id(); id < tree.record(expression.id()).subtree_end; ++id) {
        if (tree.node(id).is_any(Kind::lambda, Kind::list_comprehension, Kind::generator_expression))
            return false;
        if (!tree.node(id).is(Kind::identifier))
            continue;
        if (const SymbolId symbol = bindings.symbol_at(id); symbol && bindings.symbol(symbol).scope != ScopeId{0})
            return false;
    }
    return true;
}

/// Why a link before the end can't be written; "" it can.
std::string QueryFlowBuilder::link_refusal(const QueryChain& chain, const QueryLink& link) const {
    const SyntaxTree& tree = program_.module(chain.place.module).tree;
    const QueryMethod* method = query_method(link.method);
    const Node call = tree.node(link.call);
    const Arguments arguments = call.is(Kind::call) ? arguments_of(call) : Arguments{};
    if (method->kind == MethodKind::refused)
        return method->reason.str();
    if (link.method == "join" || link.method == "outerjoin") {
        if (keyword(arguments, "aliased") || keyword(arguments, "from_joinpoint"))
            return "join() with 'aliased' or 'from_joinpoint' was removed in SQLAlchemy 2.0: join an aliased() class";
        if (!arguments.positional.empty() && unwrap(arguments.positional[0]).is(Kind::string))
            return "join() of a string was removed in SQLAlchemy 2.0: name the attribute, Class.relationship";
    }
    if (link.before.set_operation && !suits_set_operation(link.method))
        return "'" + link.method +
               "' after a union of columns is about the columns of the union: make it a subquery() and select from "
               "that";
    if (link.before.set_operation && link.before.names_repeat && link.method == "order_by")
        return "two columns of the union have one name, and order_by() cannot say which: label one of them";
    if (link.before.set_operation && link.before.distinct && link.method == "order_by")
        return "order_by() after distinct() of a union is about its columns: make it a subquery() and select from that";
    if (method->form == LinkForm::options && names_path_by_string(call))
        return "loader options of strings were removed in SQLAlchemy 2.0: name the attribute, Class.relationship";
    switch (method->form) {
    case LinkForm::set_operation:
        if ((link.before.has_entity || link.before.columns_unknown) && !unites_entities(link, tree))
            return "'" + link.method + "' of whole entities needs an aliased class for what follows";
        return unpacks_set_operation(call) ? "a union among what is unpacked here can't be put into a subquery" : "";
    case LinkForm::with_parent:
        return arguments.positional.size() == 2 ? "" : "with_parent() needs the relationship on select(): name it";
    case LinkForm::applied:
        if (!expressions_.contains({chain.place.module, link.call}))
            return "what the function of with_transformation() gives is not seen: call it with the query instead";
        return arguments.positional.size() == 1 && is_path(arguments.positional[0])
                   ? ""
                   : "with_transformation() with a function that is not seen";
    case LinkForm::choice:
        return chain.links.size() == 1 && is_path(tree.node(chain.start)) && call.child_token("or")
                   ? ""
                   : "the truth of a query decides here, and a select() has none";
    case LinkForm::labelled:
        return keyword(arguments, "with_labels") || keyword(arguments, "reduce_columns")
                   ? "subquery() with labels or reduced columns"
                   : "";
    case LinkForm::execution_option:
        return link.method == "autoflush" && arguments.positional.size() != 1 ? "autoflush() without a value" : "";
    default: return "";
    }
}

/// Why a query can't be run as a select(); "" it can.
std::string QueryFlowBuilder::terminal_refusal(const QueryChain& chain) const {
    const SyntaxTree& tree = program_.module(chain.place.module).tree;
    const QueryShape& shape = chain.shape;
    const Node start = tree.node(chain.start);
    const QueryLink& last = chain.links.back();
    const Node end = tree.node(last.call);
    const Arguments arguments = end.is(Kind::call) ? arguments_of(end) : Arguments{};
    const bool may_need_unique = shape.joins_many || shape.loads_many;
    switch (query_method(last.method)->form) {
    case LinkForm::index: {
        const Node subscript = end.named_child(1);
        if (const std::string reason = index_refusal(subscript); !reason.empty())
            return reason;
        [[fallthrough]];
    }
    case LinkForm::all:
    case LinkForm::one:
    case LinkForm::one_or_none:
    case LinkForm::iterate:
        if (shape.rows == Rows::unknown && chain.scalars_if.empty())
            return "whether the query gives entities or rows is not known" + why_rows_are_not_told(chain);
        if (chain.scalars_if.empty() && shape.columns_unknown && may_need_unique && !shape.has_entity)
            return "whether an entity is among the columns is not known";
        return "";
    case LinkForm::first:
        return shape.rows == Rows::unknown && chain.scalars_if.empty()
                   ? "whether the query gives an entity or a row is not known" + why_rows_are_not_told(chain)
                   : "";
    case LinkForm::count: return shape.from_statement ? "count() of handwritten SQL" : "";
    case LinkForm::get: {
        if (arguments.unpacked || arguments.positional.size() + arguments.keywords.size() != 1)
            return "get() with arguments that are not seen";
        if (!llvm::all_of(chain.links, suits_get))
            return "get() after criteria or joins raises";
        if (chain.produces)
            return arguments_of(start).positional.size() != 1 ? "get() of several entities" : "";
        if (shape.mixed || shape.criteria || (!shape.entity && chain.entity.empty()))
            return "get() of a stored query whose class is not known or that has criteria";
        if (!shape.has_options && !shape.other_state)
            return "";
        // Options of the stored query are said again.
        const QueryChain& made = flow_.chains_[chain.origin];
        const bool seen = made.produces && made.place.module == chain.place.module &&
                          llvm::all_of(made.links, [&](const QueryLink& link) {
                              return suits_get(link) && is_constant(tree.node(link.call).child(Field::arguments));
                          });
        return seen ? "" : "get() of a stored query whose options are not seen here";
    }
    case LinkForm::update:
    case LinkForm::delete_:
        if (shape.rows != Rows::entity)
            return "update() and delete() of a query of columns";
        if (!llvm::all_of(chain.links, suits_bulk) || shape.limited || shape.ordered || shape.grouped ||
            shape.distinct || shape.set_operation || (!chain.produces && shape.other_state))
            return "update() and delete() after joins, limits or ordering raise";
        if (!chain.produces && (shape.mixed || (!shape.entity && chain.entity.empty())))
            return "update() or delete() of a stored query whose class is not known";
        if (!chain.produces && chain.links.front().before.criteria && shape.criteria && !shape.filtered &&
            !is_path(start))
            return "update() or delete() of a query that is made on the spot";
        if (keyword(arguments, "update_args") || keyword(arguments, "delete_args") || arguments.unpacked)
            return "options of one database's UPDATE or DELETE";
        if (last.method == "update" && arguments.positional.empty() && !keyword(arguments, "values"))
            return "update() without values";
        if (chain.produces && arguments_of(start).positional.size() != 1)
            return "update() and delete() of several entities";
        return "";
    default: return "";
    }
}

std::string QueryFlowBuilder::why_rows_are_not_told(const QueryChain& chain) const {
    const auto why = no_rows_.find(flow_.by_place_.at(chain.place));
    return why == no_rows_.end() ? "" : " (" + why->second + ")";
}

/// "" when the chain can be rewritten.
std::string QueryFlowBuilder::chain_refusal(const QueryChain& chain) const {
    const SyntaxTree& tree = program_.module(chain.place.module).tree;
    const Node start = tree.node(chain.start);
    if (chain.dynamic) {
        const LinkForm last = query_method(chain.links.back().method)->form;
        if (last == LinkForm::get || last == LinkForm::update || last == LinkForm::delete_)
            return "get(), update() and delete() of a dynamic relationship: say the class and its criteria";
    } else if (chain.produces) {
        if (chain.certainty == Certainty::unknown)
            return "what query() is called on is not known to be a session";
        if (chain.certainty == Certainty::likely)
            return "'" + chain.session +
                   "' is a session on one way here, and on another it can't be seen what it is: annotate it";
        const Node callee = start.child(Field::function);
        const bool constructed = !callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "query";
        if (constructed && chain.session_node != no_node && tree.node(chain.session_node).inside(start) &&
            !is_path(tree.node(chain.session_node)))
            return "the session of this query is made on the spot";
        if (!chain.terminal && chain.session_node != no_node && !is_path(tree.node(chain.session_node)))
            return "the session of this query is made on the spot: keep it in a variable";
        if (start.child(Field::arguments).is(Kind::generator_expression))
            return "the columns of this query are generated";
    }
    for (const QueryLink& link : chain.links)
        if (std::string reason = link_refusal(chain, link); !reason.empty())
            return reason;
    if (!chain.terminal && query_method(chain.links.back().method)->form != LinkForm::text)
        return "";
    if (chain.session.empty()) {
        const auto why = no_session_.find(flow_.by_place_.at(chain.place));
        return "no session is in scope where the query is run: pass one" +
               (why == no_session_.end() ? "" : " (" + why->second + ")");
    }
    if (!chain.produces) {
        const auto found = expressions_.find({chain.place.module, chain.start});
        if (found == expressions_.end() || !values_[found->second].reached) {
            for (const Atom& atom : types_.store().atoms(types_.type_of({chain.place.module, chain.start})))
                if (atom.kind == Atom::Kind::instance)
                    return "'" + symbols_.class_(ClassId{atom.id}).name +
                           "' is a Query class of the program's own: make its methods functions that are given a query";
            return "where this query comes from is not seen";
        }
        if (chain.certainty != Certainty::proved)
            return "'" + start.text().take_front(40).str() + "' is not only a query here";
    }
    return terminal_refusal(chain);
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
    for (const Move& move : moves_) {
        std::set<ValueId> seen;
        if (move.kind == MoveKind::argument && values_[move.from].shape.set_operation && !suits_union(move.to, seen))
            refuse(move.from, values_[move.from].place,
                   "a union of columns is handed to '" + symbols_.function(move.function).name +
                       "', which filters or joins it: make it a subquery() and select from that");
    }
    for (const auto& [index, value] : chain_values_) {
        current_ = flow_.chains_[index].place.module;
        for (const QueryLink& link : flow_.chains_[index].links)
            if (query_method(link.method)->form == LinkForm::set_operation)
                for (const Node part : arguments_of(program_.module(current_).tree.node(link.call)).positional)
                    if (const QueryShape* shape = shape_at({current_, part.id()});
                        shape != nullptr && shape->set_operation)
                        flow_.united_parts_.insert({current_, part.id()});
        if (const std::string reason = chain_refusal(flow_.chains_[index]); !reason.empty())
            refuse(value, flow_.chains_[index].place, reason);
    }
}

} // namespace sqlawait
