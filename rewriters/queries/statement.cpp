// The select() of a chain: its producer and its builders.
#include "rewriters/engine/loader_options.h"
#include "rewriters/queries/chain_writer.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

Node method_name(Node link) {
    const Node attribute = link.is(Kind::call) ? link.child(Field::function) : link;
    return attribute.child(Field::attribute);
}

/// Whether the option asks for rows in portions, as they come.
bool is_streaming(Node option) {
    return llvm::is_contained({"stream_results", "yield_per", "max_row_buffer"}, option.child(Field::name).text());
}

} // namespace

ByteRange argument_range(Node call) {
    const auto arguments = call.child(Field::arguments).named_children();
    if (arguments.empty())
        return {};
    return {arguments.front().begin(), arguments.back().end()};
}

void ChainWriter::keep_comments(Pieces& out, ByteRange gap) const {
    if (gap.begin >= gap.end) // iteration is no link of its own in the text
        return;
    const llvm::StringRef text = context_.module.source.slice(gap);
    if (text.contains('#')) // up to the dot, the line's end included
        out.keep({gap.begin, gap.begin + static_cast<Offset>(text.rfind('.'))});
}

Pieces ChainWriter::statement() {
    Pieces out;
    Offset end = start().end();
    std::size_t index = 0;
    if (chain_.produces) {
        write_producer(out, chain_.links[0]);
        index = 1;
    } else {
        out.keep(start());
    }
    const bool runs = chain_.terminal || last_method().form == LinkForm::truth || last_method().form == LinkForm::text;
    const std::size_t count = chain_.links.size() - (runs ? 1 : 0);
    bool options_written = planned_paths().empty() && !takes_options();
    ByteRange last_gap;
    for (; index < count; ++index) {
        const QueryLink& link = chain_.links[index];
        const QueryMethod& method = *query_method(link.method);
        const Node node = link_node(link);
        const ByteRange gap{end, method_name(node).begin()};
        // Options belong to the query, not to what is made of it.
        if (!options_written && method.kind != MethodKind::builder)
            options_written = true;
        if (method.form == LinkForm::set_operation && link.before.has_entity) {
            Pieces united;
            write_entity_union(united, std::move(out), link, gap);
            out = std::move(united);
        } else if (link.before.set_operation && (method.form == LinkForm::set_operation || link.method == "distinct")) {
            // Of a union there is none, but of what is selected from it.
            Pieces selected;
            selected.text(spell("sqlalchemy", "select") + "(").add(std::move(out)).text(".subquery())");
            out = std::move(selected);
            write_link(out, link, gap);
        } else if (method.form == LinkForm::applied) {
            Pieces applied;
            applied.text(arguments_of(node).positional[0].text().str() + "(").add(std::move(out)).text(")");
            out = std::move(applied);
        } else {
            write_link(out, link, gap);
        }
        end = node.end();
        last_gap = gap;
    }
    if (!options_written)
        write_planned_options(out, last_gap);
    if (chain_.terminal && index < chain_.links.size() && link_node(chain_.links[index]).is(Kind::call)) {
        const Node last = link_node(chain_.links[index]);
        // What is iterated is a link of its own, at the place of the one before.
        if (last.child(Field::function).is(Kind::attribute) && method_name(last).begin() > end)
            keep_comments(out, {end, method_name(last).begin()});
    }
    return out;
}

/// first.union(second) of entities -> select(Entity).where(Entity.id.in_(first's ids.union(second's ids))):
/// what follows goes on naming the class itself.
void ChainWriter::write_entity_union(Pieces& out, Pieces first, const QueryLink& link, ByteRange gap) {
    const ClassId entity = link.before.entity;
    const std::string name = spell_class(context_, fix_, entity);
    const std::string key = name + "." + single_key(context_.facts.models, entity)->name;
    const std::string keys = ".with_only_columns(" + key + ")";
    out.text(spell("sqlalchemy", "select") + "(" + name + ").where(" + key + ".in_(").add(std::move(first)).text(keys);
    const Node call = link_node(link);
    const auto parts = arguments_of(call).positional;
    out.keep({gap.begin, parts.front().begin()});
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            out.keep({parts[i - 1].end(), parts[i].begin()});
        out.keep(parts[i]).text(keys);
    }
    out.keep({parts.back().end(), call.end()}).text("))");
}

