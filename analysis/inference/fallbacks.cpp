// `try: import app.models as models`, `except ImportError: ...`: where what is imported is the program's own, the
// import goes well, and the handler is there for another layout that this program does not have.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// `except ImportError`, `except (ImportError, ModuleNotFoundError) as error`
bool catches_imports_alone(Node clause) {
    Node caught = clause.child(Field::value);
    if (caught.is(Kind::as_pattern))
        caught = caught.named_child(0);
    const auto is_import_error = [](Node name) {
        return name.text() == "ImportError" || name.text() == "ModuleNotFoundError";
    };
    if (caught.is(Kind::tuple))
        return llvm::all_of(caught.named_children(), is_import_error);
    return caught && is_import_error(caught);
}

} // namespace

void Inference::read_fallbacks() {
    fallbacks_.resize(program_.modules.size());
    for (const auto& module : program_.modules) {
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node statement = module->tree.node(id);
            if (!statement.is(Kind::try_statement))
                continue;
            const Node body = statement.child(Field::body);
            const bool plain = llvm::all_of(body.named_children(), [](Node one) {
                return one.is_any(Kind::import_statement, Kind::import_from_statement, Kind::comment,
                                  Kind::pass_statement);
            });
            unsigned imports = 0;
            const bool own = plain && llvm::all_of(bindings.definitions(), [&](const Definition& one) {
                                 if (!module->tree.node(one.name).inside(body))
                                     return true;
                                 ++imports;
                                 const auto targets = symbols_.resolve(module->id, bindings.definition_at(one.name));
                                 return !targets.empty() && llvm::none_of(targets, [](const Target& target) {
                                     return target.kind == Target::Kind::external;
                                 });
                             });
            if (plain && !own)
                read_other_layout(*module, statement);
            if (!own || imports == 0)
                continue;
            for (const Node clause : statement.named_children())
                if (clause.is(Kind::except_clause) && catches_imports_alone(clause))
                    fallbacks_[module->id.value].push_back(clause.range());
        }
    }
}

/// `try: from models import User`, `except ImportError: from app.models import User`: one thing, under the name that it
/// has where the program is run from a sub-folder; what the program has is meant.
void Inference::read_other_layout(const Module& module, Node statement) {
    const ModuleBindings& bindings = symbols_.bindings(module.id);
    const Node body = statement.child(Field::body);
    for (const Definition& one : bindings.definitions()) {
        if (!module.tree.node(one.name).inside(body))
            continue;
        const auto outside = symbols_.resolve(module.id, bindings.definition_at(one.name));
        if (outside.size() != 1 || outside[0].kind != Target::Kind::external)
            return;
        const bool known = llvm::any_of(bindings.symbol(one.symbol).definitions, [&](DefinitionId other) {
            const Node name = module.tree.node(bindings.definition(other).name);
            return name.inside(statement) && !name.inside(body) &&
                   llvm::any_of(symbols_.resolve(module.id, other),
                                [&](const Target& target) { return symbols_.ends_in(target, outside[0].external); });
        });
        if (!known)
            return;
    }
    fallbacks_[module.id.value].push_back(body.range());
}

bool Inference::in_fallback(ModuleId module, Node node) const {
    return llvm::any_of(fallbacks_[module.value], [&](ByteRange range) { return range.contains(node.range()); });
}

} // namespace sqlawait
