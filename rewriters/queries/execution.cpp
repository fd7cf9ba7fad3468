// What runs a statement and takes its result apart: semantics of first(), all(), one(), iteration.
#include "analysis/colour/session_classes.h"
#include "rewriters/queries/chain_writer.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Whether an expression may be said twice.
bool is_repeatable(Node expression) {
    const SyntaxTree& tree = expression.tree();
    for (NodeId id = expression.id(); id < tree.record(expression.id()).subtree_end; ++id)
        if (tree.node(id).is_any(Kind::call, Kind::await, Kind::yield, Kind::named_expression))
            return false;
    return true;
}

} // namespace

/// Query makes the entities of every result unique; a plain select() raises over joined collections, and
/// repeats an entity that a join multiplies.
bool ChainWriter::needs_unique() const {
    const QueryShape& shape = chain_.shape;
    if (!shape.has_entity || shape.unhashable || shape.yields)
        return false;
    return shape.needs_unique();
}

std::string ChainWriter::at_most_one() const { return needs_unique() ? ".unique()" : ""; }

Execution ChainWriter::execution() const {
    Execution out = usual_execution();
    const Facts& facts = context_.facts;
    // A query goes through execute() of its session, and so through what a class of the program's own makes of that.
    if ((out.method != "scalars" && out.method != "scalar") ||
        !overrides_execute_alone(facts.symbols, facts.types, facts.knowledge))
        return out;
    if (!out.result_tail.empty())
        out.tail = out.result_tail;
    else
        out.tail = out.method == "scalar" ? ".scalar()" : ".scalars()" + out.tail;
    out.method = "execute";
    return out;
}

Execution ChainWriter::usual_execution() const {
    const QueryShape& shape = chain_.shape;
    const bool entity = shape.rows == QueryShape::Rows::entity || !chain_.scalars_if.empty();
    const std::string unique = needs_unique() ? ".unique()" : "";
    const std::string method = entity ? "scalars" : "execute";
    const auto taken = [&](llvm::StringRef how) {
        const std::string tail = unique + "." + how.str() + "()";
        return Execution{method, tail, (entity ? ".scalars()" : "") + tail, ""};
    };
    switch (last_method().form) {
    case LinkForm::all: return taken("all");
    case LinkForm::one: return taken("one");
    case LinkForm::one_or_none: return taken("one_or_none");
    case LinkForm::first: {
        const bool one_at_most = shape.unique_key && !shape.joins_many && chain_.scalars_if.empty();
        const bool limited = one_at_most || shape.from_statement || (shape.single_row && !shape.grouped);
        const std::string limit = limited ? "" : ".limit(1)";
        if (!entity)
            return {"execute", ".first()", ".first()", limit};
        if (shape.from_statement)
            return {"scalars", ".first()", ".scalars().first()", ""};
        // A key pins one row: nothing to limit, and the result says that there is one at most.
        if (one_at_most)
            return {shape.loads_many ? "execute" : "scalar", shape.loads_many ? ".unique().scalar_one_or_none()" : "",
                    unique + ".scalar_one_or_none()", ""};
        return {"scalar", "", ".scalars().first()", limit};
    }
    case LinkForm::scalar:
        if ((shape.single_row && !shape.grouped) || (shape.unique_key && !shape.joins_many && !shape.loads_many))
            return {"scalar", "", "", ""};
        return {"execute", unique + ".scalar_one_or_none()", unique + ".scalar_one_or_none()", ""};
    case LinkForm::iterate: {
        if (streams() && !await_text().empty())
            return {entity ? "stream_scalars" : "stream", "", "", ""};
        const Node parent = place().parent();
        const bool loop = parent.is_any(Kind::for_statement, Kind::for_in_clause);
        const std::string tail = loop ? unique : unique + ".all()";
        return {method, tail, chain_.scalars_if.empty() ? "" : ".scalars()" + tail, ""};
    }
    case LinkForm::value: return {"scalar", "", "", ""};
    case LinkForm::values: return {"execute", "", "", ""};
    default: return taken("all");
    }
}

/// Whether a query reads objects that an UPDATE behind the session's back left stale. Their attributes expired with the
/// commit after it, so that the query read them anew; where commits expire nothing it has to be told to.
bool ChainWriter::reads_anew() const {
    const LinkForm form = last_method().form;
    if (await_text().empty() || !chain_.shape.entity ||
        !llvm::is_contained({LinkForm::all, LinkForm::one, LinkForm::one_or_none, LinkForm::first, LinkForm::iterate},
                            form))
        return false;
    const FunctionId function = context_.function(place());
    const Offset here = place().end();
    const auto commits_behind = [&](Offset begin) {
        return llvm::any_of(context_.facts.colours.sites(), [&](const IoSite& site) {
            return site.function == function && site.place.module == context_.module.id &&
                   site.operation == "session.commit" && tree_.node(site.place.node).begin() > begin &&
                   tree_.node(site.place.node).end() < place().begin();
        });
    };
    return function && llvm::any_of(context_.facts.queries.in_module(context_.module.id), [&](std::uint32_t index) {
               const QueryChain& other = context_.facts.queries.chains()[index];
               const Node update = tree_.node(other.place.node);
               if (!other.terminal || update.end() > here || other.shape.entity != chain_.shape.entity ||
                   query_method(other.links.back().method)->form != LinkForm::update ||
                   context_.function(update) != function)
                   return false;
               const Node arguments = tree_.node(other.links.back().call).child(Field::arguments);
               return llvm::any_of(arguments.named_children(),
                                   [](Node argument) {
                                       return argument.is(Kind::false_) ||
                                              (argument.is(Kind::keyword_argument) &&
                                               argument.child(Field::name).text() == "synchronize_session" &&
                                               argument.child(Field::value).is(Kind::false_));
                                   }) &&
                      commits_behind(update.end());
           });
}

/// q[i] -> .offset(i).limit(1) and [0]; q[a:b] -> .slice(a, b).
void ChainWriter::write_index(Pieces& statement, std::string& appended, std::string& taken) const {
    const Node index = place().named_child(1);
    if (!index.is(Kind::slice)) {
        taken = "[0]";
        unsigned number = 0;
        const bool constant = !index.text().getAsInteger(10, number);
        if (chain_.shape.limited && !is_repeatable(index)) { // few rows: any of them
            taken = "[" + index.text().str() + "]";
            return;
        }
        if (chain_.shape.limited) { // counted from the first of its rows
            const bool simple = index.is_any(Kind::integer, Kind::identifier, Kind::attribute, Kind::subscript);
            const std::string text = simple ? index.text().str() : "(" + index.text().str() + ")";
            appended = ".slice(" + text + ", " + (constant ? std::to_string(number + 1) : text + " + 1") + ")";
            return;
        }
        if (!constant || number != 0)
            statement.text(".offset(").keep(index).text(")");
        appended = ".limit(1)";
        return;
    }
    Node from, to, step;
    unsigned colons = 0;
    for (const Node part : index.children()) {
        if (part.is_token(":"))
            ++colons;
        else if (part.named())
            (colons == 0 ? from : colons == 1 ? to : step) = part;
    }
    if (step)
        taken = "[::" + step.text().str() + "]";
    if (from && to)
        statement.text(".slice(").keep(from).text(", ").keep(to).text(")");
    else if (to)
        statement.text(".limit(").keep(to).text(")");
    else if (from && chain_.shape.limited)
        statement.text(".slice(").keep(from).text(", None)");
    else if (from)
        statement.text(".offset(").keep(from).text(")");
}

} // namespace sqlawait
