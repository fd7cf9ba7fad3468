// Functions that run queries of entities and queries of rows alike (`paginate(query, page)`): a Query knows what it
// gives, a select() is run one way or the other. Where all calls of the function are known and each says which, the
// function takes that as a new last parameter, `scalars=True`; who passes rows on says `scalars=False`.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

using Rows = QueryShape::Rows;
using Given = RowParameter::Given;

/// Through how many functions the choice is passed on.
constexpr unsigned row_depth = 3;

/// Whether what an expression gives may depend on, or change, what runs before it.
bool is_plain(Node node) {
    if (node.is_any(Kind::identifier, Kind::string, Kind::integer, Kind::float_, Kind::true_, Kind::false_,
                    Kind::none_literal))
        return llvm::none_of(node.named_children(), [](Node part) { return part.is(Kind::interpolation); });
    if (node.is_any(Kind::attribute, Kind::keyword_argument, Kind::pair, Kind::list, Kind::tuple, Kind::dictionary,
                    Kind::parenthesized_expression))
        return llvm::all_of(node.named_children(), is_plain);
    return false;
}

} // namespace

Node hoisting_statement(Node expression) {
    for (Node at = expression; at; at = at.parent()) {
        const Node parent = at.parent();
        if (parent.is(Kind::block))
            return at;
        const bool first = at == parent.named_child(0);
        const auto all_before_are_plain = [&] {
            for (const Node part : parent.named_children()) {
                if (part == at)
                    return true;
                if (!is_plain(part))
                    return false;
            }
            return false;
        };
        switch (parent.kind()) {
        case Kind::expression_statement:
        case Kind::return_statement:
        case Kind::assert_statement:
        case Kind::parenthesized_expression:
        case Kind::not_operator:
        case Kind::unary_operator:
        case Kind::list_splat:
        case Kind::await: break;
        case Kind::list_comprehension:
        case Kind::set_comprehension:
        case Kind::generator_expression:
        case Kind::dictionary_comprehension:
            // The first iterable alone is evaluated at once.
            for (const Node part : parent.named_children())
                if (part.is(Kind::for_in_clause)) {
                    if (part != at)
                        return {};
                    break;
                }
            break;
        case Kind::for_in_clause:
        case Kind::for_statement:
        case Kind::assignment:
            if (parent.child(Field::right) != at)
                return {};
            break;
        case Kind::if_statement:
            if (parent.child(Field::condition) != at)
                return {};
            break;
        case Kind::attribute:
        case Kind::subscript:
        case Kind::boolean_operator:
            if (!first)
                return {};
            break;
        case Kind::call:
        case Kind::argument_list:
        case Kind::keyword_argument:
        case Kind::pair:
        case Kind::list:
        case Kind::tuple:
        case Kind::set:
        case Kind::dictionary:
        case Kind::expression_list:
        case Kind::binary_operator:
            if (!all_before_are_plain())
                return {};
            break;
        case Kind::comparison_operator:
            if (parent.named_children().size() != 2 || !all_before_are_plain())
                return {};
            break;
        default: return {};
        }
    }
    return {};
}

const RowParameter* QueryFlow::row_parameter(FunctionId function) const {
    const auto found = row_parameters_.find(function);
    return found == row_parameters_.end() ? nullptr : &found->second;
}

const RowParameter* QueryFlow::row_teller(Place call) const {
    const auto found = row_tellers_.find(call);
    return found == row_tellers_.end() ? nullptr : row_parameter(found->second);
}

const QueryWeb* QueryFlow::row_web(FunctionId function) const {
    const auto found = row_webs_.find(function);
    return found == row_webs_.end() ? nullptr : &web(found->second);
}

/// The one parameter of a function whose query a value is, whatever was chained onto it; none when there are others.
std::optional<ValueId> QueryFlowBuilder::parameter_behind(ValueId value, FunctionId function) const {
    std::optional<ValueId> out;
    std::set<ValueId> seen{value};
    llvm::SmallVector<ValueId, 8> open{value};
    while (!open.empty()) {
        const ValueId at = open.pop_back_val();
        if (values_[at].parameter_of) {
            if (values_[at].parameter_of != function || (out && *out != at))
                return std::nullopt;
            out = at;
            // What is assigned to it again comes from it, or it is of two makes.
        } else if (values_[at].in.empty()) {
            return std::nullopt;
        }
        for (const std::uint32_t in : values_[at].in) {
            const Move& move = moves_[in];
            if (move.kind == MoveKind::argument && values_[at].parameter_of)
                continue;
            if (move.kind == MoveKind::result && llvm::any_of(values_[at].in, [&](std::uint32_t other) {
                    return moves_[other].kind == MoveKind::through && moves_[other].function == move.function;
                }))
                continue;
            if (move.kind == MoveKind::link && move.method->form == LinkForm::applied)
                return std::nullopt;
            if (move.kind != MoveKind::same && move.kind != MoveKind::link && move.kind != MoveKind::through)
                return std::nullopt;
            if (seen.insert(move.from).second)
                open.push_back(move.from);
        }
    }
    return out;
}