/// first.union(second) of columns: both have it. A part that is a union itself is selected from.
void ChainWriter::write_column_union(Pieces& out, const QueryLink& link, ByteRange gap) {
    const Node call = link_node(link);
    Offset end = method_name(call).begin();
    out.keep(gap);
    for (const Node part : arguments_of(call).positional) {
        if (!context_.facts.queries.is_united_part(context_.place(part)))
            continue;
        out.keep({end, part.begin()}).text(spell("sqlalchemy", "select") + "(").keep(part).text(".subquery())");
        end = part.end();
    }
    out.keep({end, call.end()});
}

void ChainWriter::write_producer(Pieces& out, const QueryLink& link) {
    const Node call = link_node(link);
    if (chain_.dynamic) { // with the order of the mapping, and whatever else it joins by
        out.keep(call).text(".statement");
        return;
    }
    const Node callee = call.child(Field::function);
    out.text(spell("sqlalchemy", "select"));
    const bool by_method = !callee.is(Kind::attribute) || callee.child(Field::attribute).text() == "query";
    const Arguments arguments = arguments_of(call);
    if (by_method && context_.facts.knowledge.role(context_.facts.symbols.external_name(context_.module.id, callee)) !=
                         Role::query) {
        out.keep(call.child(Field::arguments));
        return;
    }
    // Query(Entity, session), Query([Entity, column], session=session)
    const Node columns = arguments.positional.empty() ? keyword(arguments, "entities") : arguments.positional[0];
    out.text("(");
    if (columns && unwrap(columns).is_any(Kind::list, Kind::tuple)) {
        const auto parts = unwrap(columns).named_children();
        if (!parts.empty())
            out.keep({parts.front().begin(), parts.back().end()});
    } else if (columns) {
        out.keep(columns);
    }
    out.text(")");
}

/// Whether a loop of its own takes the rows in portions, as they come: `for x in query.yield_per(100):`.
bool ChainWriter::streams() const {
    if ((chain_.terminal && last_method().form != LinkForm::iterate) || !chain_.scalars_if.empty())
        return false;
    Node value = place();
    while (value.parent().is(Kind::parenthesized_expression))
        value = value.parent();
    if (!value.parent().is(Kind::for_statement) || value.parent().child(Field::right) != value)
        return false;
    const auto asks = [&](const QueryLink& link) {
        const Node node = link_node(link);
        if (link.method == "yield_per")
            return arguments_of(node).positional.size() == 1;
        return link.method == "execution_options" && llvm::any_of(arguments_of(node).keywords, is_streaming);
    };
    // `for x in (query):` iterates a chain of brackets alone.
    const Node held = unwrap(start());
    const QueryChain* inner = held == start() ? nullptr : context_.facts.queries.chain_at(context_.place(held));
    return llvm::any_of(chain_.links, asks) || (inner != nullptr && llvm::any_of(inner->links, asks));
}

/// Options that ask for a server-side cursor, which only stream() of an asynchronous session knows: the rows are the
/// same without them. False when the link has none.
bool ChainWriter::drop_streaming(Pieces& out, const QueryLink& link, ByteRange gap) const {
    const bool asynchronous = context_.rendering != Rendering::sync_twin && context_.options.async &&
                              (context_.is_async(place()) || !chain_.terminal);
    if (link.method != "execution_options" || !asynchronous || streams())
        return false;
    const Arguments arguments = arguments_of(link_node(link));
    llvm::SmallVector<Node, 4> kept = arguments.keywords;
    llvm::erase_if(kept, is_streaming);
    if (kept.size() == arguments.keywords.size() || arguments.unpacked)
        return false;
    if (kept.empty()) {
        keep_comments(out, gap);
        return true;
    }
    out.keep(gap).text("execution_options(");
    for (const Node one : kept)
        out.text(one == kept.front() ? "" : ", ").keep(one);
    out.text(")");
    return true;
}

