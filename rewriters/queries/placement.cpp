// Where the new code stands: in place of the expression, or as a statement of its own in front of
// the one that used the query.
#include "rewriters/engine/async_edits.h"
#include "rewriters/queries/chain_writer.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral result_name = "result";
/// What fits in so many columns needs no line of its own, however long the project's lines may be.
constexpr std::size_t easy_width = 88;

/// Whether a statement begins its line, stands in a block of a function and ends its line.
bool stands_alone(Node statement) {
    const Node block = statement.parent();
    if (!block.is(Kind::block))
        return false;
    const SourceText& source = statement.tree().source();
    const llvm::StringRef text = source.text;
    const Offset line = source.lines.line_begin(source.lines.at(statement.begin()).line);
    if (!text.slice(line, statement.begin()).trim(" \t").empty())
        return false;
    const llvm::StringRef rest =
        text.drop_front(statement.end()).take_until([](char c) { return c == '\n' || c == '\r'; });
    const llvm::StringRef behind = rest.trim(" \t");
    if (!behind.empty() && !behind.starts_with("#"))
        return false;
    for (Node up = block.parent(); up; up = up.parent()) {
        if (up.is(Kind::function_definition))
            return true;
        if (up.is(Kind::class_definition))
            return false;
    }
    return false;
}

} // namespace

void ChainWriter::write_session(Pieces& out) const {
    if (chain_.session_node != no_node && tree_.node(chain_.session_node).inside(start()))
        out.keep(tree_.node(chain_.session_node));
    else
        out.text(chain_.session);
}

/// Brackets around the chain alone, over several lines: they become those of the call.
Node ChainWriter::brackets() const {
    const Node parent = place().parent();
    if (!parent.is(Kind::parenthesized_expression))
        return {};
    const SourceText& source = tree_.source();
    const bool several_lines = source.lines.at(parent.begin()).line != source.lines.at(place().begin()).line;
    // `(query.first()).name` keeps its brackets where the call needs them anyway.
    return several_lines || parent.parent().is(Kind::expression_statement) ? parent : Node();
}

/// Whether brackets over several lines hold a chain of one line that fits beside what is in front of them.
bool ChainWriter::unfolds(Node brackets, const Pieces& statement) const {
    const SourceText& source = tree_.source();
    if (source.lines.at(place().begin()).line != source.lines.at(place().end()).line)
        return false;
    for (const ByteRange gap : {ByteRange{brackets.begin() + 1, place().begin()}, {place().end(), brackets.end() - 1}})
        if (!source.slice(gap).trim().empty())
            return false;
    Node around = brackets;
    while (around.parent() && !around.parent().is_any(Kind::block, Kind::module))
        around = around.parent();
    const std::size_t before = brackets.begin() - source.lines.line_begin(source.lines.at(brackets.begin()).line);
    const std::size_t named = statement_position() ? indentation_of(around).size() + result_name.size() + 3 : before;
    return named + await_text().size() + chain_.session.size() + std::size(".execute()") + statement.size() <=
           easy_width;
}

/// The statement whose whole value the chain is, where one may be put in front of it; else no node.
Node ChainWriter::statement_position() const {
    if (!context_.options.statement_form)
        return {};
    Node value = place();
    while (value.parent().is(Kind::parenthesized_expression))
        value = value.parent();
    Node parent = value.parent();
    if (parent.is(Kind::assignment)) {
        if (parent.child(Field::right) != value || !parent.parent().is(Kind::expression_statement))
            return {};
        const Node left = parent.child(Field::left);
        // A target that computes something would be computed before the query.
        for (NodeId id = left.id(); id < tree_.record(left.id()).subtree_end; ++id)
            if (tree_.node(id).is_any(Kind::call, Kind::await))
                return {};
        parent = parent.parent();
    } else if (!parent.is(Kind::return_statement)) {
        return {};
    }
    return stands_alone(parent) ? parent : Node();
}