/// Makes a function say what it is given; false when that can't be.
bool QueryFlowBuilder::tell_rows(FunctionId id, ValueId parameter, unsigned depth, std::string& reason) {
    if (const auto found = flow_.row_parameters_.find(id); found != flow_.row_parameters_.end())
        return found->second.value == parameter;
    reason = depth == 0 ? "it is passed on through too many functions" : may_take_session(id);
    if (!reason.empty())
        return false;
    RowParameter made;
    made.function = id;
    made.value = parameter;
    for (const llvm::StringRef name : {"scalars", "entities", "as_scalars"})
        if (made.name.empty() && !mentions(id, name))
            made.name = name.str();
    if (made.name.empty())
        return false;
    flow_.row_parameters_[id] = made; // for calls of itself
    const auto fail = [&](std::string why) {
        if (reason.empty())
            reason = std::move(why);
        flow_.row_parameters_.erase(id);
        return false;
    };
    for (const std::uint32_t in : values_[parameter].in) {
        const Move& move = moves_[in];
        if (move.kind != MoveKind::argument)
            continue;
        const QueryValue& given = values_[move.from];
        const Node argument = program_.module(given.place.module).tree.node(given.place.node);
        const Node call = argument.ancestor(Kind::call);
        if (!given.expression || !call || arguments_of(call).unpacked)
            return fail("a call of '" + symbols_.function(id).name + "' hides its arguments");
        const Place at{given.place.module, call.id()};
        if (given.shape.rows == Rows::entity)
            continue;
        if (given.shape.rows == Rows::row) {
            if (given.shape.columns_unknown && !given.shape.has_entity)
                return fail("whether an entity is among the columns of a call is not known");
            made.calls[at] = given.shape.has_entity ? Given::rows_with_entities : Given::rows;
            (given.shape.has_entity ? made.rows_with_entities : made.rows_without_entities) = true;
            continue;
        }
        const FunctionId caller = symbols_.enclosing_function(at);
        const auto behind = caller ? parameter_behind(move.from, caller) : std::nullopt;
        if (!behind)
            return fail("what a call of '" + symbols_.function(id).name + "' passes is not known");
        if (!tell_rows(caller, *behind, depth - 1, reason))
            return fail("");
        made.calls[at] = Given::own;
        made.rows_with_entities |= flow_.row_parameters_[caller].rows_with_entities;
        made.rows_without_entities |= flow_.row_parameters_[caller].rows_without_entities;
    }
    flow_.row_parameters_[id] = std::move(made);
    return true;
}

/// Makes a function, and those that pass on to it what they are given, say whether rows are to be unique.
bool QueryFlowBuilder::tell_unique(FunctionId id) {
    RowParameter& parameter = flow_.row_parameters_[id];
    if (!parameter.unique.empty())
        return true;
    if (mentions(id, "unique"))
        return false;
    parameter.unique = "unique";
    return llvm::all_of(parameter.calls, [&](const auto& call) {
        return call.second != Given::own || tell_unique(symbols_.enclosing_function(call.first));
    });
}

void QueryFlowBuilder::find_row_parameters() {
    for (const auto& [index, value] : chain_values_) {
        QueryChain& chain = flow_.chains_[index];
        const QueryShape& shape = chain.shape;
        const LinkForm form = query_method(chain.links.back().method)->form;
        const bool takes_rows = llvm::is_contained(
            {LinkForm::all, LinkForm::first, LinkForm::one, LinkForm::one_or_none, LinkForm::iterate, LinkForm::index},
            form);
        if (!chain.terminal || chain.produces || !takes_rows || shape.rows != Rows::unknown || !shape.mixed)
            continue;
        const FunctionId function = symbols_.enclosing_function(chain.place);
        const auto parameter = function ? parameter_behind(value, function) : std::nullopt;
        if (!parameter)
            continue;
        std::string reason;
        if (!tell_rows(function, *parameter, row_depth, reason)) {
            no_rows_[index] = reason;
            continue;
        }
        if (!hoisting_statement(program_.module(chain.place.module).tree.node(chain.place.node))) {
            no_rows_[index] = "put its result in a variable";
            continue;
        }
        const RowParameter& told = flow_.row_parameters_[function];
        if (shape.needs_unique() && told.rows_with_entities) {
            chain.unique_rows = told.rows_without_entities ? QueryChain::Unique::parameter : QueryChain::Unique::yes;
            if (told.rows_without_entities && !tell_unique(function)) {
                no_rows_[index] = "the name 'unique' is taken";
                continue;
            }
        }
        chain.scalars_if = told.name;
    }
    // Of no use when no terminal asks for it.
    std::set<FunctionId> asked;
    for (const QueryChain& chain : flow_.chains_)
        if (!chain.scalars_if.empty())
            asked.insert(symbols_.enclosing_function(chain.place));
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto& [id, parameter] : flow_.row_parameters_)
            if (asked.contains(id))
                for (const auto& [call, given] : parameter.calls)
                    if (given == Given::own)
                        changed |= asked.insert(symbols_.enclosing_function(call)).second;
    }
    for (auto at = flow_.row_parameters_.begin(); at != flow_.row_parameters_.end();)
        at = asked.contains(at->first) ? std::next(at) : flow_.row_parameters_.erase(at);
    for (const auto& [id, parameter] : flow_.row_parameters_)
        for (const auto& [call, given] : parameter.calls)
            flow_.row_tellers_[call] = id;
}

} // namespace sqlawait