void ChainWriter::write_link(Pieces& out, const QueryLink& link, ByteRange gap) {
    const QueryMethod& method = *query_method(link.method);
    const Node node = link_node(link);
    const Node name = method_name(node);
    const ByteRange arguments{name.end(), node.end()};
    if (drop_streaming(out, link, gap))
        return;
    const auto renamed = [&](llvm::StringRef to) { out.keep(gap).text(to).keep(arguments); };
    switch (method.form) {
    case LinkForm::where:
    case LinkForm::renamed: return renamed(method.on_select);
    case LinkForm::filter_by: return write_filter_by(out, link, gap);
    case LinkForm::dropped:
    case LinkForm::itself:
        if (link.method != "yield_per" || !streams())
            return keep_comments(out, gap);
        out.keep(gap).text("execution_options(yield_per=").keep(argument_range(node)).text(")");
        return;
    case LinkForm::label_style:
        out.keep(gap).text("set_label_style(" + spell("sqlalchemy", "LABEL_STYLE_TABLENAME_PLUS_COL") + ")");
        return;
    case LinkForm::execution_option:
        out.keep(gap).text("execution_options(" + method.on_select.str() + "=");
        if (const ByteRange given = argument_range(node); given.empty())
            out.text("True)");
        else
            out.keep(given).text(")");
        return;
    case LinkForm::exists:
        // Query asks for rows whatever it selects; an aggregate is one row even where there are none.
        if (link.before.aggregates)
            out.keep({gap.begin, gap.end})
                .text("with_only_columns(" + spell("sqlalchemy", "literal") + "(1), maintain_column_froms=True).");
        else
            out.keep(gap);
        out.keep({name.begin(), node.end()});
        return;
    case LinkForm::set_operation: return write_column_union(out, link, gap);
    case LinkForm::with_parent:
        out.keep(gap).text("where(" + spell("sqlalchemy.orm", "with_parent")).keep(arguments).text(")");
        return;
    default:
        out.keep(gap);
        // Query takes False for "no order any more", too.
        if (const Arguments given = arguments_of(node); (link.method == "order_by" || link.method == "group_by") &&
                                                        given.positional.size() == 1 && given.keywords.empty() &&
                                                        given.positional[0].is(Kind::false_))
            out.text(link.method + "(None)");
        else
            out.keep({name.begin(), node.end()});
    }
}

/// Whether filter_by() of select() looks where that of Query does, in SQLAlchemy 2.0 and in 2.1, which
/// searches all of FROM.
bool ChainWriter::filter_by_is_plain(const QueryLink& link) const {
    const QueryShape& shape = link.before;
    if (shape.froms.size() < 2)
        return true;
    if (shape.joinpoint != shape.last_joined)
        return false;
    const Arguments arguments = arguments_of(link_node(link));
    if (arguments.unpacked)
        return true; // names that are not seen: as in 2.0
    const QueryFrom& target = shape.froms[shape.joinpoint];
    return target.entity && !shape.froms_unknown && llvm::all_of(shape.froms, [&](const QueryFrom& from) {
               if (from == target)
                   return true;
               const ModelInfo* model = from.entity ? context_.facts.models.find(from.entity) : nullptr;
               return model != nullptr && llvm::none_of(arguments.keywords, [&](Node argument) {
                          const llvm::StringRef name = argument.child(Field::name).text();
                          return model->column(name) != nullptr || model->relationship(name) != nullptr ||
                                 model->property(name) != nullptr;
                      });
           });
}

/// How the code at a place names a FROM; "" when it can't.
std::string ChainWriter::target_text(const QueryFrom& from, Node place) {
    const ModuleBindings& bindings = context_.facts.symbols.bindings(context_.module.id);
    const llvm::StringRef head = llvm::StringRef(from.text).split('.').first;
    const SymbolId symbol = bindings.lookup(bindings.scope_of(place.id()), head);
    if (from.alias || !from.entity)
        return symbol ? from.text : "";
    if (symbol)
        for (const DefinitionId made : bindings.symbol(symbol).definitions)
            for (const Target& target : context_.facts.symbols.resolve(context_.module.id, made))
                if ((target.kind == Target::Kind::class_ && target.class_ == from.entity) ||
                    (target.kind == Target::Kind::module && head != from.text))
                    return from.text;
    return spell_class(context_, fix_, from.entity);
}