std::optional<Edit> ChainWriter::write() {
    const LinkForm form = last_method().form;
    switch (form) {
    case LinkForm::choice: return place_choice();
    case LinkForm::truth: return place_truth();
    case LinkForm::text: return place_text();
    case LinkForm::count: return place_execution(count(), {"scalar", "", "", ""});
    case LinkForm::get: return place_call(get());
    case LinkForm::update:
    case LinkForm::delete_: {
        Node whole = place();
        while (whole.parent().is(Kind::parenthesized_expression))
            whole = whole.parent();
        const std::string number = whole.parent().is(Kind::expression_statement) ? "" : ".rowcount";
        return place_execution(bulk(form == LinkForm::update), {"execute", number, number, ""});
    }
    default: break;
    }
    if (!chain_.terminal) {
        Pieces out = statement();
        return Edit{place().range(), out.take(), Layer::expression};
    }
    Pieces made = statement();
    Execution how = execution();
    if (reads_anew())
        how.appended += ".execution_options(populate_existing=True)";
    const Node last = link_node(chain_.links.back());
    // A chain of one link a line goes on as one.
    if (llvm::StringRef(how.appended).starts_with(".") && last.is(Kind::call) &&
        last.child(Field::function).is(Kind::attribute)) {
        const Node attribute = last.child(Field::function);
        const ByteRange gap{attribute.child(Field::object).end(), attribute.child(Field::attribute).begin()};
        const llvm::StringRef text = tree_.source().slice(gap);
        if (const std::size_t line = text.find('\n'); line != llvm::StringRef::npos && !text.contains('#'))
            how.appended = text.drop_back().str() + how.appended;
    }
    if (form == LinkForm::value || form == LinkForm::values) {
        made.text(".with_only_columns").keep(last.child(Field::arguments));
        if (form == LinkForm::value)
            how.appended = ".limit(1)";
    }
    if (form == LinkForm::index) {
        std::string taken;
        write_index(made, how.appended, taken);
        how.tail += taken;
        how.result_tail += taken;
    }
    // `(query over several lines).all()`: the brackets are those of the call.
    if (const Node held = start(); held.is(Kind::parenthesized_expression) && made == Pieces().keep(held) &&
                                   !held.named_child(0).is_any(Kind::yield, Kind::comment)) {
        const Node value = held.named_child(0);
        made = Pieces().keep({held.begin() + 1, value.end()}).text(how.appended).keep({value.end(), held.end() - 1});
    } else {
        made.text(how.appended);
    }
    if (streams() && !await_text().empty()) {
        Node loop = place();
        while (!loop.is(Kind::for_statement))
            loop = loop.parent();
        fix_.edits.push_back(insert(loop.begin(), "async "));
    }
    return place_execution(std::move(made), how);
}

std::optional<Edit> ChainWriter::saved_comments(const Edit& edit) const {
    std::string lost;
    Node statement = place();
    while (statement.parent() && !statement.parent().is_any(Kind::block, Kind::module))
        statement = statement.parent();
    for (NodeId id = statement.id(); id < tree_.record(statement.id()).subtree_end; ++id) {
        const Node comment = tree_.node(id);
        if (!comment.is(Kind::comment) || !edit.range.contains(comment.range()))
            continue;
        const bool kept = llvm::any_of(edit.pieces, [&](const Piece& piece) {
            const Hole* hole = std::get_if<Hole>(&piece);
            return hole != nullptr && hole->range.contains(comment.range());
        });
        if (!kept)
            lost += indentation_of(statement) + comment.text().str() + tree_.source().newline_text().str();
    }
    if (lost.empty())
        return std::nullopt;
    const SourceText& source = tree_.source();
    return insert(source.lines.line_begin(source.lines.at(statement.begin()).line), lost);
}

/// A call that stands where the chain stood.
Edit ChainWriter::place_call(Pieces call) {
    const bool wrapped = await_needs_brackets(place()) && !await_text().empty();
    Pieces out;
    out.text(wrapped ? "(" : "").add(std::move(call)).text(wrapped ? ")" : "");
    return {place().range(), out.take(), Layer::await_};
}

