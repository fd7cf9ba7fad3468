// Parameters of functions and how a call's arguments meet them.
#include "analysis/inference/inference.h"

namespace sqlawait {

namespace {

void add_parameter(Node node, ParameterInfo::Kind kind, std::vector<ParameterInfo>& out) {
    ParameterInfo info;
    info.node = node.id();
    info.kind = kind;
    Node name = node;
    if (node.is(Kind::typed_parameter)) {
        info.annotation = node.child(Field::type).id();
        name = node.named_child(0);
    } else if (node.is_any(Kind::default_parameter, Kind::typed_default_parameter)) {
        name = node.child(Field::name);
        info.default_value = node.child(Field::value).id();
        if (const Node type = node.child(Field::type))
            info.annotation = type.id();
    }
    if (name.is(Kind::list_splat_pattern)) {
        info.kind = ParameterInfo::Kind::var_positional;
        name = name.named_child(0);
    } else if (name.is(Kind::dictionary_splat_pattern)) {
        info.kind = ParameterInfo::Kind::var_keyword;
        name = name.named_child(0);
    }
    info.name_node = name.id();
    info.name = name.text().str();
    out.push_back(std::move(info));
}

} // namespace

std::vector<ParameterInfo> parameters_of(Node function) {
    std::vector<ParameterInfo> out;
    auto kind = ParameterInfo::Kind::plain;
    for (const Node node : function.child(Field::parameters).named_children()) {
        if (node.is(Kind::positional_separator)) {
            for (ParameterInfo& before : out)
                before.kind = ParameterInfo::Kind::positional_only;
        } else if (node.is(Kind::keyword_separator)) {
            kind = ParameterInfo::Kind::keyword_only;
        } else if (node.is_any(Kind::identifier, Kind::typed_parameter, Kind::default_parameter,
                               Kind::typed_default_parameter, Kind::list_splat_pattern,
                               Kind::dictionary_splat_pattern)) {
            add_parameter(node, kind, out);
            if (out.back().kind == ParameterInfo::Kind::var_positional)
                kind = ParameterInfo::Kind::keyword_only;
        }
    }
    return out;
}

llvm::SmallVector<ArgumentMatch, 4> match_arguments(Node call, const std::vector<ParameterInfo>& parameters,
                                                    unsigned skip) {
    llvm::SmallVector<ArgumentMatch, 4> out;
    const Node arguments = call.child(Field::arguments);
    if (arguments.is(Kind::generator_expression)) {
        if (skip < parameters.size())
            out.push_back({arguments.id(), skip});
        return out;
    }
    std::size_t position = skip;
    bool positional_known = true; // until an unpacked iterable
    for (const Node argument : arguments.named_children()) {
        if (argument.is(Kind::keyword_argument)) {
            const llvm::StringRef name = argument.child(Field::name).text();
            for (std::size_t i = skip; i < parameters.size(); ++i)
                if (parameters[i].name == name && parameters[i].kind != ParameterInfo::Kind::positional_only &&
                    parameters[i].kind != ParameterInfo::Kind::var_positional)
                    out.push_back({argument.child(Field::value).id(), i});
            continue;
        }
        if (argument.is_any(Kind::list_splat, Kind::parenthesized_list_splat)) {
            positional_known = false;
            continue;
        }
        if (argument.is(Kind::dictionary_splat) || !positional_known)
            continue;
        if (position < parameters.size() && (parameters[position].kind == ParameterInfo::Kind::plain ||
                                             parameters[position].kind == ParameterInfo::Kind::positional_only))
            out.push_back({argument.id(), position++});
        else if (position < parameters.size() && parameters[position].kind == ParameterInfo::Kind::var_positional)
            out.push_back({argument.id(), position}); // every further one goes there too
    }
    return out;
}

} // namespace sqlawait
