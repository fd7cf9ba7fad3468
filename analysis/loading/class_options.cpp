// A method of a base class calls the query that all subclasses share, `self.get(key)`, and hands what it gives to a
// method that each of them has for itself. The options are then the subclass's own, and stand in it, beside the
// attribute that says which model it is for.
#include "analysis/loading/planner.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral options_name = "load_options";

} // namespace

Node LoadPlanner::attribute_statement(ClassId id, llvm::StringRef name) const {
    const ClassInfo& info = symbols_.class_(id);
    for (const Node statement : node({info.module, info.node}).child(Field::body).named_children()) {
        const Node assigned = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
        if (assigned.is(Kind::assignment) && assigned.child(Field::left).text() == name)
            return statement;
    }
    return {};
}

std::string LoadPlanner::model_attribute(std::uint32_t id) const {
    const LoadOrigin& from = origin(id);
    const auto given = node(from.place).child(Field::arguments).named_children();
    const FunctionId function = symbols_.enclosing_function(from.place);
    if (!is_query(from) || given.empty() || !given[0].is(Kind::attribute) || !function)
        return "";
    const FunctionInfo& info = symbols_.function(function);
    const auto parameters = parameters_of(node({info.module, info.node}));
    if (!info.owner || parameters.empty() || given[0].child(Field::object).text() != parameters[0].name)
        return "";
    return given[0].child(Field::attribute).text().str();
}

LoadPlanner::Answer LoadPlanner::want_by_class(std::uint32_t id, const LoadPath& path) {
    const Place place = origin(id).place;
    const Node call = node(place), callee = call.child(Field::function);
    const FunctionId around = symbols_.enclosing_function(place);
    const ClassId shared = around ? symbols_.function(around).owner : ClassId{};
    if (!shared || !callee.is(Kind::attribute))
        return {false, ""};
    const auto parameters = parameters_of(node({symbols_.function(around).module, symbols_.function(around).node}));
    const std::string self = callee.child(Field::object).text().str();
    if (parameters.empty() || parameters[0].name != self)
        return {false, ""};
    for (const Node argument : call.child(Field::arguments).named_children())
        if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "options")
            return argument.child(Field::value).text() == self + "." + options_name.str()
                       ? Answer{false, "asked for by the class of each at " + where(place)}
                       : Answer{false, ""};
    const FunctionId through = taker(id, 0);
    const ProvenanceFlow::Served& served = flow_.served().at(id);
    std::string attribute;
    for (const std::uint32_t inner : served.origins) {
        const std::string one = model_attribute(inner);
        if (one.empty() || (!attribute.empty() && attribute != one))
            return {false, ""};
        attribute = one;
    }
    if (!through || attribute.empty())
        return {false, ""};
    ByClass out{through, {}, {}, attribute};
    for (const ClassId base : types_.linearised(shared))
        if (!out.base && attribute_statement(base, attribute))
            out.base = base;
    if (!out.base)
        return {false, ""};
    std::vector<ClassId> queue{out.base};
    std::set<ClassId> all;
    while (!queue.empty()) {
        const ClassId one = queue.back();
        queue.pop_back();
        const ClassInfo& info = symbols_.class_(one);
        if (!all.insert(one).second)
            continue;
        if (attribute_statement(one, options_name) || !program_.module(info.module).editable())
            return {false, ""};
        queue.insert(queue.end(), types_.subclasses(one).begin(), types_.subclasses(one).end());
        const Node statement = attribute_statement(one, attribute);
        const Node value = statement ? statement.named_child(0).child(Field::right) : Node();
        if (!value || !llvm::is_contained(types_.linearised(one), shared))
            continue;
        const llvm::ArrayRef<Atom> atoms = types_.store().atoms(types_.type_of({info.module, value.id()}));
        if (atoms.size() == 1 && atoms[0].kind == Atom::Kind::class_ &&
            related(ClassId{atoms[0].id}, path.front().owner))
            out.wanted[one].insert(path);
    }
    if (out.wanted.empty())
        return {false, ""};
    ByClass& into = by_class_.try_emplace(id, ByClass{through, {}, out.base, attribute}).first->second;
    for (const auto& [one, paths] : out.wanted)
        into.wanted[one].insert(paths.begin(), paths.end());
    wanted_.try_emplace(id);
    return {true, "loaded by what the class says for the call at " + where(place)};
}

void LoadPlanner::publish_by_class() {
    for (auto& [id, held] : by_class_) {
        take(id, 0);
        const auto load =
            llvm::find_if(plan_.loads_, [&](const PlannedLoad& one) { return one.origin.place == origin(id).place; });
        if (load == plan_.loads_.end())
            continue;
        const Node callee = node(origin(id).place).child(Field::function);
        load->by_class = callee.child(Field::object).text().str() + "." + options_name.str();
        held.wanted.try_emplace(held.base);
        for (const auto& [one, paths] : held.wanted) {
            const Node statement = attribute_statement(one, held.attribute);
            ClassOptions& options = plan_.class_options_[{symbols_.class_(one).module, statement.id()}];
            std::set<LoadPath> every(options.paths.begin(), options.paths.end());
            every.insert(paths.begin(), paths.end());
            options.name = options_name;
            options.paths = longest(every);
            options.through = held.through;
        }
    }
}

} // namespace sqlawait