void ChainWriter::write_filter_by(Pieces& out, const QueryLink& link, ByteRange gap) {
    const Node node = link_node(link);
    const Node name = method_name(node);
    const Arguments arguments = arguments_of(node);
    const QueryShape& shape = link.before;
    if (filter_by_is_plain(link) || arguments.unpacked || arguments.keywords.empty() ||
        shape.joinpoint >= shape.froms.size()) {
        out.keep(gap).keep({name.begin(), node.end()});
        return;
    }
    const QueryFrom& from = shape.froms[shape.joinpoint];
    const ModelInfo* model = from.entity ? context_.facts.models.find(from.entity) : nullptr;
    // A name that the class does not have raises in filter_by(), and another exception in where().
    const bool missing = model != nullptr && llvm::any_of(arguments.keywords, [&](Node argument) {
                             const llvm::StringRef attribute = argument.child(Field::name).text();
                             return model->column(attribute) == nullptr && model->relationship(attribute) == nullptr &&
                                    model->property(attribute) == nullptr;
                         });
    const std::string target = missing ? "" : target_text(from, node);
    if (target.empty()) {
        out.keep(gap).keep({name.begin(), node.end()});
        return;
    }
    // filter_by(name=value) -> where(Target.name == value)
    out.keep(gap).text("where(");
    for (std::size_t i = 0; i < arguments.keywords.size(); ++i) {
        const Node argument = arguments.keywords[i];
        const Node value = argument.child(Field::value);
        if (i > 0)
            out.keep({arguments.keywords[i - 1].end(), argument.begin()});
        else
            out.keep({node.child(Field::arguments).begin() + 1, argument.begin()});
        const bool loose = value.is_any(Kind::conditional_expression, Kind::lambda, Kind::boolean_operator,
                                        Kind::not_operator, Kind::comparison_operator);
        out.text(target + "." + argument.child(Field::name).text().str() + " == " + (loose ? "(" : "")).keep(value);
        if (loose)
            out.text(")");
    }
    out.keep({arguments.keywords.back().end(), node.end()});
}

/// What the chain's own options name is there already.
PresentOptions ChainWriter::present_options() const {
    PresentOptions present;
    present.unjoined = chain_.shape.grouped ||
                       llvm::any_of(chain_.links, [](const QueryLink& link) { return forbids_joins(link.method); });
    if (chain_.produces)
        read_polymorphic(context_, context_.module.tree.node(chain_.start).child(Field::arguments), present);
    for (const QueryLink& link : chain_.links)
        if (link.method == "options")
            read_options(context_, link_node(link).child(Field::arguments), present);
    read_later_options(context_.facts, chain_, present);
    return present;
}

std::vector<LoadPath> ChainWriter::planned_paths() const {
    if (!chain_.produces || !context_.options.loads || context_.rendering == Rendering::sync_twin)
        return {};
    const PlannedLoad* load = context_.facts.loads.at({context_.module.id, chain_.start});
    if (load == nullptr || load->origin.kind != LoadOrigin::Kind::query)
        return {};
    std::vector<LoadPath> paths = load->paths;
    erase_present(context_, paths, present_options());
    return paths;
}

/// Whether the callers of the function around the chain say what is to be loaded.
bool ChainWriter::takes_options() const {
    return chain_.produces && context_.options.loads && context_.rendering != Rendering::sync_twin &&
           context_.facts.loads.uses_options({context_.module.id, chain_.start});
}

std::string ChainWriter::planned_options() {
    const std::vector<LoadPath> paths = planned_paths();
    bool spelled = true;
    std::string options = paths.empty() ? "" : loader_options(context_, fix_, paths, spelled, present_options());
    if (!spelled)
        options.clear();
    if (takes_options())
        options += std::string(options.empty() ? "" : ", ") + "*options";
    return options;
}

void ChainWriter::write_planned_options(Pieces& out, ByteRange last_gap) {
    const std::string options = planned_options();
    if (options.empty())
        return;
    const llvm::StringRef before = context_.module.source.slice(last_gap);
    const bool own_line = before.contains('\n') && before.trim() == "."; // as the link before has
    out.text((own_line ? before.str() : ".") + "options(" + options + ")");
}

} // namespace sqlawait