Edit ChainWriter::place_execution(Pieces statement, const Execution& how) {
    const Node outer = brackets();
    const bool asynchronous = !await_text().empty();
    const bool unfolded = outer && !unfolds(outer, statement);
    const auto inner = [&] {
        Pieces out;
        if (unfolded)
            out.keep({outer.begin() + 1, place().begin()});
        // A comment at the end of what stays ends its line already.
        const llvm::StringRef rest = unfolded ? tree_.source().slice({place().end(), outer.end() - 1}) : "";
        if (rest.ltrim(" \t\r").starts_with("\n"))
            statement.trim_end(tree_.source());
        out.add(std::move(statement));
        if (unfolded)
            out.keep({place().end(), outer.end() - 1});
        return out;
    };
    if (!chain_.scalars_if.empty())
        return place_either(inner(), outer ? outer : place(), how);
    const Node around = how.result_tail.empty() ? Node() : statement_position();
    const std::string result = around ? context_.free_name(place(), result_name) : "";
    // Where the code has a `result` of its own, another name for what is but half of it would only confuse.
    if (around && result == result_name) {
        Node value = place();
        while (value.parent().is(Kind::parenthesized_expression))
            value = value.parent();
        Pieces out;
        out.text(result + " = " + await_text());
        write_session(out);
        out.text(".execute(").add(inner()).text(")");
        out.text(tree_.source().newline_text().str() + indentation_of(around));
        // The target is said again in front of what the result gives.
        out.keep({around.begin(), value.begin()}).text(result + how.result_tail);
        return {around.range(), out.take(), Layer::statement};
    }
    const Node place_node = outer ? outer : place();
    const bool wrapped = asynchronous && (!how.tail.empty() || await_needs_brackets(place_node));
    Pieces out;
    out.text(wrapped ? "(" : "").text(await_text());
    write_session(out);
    out.text("." + how.method + "(").add(inner()).text(wrapped ? "))" : ")").text(how.tail);
    const bool itself = last_method().form == LinkForm::iterate;
    return {place_node.range(), out.take(), itself ? Layer::statement : Layer::await_};
}

/// result = await db.execute(query)
/// ... result.scalars().all() if scalars else result.all() ...
Edit ChainWriter::place_either(Pieces statement, Node value, const Execution& how) {
    while (value.parent().is(Kind::parenthesized_expression))
        value = value.parent();
    const Node around = hoisting_statement(value);
    const std::string result = context_.free_name(place(), result_name);
    const bool by_parameter = chain_.unique_rows == QueryChain::Unique::parameter;
    llvm::StringRef tail = how.result_tail;
    tail.consume_front(".scalars()");
    const bool unique = tail.consume_front(".unique()");
    const std::string entities = result + ".scalars()" + (unique && !by_parameter ? ".unique()" : "") + tail.str();
    const std::string rows = result + (chain_.unique_rows == QueryChain::Unique::yes ? ".unique()" : "") + tail.str();
    Pieces out;
    out.text(result + " = " + await_text());
    write_session(out);
    out.text(".execute(").add(std::move(statement)).text(")");
    const std::string line = tree_.source().newline_text().str() + indentation_of(around);
    const FunctionId function = context_.function(around);
    if (const RowParameter* told = context_.facts.queries.row_parameter(function); by_parameter && told != nullptr) {
        const Node definition = tree_.node(context_.facts.symbols.function(function).node);
        out.text(line + "if " + told->unique + ":" + line + indentation_step(definition));
        out.text(result + " = " + result + ".unique()");
    }
    out.text(line);
    const Node parent = value.parent();
    const bool loose =
        parent.is_any(Kind::assignment, Kind::return_statement, Kind::argument_list, Kind::pair, Kind::keyword_argument,
                      Kind::for_statement, Kind::list, Kind::tuple, Kind::expression_list, Kind::expression_statement);
    out.keep({around.begin(), value.begin()}).text(loose ? "" : "(");
    out.text(entities + " if " + chain_.scalars_if + " else " + rows).text(loose ? "" : ")");
    out.keep({value.end(), around.end()});
    return {around.range(), out.take(), Layer::statement};
}

/// `query or other` -> `query if query is not None else other`: a query is always true.
Edit ChainWriter::place_choice() {
    const Node choice = place();
    const Node left = choice.child(Field::left);
    const bool loose = choice.parent().is_any(Kind::assignment, Kind::return_statement, Kind::argument_list,
                                              Kind::keyword_argument, Kind::parenthesized_expression, Kind::pair);
    Pieces out;
    out.text(loose ? "" : "(").keep(left).text(" if " + left.text().str() + " is not None else ");
    out.keep(choice.child(Field::right)).text(loose ? "" : ")");
    return {choice.range(), out.take(), Layer::expression};
}

/// `str(query)`: a Query says itself in its session's dialect, with the labels of old.
Edit ChainWriter::place_text() {
    Pieces out = statement();
    out.text(".set_label_style(" + spell("sqlalchemy", "LABEL_STYLE_TABLENAME_PLUS_COL") + ").compile(");
    out.text(chain_.session + ".get_bind())");
    return {place().range(), out.take(), Layer::statement};
}

/// `if query:` -> `if query is not None:`, `if not query:` -> `if query is None:`
Edit ChainWriter::place_truth() {
    Pieces out = statement();
    const bool negated = place().parent().is(Kind::not_operator);
    out.text(negated ? " is None" : " is not None");
    return {(negated ? place().parent() : place()).range(), out.take(), Layer::statement};
}

} // namespace sqlawait
