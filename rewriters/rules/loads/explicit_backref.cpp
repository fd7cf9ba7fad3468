// A back reference that loader options name becomes a relationship of its own: the attribute of a backref is not
// there before the mappers are configured.
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// What the other side is made of; `call`: the relationship() that declares both.
struct Backref {
    const RelationshipInfo* made = nullptr;
    Node keyword;  // backref=...
    Node options;  // the call of backref(), if it is one
    Node secondary; // the argument's value
    std::string declared; // the attribute on the declared side
};

Node keyword_of(Node call, llvm::StringRef name) {
    for (const Node argument : call.child(Field::arguments).named_children())
        if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == name)
            return argument;
    return {};
}

/// The back reference that a call declares, when nothing of it has to be turned round.
std::optional<Backref> backref_of(const MatchContext& context, const RelationshipInfo& made) {
    if (!made.from_backref || !context.facts.loads.names(made.owner, made.name))
        return std::nullopt;
    const Node call = context.facts.node(made.place);
    Backref out;
    out.made = &made;
    out.keyword = call.is(Kind::call) ? keyword_of(call, "backref") : Node();
    if (!out.keyword || made.back_populates.empty() || !made.target)
        return std::nullopt;
    for (const Node argument : call.child(Field::arguments).named_children())
        if (argument.is(Kind::keyword_argument) &&
            llvm::is_contained({"primaryjoin", "secondaryjoin", "foreign_keys", "remote_side", "viewonly",
                                "post_update", "passive_updates", "sync_backref", "back_populates"},
                               argument.child(Field::name).text()))
            return std::nullopt;
    const Node value = out.keyword.child(Field::value);
    if (value.is(Kind::call)) {
        out.options = value;
        for (const Node argument : value.child(Field::arguments).named_children())
            if (argument.is_any(Kind::list_splat, Kind::dictionary_splat))
                return std::nullopt;
    } else if (!value.is(Kind::string)) {
        return std::nullopt;
    }
    if (const Node secondary = keyword_of(call, "secondary"))
        out.secondary = secondary.child(Field::value);
    const SymbolTable& symbols = context.facts.symbols;
    const std::string& target = symbols.class_(made.target).name;
    // The string names a class of the same registry; one of another, whose tables may have the same names, is none.
    const ModelInfo* meant = context.facts.models.find(made.target);
    const auto named_so = llvm::count_if(context.facts.models.models(), [&](const ModelInfo& model) {
        const bool other_registry =
            model.class_ != made.target && meant != nullptr && !meant->table.empty() && model.table == meant->table;
        return symbols.class_(model.class_).name == target && !other_registry;
    });
    // What the copied arguments name must be there in the other module, too.
    const bool same_module = symbols.class_(made.owner).module == made.place.module;
    if (named_so != 1 ||
        (!same_module &&
         (out.secondary || (out.options && out.options.child(Field::arguments).named_children().size() > 1))))
        return std::nullopt;
    out.declared = made.back_populates;
    return out;
}

std::string group_of(const RelationshipInfo& made) {
    return "backref " + std::to_string(made.owner.value) + " " + made.name;
}

Finding finding_at(const MatchContext& context, Node node, const RelationshipInfo& made) {
    Finding finding;
    finding.code = "SA504";
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "load";
    finding.counts = false;
    finding.status = FindingStatus::information;
    finding.message = "the back reference " + context.facts.symbols.class_(made.owner).name + "." + made.name +
                      " is named by a loader option";
    return finding;
}

/// `backref="book"` -> `back_populates="book"`
void match_call(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!node.child(Field::arguments).is(Kind::argument_list) || !keyword_of(node, "backref"))
        return;
    for (const ModelInfo& model : context.facts.models.models())
        for (const RelationshipInfo& made : model.relationships) {
            if (made.place != context.place(node) || made.owner != model.class_)
                continue;
            const std::optional<Backref> backref = backref_of(context, made);
            if (!backref)
                continue;
            Finding finding = finding_at(context, node, made);
            Fix fix;
            fix.group = group_of(made);
            fix.edits.push_back(replace(backref->keyword.range(), "back_populates=\"" + made.name + "\""));
            finding.fix = std::move(fix);
            out.push_back(std::move(finding));
        }
}

/// `book = relationship("Book", back_populates="reviews")` behind the last attribute of the class.
void match_class(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const ClassId own = context.facts.symbols.class_at(context.place(node));
    const ModelInfo* model = own ? context.facts.models.find(own) : nullptr;
    if (model == nullptr || model->is_sqlmodel)
        return;
    for (const RelationshipInfo& made : model->relationships) {
        const std::optional<Backref> backref = made.owner == model->class_ ? backref_of(context, made) : std::nullopt;
        if (!backref)
            continue;
        Node last;
        for (const Node statement : node.child(Field::body).named_children())
            if (statement.is(Kind::expression_statement) && statement.named_child(0).is(Kind::assignment))
                last = statement;
        if (!last)
            continue;
        Finding finding = finding_at(context, node, made);
        Fix fix;
        fix.group = group_of(made);
        const SourceText& home = context.facts.module(made.place.module).source;
        std::string text = made.name + " = " + context.spell(fix, "sqlalchemy.orm", "relationship") + "(\"" +
                           context.facts.symbols.class_(made.target).name + "\"";
        if (backref->secondary)
            text += ", secondary=" + home.slice(backref->secondary.range()).str();
        text += ", back_populates=\"" + backref->declared + "\"";
        const bool raises = context.options.proof && made.loading == Loading::select; // see SA506
        if (backref->options) {
            const auto given = backref->options.child(Field::arguments).named_children();
            for (std::size_t i = 1; i < given.size(); ++i)
                if (!raises || given[i].child(Field::name).text() != "lazy")
                    text += ", " + home.slice(given[i].range()).str();
        }
        if (raises)
            text += ", lazy=\"raise_on_sql\"";
        text += ")";
        fix.edits.push_back(
            insert(line_after(last), indentation_of(last) + text + context.module.source.newline_text().str()));
        finding.fix = std::move(fix);
        out.push_back(std::move(finding));
    }
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering == Rendering::sync_twin)
        return;
    if (node.is(Kind::call))
        match_call(context, node, out);
    else
        match_class(context, node, out);
}

const RegisteredRule rule{{.name = "explicit_backref",
                           .code = "SA504",
                           .summary = "a back reference that a loader option names is declared on its own class",
                           .stage = Stage::loads,
                           .kinds = {Kind::call, Kind::class_definition},
                           .match = match}};

} // namespace

} // namespace sqlawait
