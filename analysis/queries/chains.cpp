// Chains: the links of one expression, from a producer or a stored query to its end. Webs: chains
// whose queries may meet, by union-find over the moves.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool has_use(const QueryValue& value, QueryUse::Kind kind) {
    return llvm::any_of(value.uses, [&](const QueryUse& use) { return use.kind == kind; });
}

} // namespace

void QueryFlowBuilder::make_chains(const Module& module) {
    module_ = &module;
    bindings_ = &symbols_.bindings(module.id);
    reader_.enter(module.id);
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node node = module.tree.node(id);
        if (!node.named())
            continue;
        Node base;
        const QueryMethod* own =
            node.is_any(Kind::call, Kind::attribute, Kind::subscript) ? link_method(node, base) : nullptr;
        const bool produces = own == nullptr && is_producer(node) && !changes_collection(node);
        const auto found = expressions_.find(place(node));
        const QueryValue* value = found == expressions_.end() ? nullptr : &values_[found->second];
        if (value != nullptr && iterated_parameters_.contains(found->second))
            continue;
        if (value != nullptr && value->direct) {
            if (has_use(*value, QueryUse::Kind::link) || has_use(*value, QueryUse::Kind::index))
                continue; // the chain goes on
            if (has_use(*value, QueryUse::Kind::iterate)) {
                make_chain(node, query_method("__iter__"));
                continue;
            }
            if (has_use(*value, QueryUse::Kind::truth)) {
                make_chain(node, query_method("__bool__"));
                continue;
            }
            if (has_use(*value, QueryUse::Kind::text)) {
                make_chain(node, query_method("__str__"));
                continue;
            }
            if (has_use(*value, QueryUse::Kind::choice)) {
                make_chain(node, query_method("__or__"));
                continue;
            }
        }
        if (own != nullptr || produces)
            make_chain(node, nullptr);
    }
}

/// The chain that ends in `outermost`; `own` is what the surroundings do with it, when that is part of it.
void QueryFlowBuilder::make_chain(Node outermost, const QueryMethod* own) {
    QueryChain chain;
    std::vector<std::pair<Node, const QueryMethod*>> links; // from the end
    if (own != nullptr)
        links.emplace_back(own->form == LinkForm::choice ? outermost.parent() : outermost, own);
    chain.place = place(links.empty() ? outermost : links.front().first);
    Node at = outermost, base;
    while (const QueryMethod* method = link_method(at, base)) {
        links.emplace_back(at, method);
        at = base;
    }
    chain.start = at.id();
    chain.produces = is_producer(at);
    if (chain.produces)
        links.emplace_back(at, query_method("query"));
    std::reverse(links.begin(), links.end());

    const auto shape_of = [&](Node node) -> const QueryShape* {
        const auto found = expressions_.find(place(node));
        return found == expressions_.end() ? nullptr : &values_[found->second].shape;
    };
    Node before = chain.produces ? Node() : at;
    for (const auto& [node, method] : links) {
        QueryLink link;
        link.call = node.id();
        link.method = method->name.str();
        if (before)
            link.before = *shape_of(before);
        if (const QueryShape* shape = shape_of(node))
            link.after = *shape;
        chain.links.push_back(std::move(link));
        before = node;
    }
    chain.terminal = links.back().second->kind == MethodKind::terminal;
    const bool gives_query = own == nullptr && links.back().second->kind == MethodKind::builder;
    const QueryLink& last = chain.links.back();
    chain.shape = gives_query || links.back().second->kind == MethodKind::producer ? last.after : last.before;

    const ValueId value = expressions_.at(place(at));
    chain.dynamic = dynamic_relationship(at) != nullptr;
    if (chain.dynamic) {
        chain.certainty = Certainty::proved; // of its session nothing is said here
    } else if (chain.produces) {
        const Node callee = at.child(Field::function);
        const Node made = callee.is(Kind::identifier) ? reader_.value_of(callee) : callee;
        if (made.is(Kind::attribute) && made.child(Field::attribute).text() == "query") {
            const Node receiver = made.child(Field::object);
            chain.session = receiver.text().str();
            chain.session_node = receiver.id();
            chain.certainty = std::max(types_.has_role(place(receiver), Role::session),
                                       types_.has_role(place(receiver), Role::scoped_session));
        } else { // Query(...): the session comes as an argument, or with with_session()
            chain.certainty = Certainty::proved;
            const Arguments arguments = arguments_of(at);
            const Node given =
                arguments.positional.size() > 1 ? arguments.positional[1] : keyword(arguments, "session");
            if (given) {
                chain.session = given.text().str();
                chain.session_node = given.id();
            }
        }
    } else {
        chain.certainty = only_query(at) ? Certainty::proved : Certainty::likely;
    }
    for (const QueryLink& link : chain.links)
        if (link.method == "with_session") {
            const Arguments arguments = arguments_of(module_->tree.node(link.call));
            if (arguments.positional.size() == 1) {
                chain.session = arguments.positional[0].text().str();
                chain.session_node = arguments.positional[0].id();
            }
        }
    if ((chain.terminal || links.back().second->form == LinkForm::text) && chain.session.empty())
        chain.session = session_at(module_->tree.node(chain.place.node), value);

    const bool names_class =
        llvm::is_contained({LinkForm::get, LinkForm::update, LinkForm::delete_}, links.back().second->form);
    if (names_class && !chain.produces && !chain.shape.entity)
        chain.entity = made_with(PathTo::entity, module_->tree.node(chain.place.node), value);

    const auto index = static_cast<std::uint32_t>(flow_.chains_.size());
    chain.origin = index;
    if (!flow_.by_place_.try_emplace(chain.place, index).second)
        return;
    flow_.by_module_[module_->id.value].push_back(index);
    flow_.chains_.push_back(std::move(chain));
    chain_values_.emplace_back(index, value);
}

