// count(), get(), update() and delete(): calls of their own rather than a statement and a result.
#include "rewriters/engine/loader_options.h"
#include "rewriters/queries/chain_writer.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// `select(func.count()).select_from(Model)...` counts the same rows as a subquery, where nothing but joins
/// and criteria stands between.
bool ChainWriter::counts_shortly() const {
    const QueryShape& shape = chain_.shape;
    if (!chain_.produces || shape.rows != QueryShape::Rows::entity || shape.distinct || shape.limited ||
        shape.grouped || shape.set_operation || shape.from_statement)
        return false;
    const Arguments columns = arguments_of(start());
    if (columns.positional.size() != 1 || columns.unpacked || start().child(Field::function).text().ends_with("Query"))
        return false;
    return llvm::all_of(llvm::ArrayRef(chain_.links).drop_back(), [&](const QueryLink& link) {
        const bool goes = link.method == "order_by" || link.method == "options";
        // A comment in what goes would be lost.
        if (goes && link_node(link).child(Field::arguments).text().contains('#'))
            return false;
        return goes || llvm::is_contained({"query", "filter", "where", "filter_by", "join", "outerjoin",
                                           "enable_assertions", "with_session", "execution_options"},
                                          link.method);
    });
}

Pieces ChainWriter::count() {
    Pieces out;
    out.text(spell("sqlalchemy", "select") + "(" + spell("sqlalchemy", "func") + ".count()).select_from(");
    if (!counts_shortly())
        return std::move(out.add(statement()).text(".subquery())"));
    out.keep(argument_range(start())).text(")");
    Offset end = start().end();
    for (const QueryLink& link : llvm::ArrayRef(chain_.links).drop_front().drop_back()) {
        const Node node = link_node(link);
        const ByteRange gap{end, node.child(Field::function).child(Field::attribute).begin()};
        end = node.end();
        if (link.method == "order_by" || link.method == "options")
            keep_comments(out, gap);
        else
            write_link(out, link, gap);
    }
    return out;
}

/// How this place says the class of a stored query.
std::string ChainWriter::entity_text() {
    return chain_.shape.entity ? spell_class(context_, fix_, chain_.shape.entity) : chain_.entity;
}

Pieces ChainWriter::get() {
    Pieces out;
    out.text(await_text());
    write_session(out);
    out.text(".get(");
    if (chain_.produces)
        out.keep(argument_range(start()));
    else
        out.text(entity_text());
    const Node last = link_node(chain_.links.back());
    const Arguments key = arguments_of(last);
    out.text(", ").keep(key.positional.empty() ? key.keywords[0].child(Field::value) : key.positional[0]);

    Pieces options;
    std::vector<std::pair<std::string, Pieces>> others;
    // Of a stored query what its maker says is said again, as text: it stands elsewhere.
    const auto say = [&](Pieces& into, ByteRange range, bool again) {
        if (again)
            into.text(context_.module.source.slice(range));
        else
            into.keep(range);
    };
    const auto take = [&](const QueryLink& link, bool again) {
        const Node node = link_node(link);
        if (link.method == "options" && !argument_range(node).empty()) {
            options.text(options.empty() ? "" : ", ");
            say(options, argument_range(node), again);
        } else if (link.method == "populate_existing") {
            others.emplace_back("populate_existing", Pieces().text("True"));
        } else if (link.method == "with_for_update" || link.method == "execution_options") {
            Pieces value;
            for (const Node argument : arguments_of(node).keywords) {
                value.text(value.empty() ? "{\"" : ", \"").text(argument.child(Field::name).text()).text("\": ");
                say(value, argument.child(Field::value).range(), again);
            }
            value.text(value.empty() ? "True" : "}");
            others.emplace_back(link.method, std::move(value));
        }
    };
    if (const QueryChain& made = context_.facts.queries.chains()[chain_.origin]; !chain_.produces && made.produces)
        for (const QueryLink& link : made.links)
            take(link, true);
    for (const QueryLink& link : chain_.links)
        take(link, false);
    const std::string planned = planned_options();
    const PlannedLoad* load = context_.facts.loads.at({context_.module.id, chain_.start});
    const Node key_node = key.positional.empty() ? key.keywords[0].child(Field::value) : key.positional[0];
    if (!planned.empty() && chain_.produces && options.empty() && others.empty() && load != nullptr &&
        load->by_select && !key_node.is_any(Kind::tuple, Kind::dictionary)) {
        // Of an object that is in the session already get() ignores options.
        const std::string name = single_key_name(context_, load->origin.entity);
        if (!name.empty()) {
            Pieces select;
            select.text(await_text());
            write_session(select);
            select.text(".scalar(" + spell("sqlalchemy", "select") + "(")
                .keep(argument_range(start()))
                .text(").where(");
            select.text(context_.module.source.slice(argument_range(start()))).text("." + name + " == ").keep(key_node);
            return std::move(select.text(").options(" + planned + "))"));
        }
    }
    if (!planned.empty())
        options.text((options.empty() ? "" : ", ") + planned);
    const bool passed_on = planned == "*options" && options == Pieces().text(planned);
    if (passed_on)
        out.text(", options=options");
    else if (!options.empty())
        out.text(", options=[").add(std::move(options)).text("]");
    for (auto& [name, value] : others)
        out.text(", " + name + "=").add(std::move(value));
    out.text(")");
    return out;
}

