// Which classes may be met where a protocol is named: those whose objects are handed on to where nobody follows them.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// How many arguments a call may give by position, the receiver left out, and how many a call must give.
struct Arity {
    std::size_t least = 0, most = 0;
    bool any = false; // it takes the rest by position or by name, or a decorator changes what it takes
};

Arity arity_of(Node function) {
    Arity out;
    const std::vector<ParameterInfo> parameters = parameters_of(function);
    for (const ParameterInfo& parameter :
         llvm::ArrayRef(parameters).drop_front(std::min<std::size_t>(1, parameters.size()))) {
        switch (parameter.kind) {
        case ParameterInfo::Kind::var_positional:
        case ParameterInfo::Kind::var_keyword: out.any = true; break;
        case ParameterInfo::Kind::keyword_only: break;
        default: ++out.most; out.least += parameter.default_value == no_node ? 1 : 0;
        }
    }
    return out;
}

} // namespace

bool CallGraphBuilder::is_protocol(ClassId id) const {
    return llvm::is_contained(types_.external_bases(id), "typing.Protocol");
}

bool CallGraphBuilder::may_stand_for(FunctionId method, FunctionId declared) const {
    const auto arity = [&](FunctionId id) {
        const FunctionInfo& info = symbols_.function(id);
        const Node function = program_.module(info.module).tree.node(info.node);
        Arity out = arity_of(function);
        const Node definition = function.parent();
        out.any |=
            definition.is(Kind::decorated_definition) && llvm::any_of(definition.named_children(), [&](Node part) {
                return part.is(Kind::decorator) &&
                       symbols_.external_name(info.module, part.named_child(0)) != "abc.abstractmethod";
            });
        return out;
    };
    const Arity has = arity(method), wants = arity(declared);
    return has.any || wants.any || (has.least <= wants.most && wants.least <= has.most);
}

/// Whether an annotation, if there is one, names a class of the program other than a protocol.
bool CallGraphBuilder::names_no_protocol(const Module& module, Node annotation) const {
    if (!annotation)
        return true; // what is there has the type of what comes, and is looked at itself
    const Node named = annotation.is(Kind::type) ? annotation.named_child(0) : annotation;
    const auto targets = symbols_.resolve_expression(module.id, named);
    return !targets.empty() && llvm::all_of(targets, [&](const Target& target) {
        return target.kind == Target::Kind::class_ && !is_protocol(target.class_);
    });
}

/// Whether all that becomes of an object at this expression is seen at other expressions that have its type.
bool CallGraphBuilder::stays_in_sight(const Module& module, Node node) const {
    const Node parent = node.parent();
    switch (parent.kind()) {
    case Kind::attribute:
    case Kind::parenthesized_expression:
    case Kind::named_expression:
    case Kind::conditional_expression:
    case Kind::boolean_operator:
    case Kind::not_operator:
    case Kind::comparison_operator:
    case Kind::expression_statement:
    case Kind::if_statement:
    case Kind::elif_clause:
    case Kind::while_statement:
    case Kind::with_item:
    case Kind::as_pattern:
    case Kind::as_pattern_target:
    case Kind::for_statement:
    case Kind::for_in_clause:
    case Kind::parameters:
    case Kind::typed_parameter:
    case Kind::lambda_parameters:
    case Kind::class_definition:
    case Kind::type:
    case Kind::dotted_name:
    case Kind::aliased_import: return true;
    case Kind::default_parameter:
    case Kind::typed_default_parameter: return node.field() == Field::name;
    case Kind::call: return node.field() == Field::function;
    case Kind::assignment:
        return node.field() == Field::left || (names_no_protocol(module, parent.child(Field::type)) &&
                                               parent.child(Field::left).is_any(Kind::identifier, Kind::attribute));
    case Kind::return_statement: {
        const Node function = parent.ancestor(Kind::function_definition);
        return function && names_no_protocol(module, function.child(Field::return_type));
    }
    case Kind::keyword_argument:
        if (node.field() == Field::name)
            return true;
        break;
    case Kind::argument_list:
        if (parent.parent().is(Kind::class_definition))
            return true;
        break;
    default: return node.ancestor(Kind::type) || parent.is(Kind::generic_type);
    }
    const Node call = parent.ancestor(Kind::call);
    const CallInfo* info = call ? types_.call({module.id, call.id()}) : nullptr;
    if (info == nullptr || !info->complete || info->targets.empty())
        return false;
    return llvm::all_of(info->targets, [&](const CallTarget& target) {
        if (!target.function)
            return false;
        const FunctionInfo& function = symbols_.function(target.function);
        const Module& home = program_.module(function.module);
        const auto parameters = parameters_of(home.tree.node(function.node));
        for (const ArgumentMatch& match : match_arguments(call, parameters, target.bound ? 1 : 0)) {
            if (match.argument != node.id())
                continue;
            const ParameterInfo& parameter = parameters[match.parameter];
            const bool gathered = parameter.kind == ParameterInfo::Kind::var_positional ||
                                  parameter.kind == ParameterInfo::Kind::var_keyword;
            return !gathered &&
                   (parameter.annotation == no_node || names_no_protocol(home, home.tree.node(parameter.annotation)));
        }
        return false;
    });
}

std::vector<bool> CallGraphBuilder::classes_out_of_sight() const {
    std::vector<bool> out(symbols_.classes().size());
    std::vector<bool> made(symbols_.classes().size()); // what is never made here comes from elsewhere
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (!node.is_any(Kind::identifier, Kind::attribute, Kind::call, Kind::subscript, Kind::await,
                             Kind::conditional_expression, Kind::boolean_operator, Kind::named_expression,
                             Kind::parenthesized_expression))
                continue;
            if (node.is(Kind::identifier) && node.parent().is(Kind::attribute) && node.field() == Field::attribute)
                continue;
            std::optional<bool> seen;
            for (const Atom& atom : types_.store().atoms(types_.type_of({module->id, id}))) {
                if (atom.kind != Atom::Kind::instance && atom.kind != Atom::Kind::class_)
                    continue;
                if (atom.kind == Atom::Kind::class_ && node.parent().is(Kind::call) && node.field() == Field::function)
                    made[atom.id] = true;
                if (out[atom.id])
                    continue;
                if (!seen)
                    seen = stays_in_sight(*module, node);
                out[atom.id] = !*seen;
            }
        }
    for (std::size_t id = 0; id < out.size(); ++id)
        if (!made[id])
            out[id] = true;
    return out;
}

} // namespace sqlawait