/// Which chain made a stored query, when it is one and only variables lie between.
void QueryFlowBuilder::find_origins() {
    for (const auto& [index, value] : chain_values_) {
        QueryChain& chain = flow_.chains_[index];
        if (chain.produces)
            continue;
        ValueId at = value;
        std::set<ValueId> seen;
        while (seen.insert(at).second) {
            const auto& in = values_[at].in;
            if (in.size() != 1 || moves_[in[0]].kind != MoveKind::same)
                break;
            at = moves_[in[0]].from;
            const auto made = values_[at].expression ? flow_.by_place_.find(values_[at].place) : flow_.by_place_.end();
            if (made != flow_.by_place_.end() && flow_.chains_[made->second].produces) {
                chain.origin = made->second;
                break;
            }
        }
    }
}

ValueId QueryFlowBuilder::find_root(ValueId value) {
    while (parent_[value] != value)
        value = parent_[value] = parent_[parent_[value]];
    return value;
}

void QueryFlowBuilder::unite() {
    parent_.resize(values_.size());
    for (ValueId id = 0; id < values_.size(); ++id)
        parent_[id] = id;
    for (const Move& move : moves_) {
        if (move.kind == MoveKind::argument && polymorphic_.contains(move.to))
            continue;
        if (move.kind == MoveKind::result && llvm::any_of(values_[move.to].in, [&](std::uint32_t in) {
                return moves_[in].kind == MoveKind::through && moves_[in].function == move.function;
            }))
            continue;
        parent_[find_root(move.from)] = find_root(move.to);
    }
}

/// The query gets to a function that suits both, and to those that it is handed on to there.
void QueryFlowBuilder::pass_on(QueryWeb& web, ValueId parameter) {
    const auto inside = polymorphic_.find(parameter);
    if (inside == polymorphic_.end() || !web.passed_to.insert(values_[parameter].parameter_of).second)
        return;
    for (const ValueId id : inside->second.values)
        for (const std::uint32_t out : values_[id].out)
            if (moves_[out].kind == MoveKind::argument)
                pass_on(web, moves_[out].to);
}

void QueryFlowBuilder::make_webs() {
    const auto web_of = [&](ValueId value) -> QueryWeb& {
        const auto [found, added] =
            web_of_root_.try_emplace(find_root(value), WebId{static_cast<std::uint32_t>(flow_.webs_.size())});
        if (added) {
            flow_.webs_.emplace_back();
            flow_.webs_.back().id = found->second;
        }
        return flow_.webs_[found->second.value];
    };
    // In the order of their first chains, so that the numbers depend on the program alone.
    for (const auto& [index, value] : chain_values_) {
        QueryWeb& web = web_of(value);
        web.chains.push_back(index);
        flow_.chains_[index].web = web.id;
    }
    for (const Move& move : moves_)
        if (move.kind == MoveKind::argument && polymorphic_.contains(move.to))
            if (const auto web = web_of_root_.find(find_root(move.from)); web != web_of_root_.end())
                pass_on(flow_.webs_[web->second.value], move.to);
    for (ValueId id = 0; id < values_.size(); ++id) {
        const QueryValue& value = values_[id];
        const FunctionId function = value.parameter_of ? value.parameter_of : value.returned_by;
        if (!function || iterated_parameters_.contains(id))
            continue;
        const auto web = web_of_root_.find(find_root(id));
        if (web == web_of_root_.end())
            continue;
        auto& functions = flow_.webs_[web->second.value].functions;
        if (!llvm::is_contained(functions, function))
            functions.push_back(function);
    }
}