Pieces ChainWriter::bulk(bool update) {
    Pieces out;
    out.text(spell("sqlalchemy", update ? "update" : "delete") + "(");
    // A stored query that says nothing but its class needs not be asked for its criteria.
    if (chain_.produces || !chain_.links.front().before.criteria) {
        if (chain_.produces)
            out.keep(argument_range(start())).text(")");
        else
            out.text(entity_text() + ")");
        Offset end = start().end();
        for (const QueryLink& link : llvm::ArrayRef(chain_.links).drop_front(chain_.produces ? 1 : 0).drop_back()) {
            const Node node = link_node(link);
            const ByteRange gap{end, node.child(Field::function).child(Field::attribute).begin()};
            end = node.end();
            if (link.method == "options")
                keep_comments(out, gap);
            else
                write_link(out, link, gap);
        }
    } else {
        out.text(entity_text() + ")");
        if (chain_.shape.filtered) {
            out.text(".where(").add(statement()).text(".whereclause)");
        } else if (chain_.shape.criteria) {
            const std::string clause = start().text().str() + ".whereclause";
            out.text(".where(" + clause + " if " + clause + " is not None else " + spell("sqlalchemy", "true") + "())");
        }
    }
    write_bulk_arguments(out, update);
    return out;
}

namespace {

/// Where the last argument ends.
Offset given_end(const Arguments& given) {
    Offset end = 0;
    for (const Node one : given.positional)
        end = std::max(end, one.end());
    for (const Node one : given.keywords)
        end = std::max(end, one.end());
    return end;
}

} // namespace

/// update(values, synchronize_session=S) -> .values(values).execution_options(synchronize_session=S)
void ChainWriter::write_bulk_arguments(Pieces& out, bool update) {
    // A chain of one link a line goes on as one.
    const Node last = link_node(chain_.links.back());
    const Node name = last.child(Field::function).child(Field::attribute);
    const Node before = last.child(Field::function).child(Field::object);
    const llvm::StringRef gap = context_.module.source.slice({before.end(), name.begin()});
    const std::string dot = gap.contains('#') ? "." : gap.str();
    const Node list = last.child(Field::arguments);
    const Offset inside = list.begin() + 1, end = list.end() - 1;
    const Arguments given = arguments_of(last);
    std::size_t position = 0;
    const auto argument = [&](llvm::StringRef wanted) {
        for (const Node one : given.keywords)
            if (one.child(Field::name).text() == wanted)
                return one;
        return position < given.positional.size() ? given.positional[position++] : Node();
    };
    const Node values = update ? argument("values") : Node();
    const Node synchronize = argument("synchronize_session");
    const auto value_of = [](Node node) { return node.is(Kind::keyword_argument) ? node.child(Field::value) : node; };
    const auto options = [&](ByteRange range) {
        const bool named = synchronize.is(Kind::keyword_argument);
        out.text(dot + "execution_options(").keep({range.begin, synchronize.begin()});
        out.text(named ? "" : "synchronize_session=").keep({synchronize.begin(), range.end}).text(")");
    };
    if (!values) {
        if (synchronize)
            options({inside, end});
        return;
    }
    // In the usual order all but the comma stays, comments with it.
    const Node comma = values.next_sibling();
    // One argument a line: the closing bracket keeps its line, too.
    const llvm::StringRef closing = context_.module.source.slice({given_end(given), end});
    if (synchronize && values.begin() < synchronize.begin() && comma.is_token(",") && closing.contains('\n') &&
        context_.module.source.slice({comma.end(), synchronize.begin()}).trim().empty() &&
        closing.trim(" ,\t\r\n").empty()) {
        out.text(dot + "values(").keep({inside, values.begin()}).keep(value_of(values)).text(",");
        out.text(closing.drop_front(closing.find_first_not_of(", ")).str() + ")");
        options(synchronize.range());
        return;
    }
    if (synchronize && values.begin() < synchronize.begin() && comma.is_token(",")) {
        out.text(dot + "values(")
            .keep({inside, values.begin()})
            .keep(value_of(values))
            .keep({values.end(), comma.begin()})
            .text(")");
        Offset next = comma.end();
        if (context_.module.source.slice({next, synchronize.begin()}).trim().empty())
            next = synchronize.begin();
        options({next, synchronize.end()});
        return;
    }
    out.text(dot + "values(").keep({inside, values.begin()}).keep(value_of(values));
    if (!synchronize)
        out.keep({values.end(), end});
    out.text(")");
    if (synchronize)
        options(synchronize.range());
}

} // namespace sqlawait
