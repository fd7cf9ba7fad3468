// `--proof`: a relationship that is read without a load raises, so that the program's own tests prove the plan.
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

Node keyword_of(Node call, llvm::StringRef name) {
    for (const Node argument : call.child(Field::arguments).named_children())
        if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == name)
            return argument;
    return {};
}

/// `lazy="raise_on_sql"` among the arguments of a call; the reason when that can't be.
std::string make_raise(Node call, Fix& fix) {
    const Node arguments = call.child(Field::arguments);
    const auto given = arguments.named_children();
    for (const Node argument : given)
        if (argument.is_any(Kind::list_splat, Kind::dictionary_splat))
            return "arguments come from elsewhere: add lazy=\"raise_on_sql\" there";
    if (const Node lazy = keyword_of(call, "lazy"))
        fix.edits.push_back(replace(lazy.child(Field::value).range(), "\"raise_on_sql\""));
    else if (given.empty())
        fix.edits.push_back(insert(arguments.begin() + 1, "lazy=\"raise_on_sql\""));
    else
        fix.edits.push_back(insert(given.back().end(), ", lazy=\"raise_on_sql\""));
    return "";
}

/// `Relationship(sa_relationship_kwargs={"lazy": "raise_on_sql"})`
std::string make_raise_sqlmodel(Node call, Fix& fix) {
    const auto given = call.child(Field::arguments).named_children();
    if (keyword_of(call, "sa_relationship"))
        return "the relationship is made elsewhere: add lazy=\"raise_on_sql\" there";
    const Node options = keyword_of(call, "sa_relationship_kwargs");
    if (!options) {
        const std::string text = "sa_relationship_kwargs={\"lazy\": \"raise_on_sql\"}";
        fix.edits.push_back(given.empty() ? insert(call.child(Field::arguments).begin() + 1, text)
                                          : insert(given.back().end(), ", " + text));
        return "";
    }
    const Node value = options.child(Field::value);
    if (!value.is(Kind::dictionary))
        return "arguments come from elsewhere: add \"lazy\": \"raise_on_sql\" there";
    for (const Node pair : value.named_children())
        if (pair.child(Field::key).text().trim("\"'") == "lazy") {
            fix.edits.push_back(replace(pair.child(Field::value).range(), "\"raise_on_sql\""));
            return "";
        }
    fix.edits.push_back(insert(value.begin() + 1, value.named_children().empty() ? "\"lazy\": \"raise_on_sql\""
                                                                                 : "\"lazy\": \"raise_on_sql\", "));
    return "";
}

/// The other side, which `backref=` declares. One that a loader option names gets a call of its own (SA504).
std::string make_back_raise(const MatchContext& context, Node call, const RelationshipInfo& made, Fix& fix) {
    const Node backref = keyword_of(call, "backref");
    if (!backref || context.facts.loads.names(made.owner, made.name))
        return "";
    const Node value = backref.child(Field::value);
    if (value.is(Kind::call))
        return make_raise(value, fix);
    if (!value.is(Kind::string))
        return "the back reference comes from elsewhere: add lazy=\"raise_on_sql\" there";
    const std::string name = context.spell(fix, "sqlalchemy.orm", "backref");
    fix.edits.push_back({value.range(), {name + "(", hole(value), ", lazy=\"raise_on_sql\")"}, Layer::expression});
    return "";
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!context.options.proof || context.rendering == Rendering::sync_twin ||
        !node.child(Field::arguments).is(Kind::argument_list))
        return;
    for (const ModelInfo& model : context.facts.models.models())
        for (const RelationshipInfo& one : model.relationships) {
            if (one.place != context.place(node) || one.owner != model.class_ || one.loading != Loading::select)
                continue;
            Finding finding;
            finding.code = "SA506";
            finding.place = context.place(node);
            finding.range = node.range();
            finding.kind = "load";
            finding.counts = false;
            finding.status = FindingStatus::information;
            finding.message = "reading " + context.facts.symbols.class_(one.owner).name + "." + one.name +
                              " without a load raises from now on";
            Fix fix;
            finding.reason = one.from_backref    ? make_back_raise(context, node, one, fix)
                             : model.is_sqlmodel ? make_raise_sqlmodel(node, fix)
                                                 : make_raise(node, fix);
            if (!fix.edits.empty())
                finding.fix = std::move(fix);
            else if (finding.reason.empty())
                continue;
            out.push_back(std::move(finding));
        }
}

const RegisteredRule rule{{.name = "proof",
                           .code = "SA506",
                           .summary = "with --proof, relationships raise when they are read without a load",
                           .stage = Stage::loads,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