/// Names of Query in an annotation.
void QueryFlowBuilder::read_annotation(QueryWeb& web, ModuleId module, Node annotation) {
    if (!annotation)
        return;
    const SyntaxTree& tree = annotation.tree();
    for (NodeId id = annotation.id(); id < tree.record(annotation.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        const bool dotted = node.is(Kind::attribute) || node.is(Kind::member_type);
        if (!dotted && !(node.is(Kind::identifier) && !node.parent().is_any(Kind::attribute, Kind::member_type)))
            continue;
        if (knowledge_.role(symbols_.external_name(module, node)) != Role::query)
            continue;
        const Place found{module, id};
        if (!llvm::is_contained(web.annotations, found))
            web.annotations.push_back(found);
    }
}

/// Names of Query in the annotations of a function.
void QueryFlowBuilder::find_annotations(QueryWeb& web, FunctionId function) {
    const FunctionInfo& info = symbols_.function(function);
    const SyntaxTree& tree = program_.module(info.module).tree;
    const Node node = tree.node(info.node);
    for (const ParameterInfo& parameter : parameters_of(node))
        if (parameter.annotation != no_node)
            read_annotation(web, info.module, tree.node(parameter.annotation));
    read_annotation(web, info.module, node.child(Field::return_type));
}

/// ... and in those of the attributes that keep a query, in the bodies of their classes.
void QueryFlowBuilder::find_field_annotations() {
    for (const auto& [field, value] : attributes_) {
        const auto web = web_of_root_.find(find_root(value));
        if (web == web_of_root_.end() || flow_.webs_[web->second.value].refusal)
            continue;
        const ClassInfo& info = symbols_.class_(field.first);
        const Node definition = program_.module(info.module).tree.node(info.node);
        for (const Node statement : definition.child(Field::body).named_children()) {
            const Node declared = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
            if (declared.is(Kind::assignment) && declared.child(Field::left).text() == field.second)
                read_annotation(flow_.webs_[web->second.value], info.module, declared.child(Field::type));
        }
    }
}

/// `q = session.query`, whose every use is a call that makes a query.
void QueryFlowBuilder::find_aliases() {
    std::map<Place, QueryAlias> aliases;
    for (const auto& [index, value] : chain_values_) {
        const QueryChain& chain = flow_.chains_[index];
        if (!chain.produces)
            continue;
        const SyntaxTree& tree = program_.module(chain.place.module).tree;
        const Node callee = tree.node(chain.start).child(Field::function);
        if (!callee.is(Kind::identifier) || chain.session_node == no_node ||
            tree.node(chain.session_node).inside(tree.node(chain.start)))
            continue;
        const ModuleBindings& bindings = symbols_.bindings(chain.place.module);
        const auto reaching = bindings.reaching(callee.id());
        const Node made = reaching.size() == 1 ? tree.node(bindings.definition(reaching[0]).node) : Node();
        const Node statement = made ? made.parent() : Node();
        const Symbol& symbol = bindings.symbol(bindings.symbol_at(callee.id()));
        const bool alone = statement.is(Kind::expression_statement) && symbol.definitions.size() == 1 &&
                           llvm::all_of(symbol.references, [&](NodeId reference) {
                               const Node at = tree.node(reference);
                               const Node call = at.parent();
                               return call.is(Kind::call) && call.child(Field::function) == at;
                           });
        if (!alone) {
            refuse(value, Place{chain.place.module, callee.id()},
                   "the method 'query' is kept under a name that has other uses");
            continue;
        }
        QueryAlias& alias = aliases[{chain.place.module, statement.id()}];
        alias.statement = {chain.place.module, statement.id()};
        alias.chains.push_back(index);
        // All of them or none: the name goes.
        parent_[find_root(value)] = find_root(chain_values_[alias.chains[0]].second);
    }
    for (auto& [place, alias] : aliases)
        flow_.aliases_.push_back(std::move(alias));
}

} // namespace sqlawait
