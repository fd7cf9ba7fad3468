#include "rewriters/engine/loader_options.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Whether a module imports another one, be it through others: an import the other way round would be a circle.
bool imports_module(const SymbolTable& symbols, ModuleId from, ModuleId wanted) {
    std::vector<ModuleId> open{from};
    llvm::DenseSet<std::uint32_t> seen{from.value};
    while (!open.empty()) {
        const ModuleId at = open.back();
        open.pop_back();
        if (at == wanted)
            return true;
        for (const ModuleId next : symbols.imports(at))
            if (seen.insert(next.value).second)
                open.push_back(next);
    }
    return false;
}

} // namespace

std::string spell_class(const MatchContext& context, Fix& fix, ClassId id) {
    const SymbolTable& symbols = context.facts.symbols;
    const ClassInfo& info = symbols.class_(id);
    const ModuleBindings& bindings = symbols.bindings(context.module.id);
    const auto is_class = [&](const Target& target) {
        return target.kind == Target::Kind::class_ && target.class_ == id;
    };
    // A name that the code at this place sees, and that is bound when it runs: not by a branch, as what only type
    // checkers import.
    const ScopeId here = bindings.scope_of(context.current.id());
    const auto is_bound = [&](DefinitionId definition, ScopeId scope) {
        const Definition& made = bindings.definition(definition);
        Node statement = context.module.tree.node(made.node);
        while (statement.parent() && !statement.parent().is_any(Kind::module, Kind::block))
            statement = statement.parent();
        const SyntaxTree& tree = context.module.tree;
        const NodeId block = statement.parent().id(), at = context.current.id();
        return scope == ScopeId{0} ? statement.parent().is(Kind::module)
                                   : made.node < at && block < at && at < tree.record(block).subtree_end;
    };
    // `models.User` where the class is at home there or below; a module that merely imported it is the last resort.
    const auto is_home = [&](ModuleId module) {
        const llvm::StringRef home = context.facts.module(info.module).name();
        const llvm::StringRef name = context.facts.module(module).name();
        return module == info.module || (home.starts_with(name) && home.drop_front(name.size()).starts_with("."));
    };
    std::string through_module, through_other;
    for (ScopeId scope = here;; scope = bindings.scope(scope).parent) {
        for (const SymbolId symbol : bindings.scope(scope).symbols) {
            const Symbol& one = bindings.symbol(symbol);
            if (bindings.lookup(here, one.name) != symbol)
                continue;
            for (const DefinitionId definition : one.definitions) {
                if (!is_bound(definition, scope))
                    continue;
                for (const Target& target : symbols.resolve(context.module.id, definition)) {
                    if (is_class(target))
                        return one.name;
                    if (target.kind != Target::Kind::module || one.name.find('.') != std::string::npos ||
                        !llvm::any_of(symbols.member(target.module, info.name), is_class))
                        continue;
                    if (std::string& through = is_home(target.module) ? through_module : through_other; through.empty())
                        through = one.name + "." + info.name;
                }
            }
        }
        if (scope == ScopeId{0})
            break;
    }
    if (!through_module.empty())
        return through_module;
    if (imports_module(symbols, info.module, context.module.id))
        return through_other;
    return context.spell(fix, context.facts.module(info.module).name(), info.name);
}

std::string single_key_name(const MatchContext& context, ClassId entity) {
    std::string out;
    if (const ModelInfo* model = context.facts.models.find(entity))
        for (const ColumnInfo& column : model->columns)
            if (column.primary_key && column.name != out) {
                if (!out.empty())
                    return "";
                out = column.name;
            }
    return out;
}

namespace {

/// Attributes and loaders in one expression that makes options.
void read_expression(Node expression, PresentOptions& present) {
    const SyntaxTree& tree = expression.tree();
    for (NodeId id = expression.id(); id < tree.record(expression.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::attribute))
            present.names.push_back(node.child(Field::attribute).text().str());
        else if (node.is(Kind::identifier) && node.parent().is(Kind::list))
            present.names.push_back(node.text().str());
        if (!node.is(Kind::call))
            continue;
        const Node callee = node.child(Field::function);
        const llvm::StringRef loader =
            callee.is(Kind::attribute) ? callee.child(Field::attribute).text() : callee.text();
        present.polymorphic |= loader == "with_polymorphic";
        for (const Node argument : node.child(Field::arguments).named_children()) {
            if (!argument.is(Kind::attribute))
                continue;
            const llvm::StringRef name = argument.child(Field::attribute).text();
            if (loader == "undefer" || loader == "defer")
                present.undeferred.push_back(name.str());
            else if (loader.ends_with("load") || loader == "contains_eager")
                present.loaders.try_emplace(name.str(), loader.str());
        }
    }
}

/// Whether loading objects of this class joins a collection, because their mapping says so.
bool joins_collection(const ModelTable& models, ClassId id, unsigned depth) {
    const ModelInfo* model = models.find(id);
    return model != nullptr && depth < 4 &&
           llvm::any_of(
               model->relationships,
               [&](const RelationshipInfo& one) {
                   return one.loading == Loading::joined &&
                          (one.to_many.value_or(true) || joins_collection(models, one.target, depth + 1));
               });
}

/// A single object on the far side of a foreign key that nothing keeps from pointing here twice: a join would give its
/// owner once for each, where loading lazily takes one of them.
bool may_multiply(const ModelTable& models, const RelationshipInfo& relationship) {
    const ModelInfo* owner = models.find(relationship.owner);
    const ModelInfo* target = models.find(relationship.target);
    if (relationship.direction == Direction::many_to_one || owner == nullptr || target == nullptr)
        return false;
    return llvm::none_of(target->columns, [&](const ColumnInfo& key) {
        return (key.unique || key.primary_key) && !key.foreign_key.empty() &&
               llvm::StringRef(key.foreign_key).rsplit('.').first == owner->table;
    });
}

/// Renders the paths that one list of options needs.
class OptionWriter {
  public:
    OptionWriter(const MatchContext& context, Fix& fix, const PresentOptions& present)
        : context_(context), fix_(fix), present_(present) {}

    /// Paths that begin alike are told as a tree: `selectinload(A.bs).options(joinedload(B.c), selectinload(B.ds))`.
    std::string options(const std::vector<llvm::ArrayRef<PathStep>>& paths) {
        std::string joined;
        const auto add = [&](const std::string& one) { joined += (joined.empty() || one.empty() ? "" : ", ") + one; };
        std::vector<PathStep> done;
        bool polymorphic = false;
        for (const llvm::ArrayRef<PathStep> path : paths) {
            if (path.front().subclass) {
                if (!std::exchange(polymorphic, true))
                    add(below_subclasses(paths));
                continue;
            }
            if (llvm::is_contained(done, path.front()))
                continue;
            done.push_back(path.front());
            std::vector<llvm::ArrayRef<PathStep>> alike;
            llvm::copy_if(paths, std::back_inserter(alike),
                          [&](llvm::ArrayRef<PathStep> other) { return other.front() == path.front(); });
            const std::size_t shared = common_steps(alike);
            std::vector<llvm::ArrayRef<PathStep>> rest;
            for (const llvm::ArrayRef<PathStep> other : alike)
                if (other.size() > shared)
                    rest.push_back(other.drop_front(shared));
            add(chain(path.take_front(shared)) + (rest.empty() ? "" : ".options(" + options(rest) + ")"));
        }
        return joined;
    }

    bool spelled = true;

  private:
    std::string name_of(ClassId id) {
        const std::string name = spell_class(context_, fix_, id);
        spelled &= !name.empty();
        return name;
    }

    /// How many steps all of these have in common, up to one to a subclass.
    [[nodiscard]] static std::size_t common_steps(llvm::ArrayRef<llvm::ArrayRef<PathStep>> paths) {
        std::size_t shared = 0;
        while (llvm::all_of(paths, [&](llvm::ArrayRef<PathStep> path) {
            return path.size() > shared && path[shared] == paths.front()[shared] && !path[shared].subclass;
        }))
            ++shared;
        return shared;
    }

    /// `selectin_polymorphic(Staff, [Editor])`, and what is loaded of the subclasses.
    std::string below_subclasses(const std::vector<llvm::ArrayRef<PathStep>>& paths) {
        std::vector<std::string> names;
        std::vector<llvm::ArrayRef<PathStep>> further;
        ClassId base;
        for (const llvm::ArrayRef<PathStep> path : paths) {
            if (!path.front().subclass)
                continue;
            base = path.front().owner;
            const std::string name = name_of(path.front().subclass);
            if (!llvm::is_contained(names, name))
                names.push_back(name);
            if (path.size() > 1)
                further.push_back(path.drop_front());
        }
        std::string out;
        if (!llvm::all_of(names, [&](const std::string& name) { return llvm::is_contained(present_.names, name); })) {
            out = context_.spell(fix_, "sqlalchemy.orm", "selectin_polymorphic") + "(" + name_of(base) + ", [";
            for (std::size_t i = 0; i < names.size(); ++i)
                out += (i == 0 ? "" : ", ") + names[i];
            out += "])";
        }
        const std::string rest = options(further);
        return out + (out.empty() || rest.empty() ? "" : ", ") + rest;
    }

    [[nodiscard]] std::string loader_of(const PathStep& step) const {
        const auto there = present_.loaders.find(step.relationship);
        if (there != present_.loaders.end())
            return there->second;
        const ModelInfo* owner = context_.facts.models.find(step.owner);
        const RelationshipInfo* relationship = owner == nullptr ? nullptr : owner->relationship(step.relationship);
        const bool collection =
            present_.unjoined || step.to_many || step.repeated ||
            (relationship != nullptr && (joins_collection(context_.facts.models, relationship->target, 0) ||
                                         may_multiply(context_.facts.models, *relationship)));
        return collection ? "selectinload" : "joinedload";
    }

    std::string chain(llvm::ArrayRef<PathStep> path) {
        std::string option;
        for (const PathStep& step : path) {
            const std::string owner = name_of(step.owner);
            const std::string loader = step.column ? "undefer" : loader_of(step);
            option += option.empty() ? context_.spell(fix_, "sqlalchemy.orm", loader) : "." + loader;
            option.append("(").append(owner).append(".").append(step.relationship);
            option += step.repeated ? ", recursion_depth=-1)" : ")";
        }
        return option;
    }

    const MatchContext& context_;
    Fix& fix_;
    const PresentOptions& present_;
};

} // namespace

void read_options(const MatchContext& context, Node options, PresentOptions& present) {
    read_options(context.facts, context.module.id, options, present);
}

void read_options(const Facts& facts, ModuleId module, Node options, PresentOptions& present) {
    const SyntaxTree& tree = options.tree();
    const ModuleBindings& bindings = facts.symbols.bindings(module);
    read_expression(options, present);
    for (NodeId id = options.id(); id < tree.record(options.id()).subtree_end; ++id) {
        if (!tree.node(id).is(Kind::identifier) || !bindings.is_read(id))
            continue;
        for (const DefinitionId made : bindings.reaching(id)) {
            const Node assignment = tree.node(bindings.definition(made).node);
            if (bindings.definition(made).kind == DefinitionKind::assignment && assignment.is(Kind::assignment) &&
                assignment.child(Field::right))
                read_expression(assignment.child(Field::right), present);
        }
    }
}

bool forbids_joins(llvm::StringRef method) { return method == "group_by" || method == "with_for_update"; }

void read_later_options(const Facts& facts, const QueryChain& chain, PresentOptions& present) {
    const QueryFlow& queries = facts.queries;
    const QueryWeb& web = queries.web(chain.web);
    const auto take = [&](const QueryChain& other) {
        PresentOptions later;
        const SyntaxTree& tree = facts.module(other.place.module).tree;
        for (const QueryLink& link : other.links) {
            present.unjoined |= forbids_joins(link.method);
            if (link.method == "options")
                read_options(facts, other.place.module, tree.node(link.call).child(Field::arguments), later);
        }
        present.loaders.insert(later.loaders.begin(), later.loaders.end());
    };
    for (const std::uint32_t index : web.chains)
        if (queries.chains()[index].place != chain.place)
            take(queries.chains()[index]);
    for (const FunctionId function : web.passed_to)
        for (const std::uint32_t index : queries.in_module(facts.symbols.function(function).module))
            if (facts.symbols.enclosing_function(queries.chains()[index].place) == function)
                take(queries.chains()[index]);
}

void read_polymorphic(const MatchContext& context, Node arguments, PresentOptions& present) {
    PresentOptions inside;
    for (const Node argument : arguments.named_children())
        if (argument.is_any(Kind::identifier, Kind::call))
            read_options(context, argument, inside);
    if (inside.polymorphic)
        present.names.insert(present.names.end(), inside.names.begin(), inside.names.end());
}

void erase_present(const MatchContext& context, std::vector<LoadPath>& paths, const PresentOptions& present) {
    llvm::erase_if(paths, [&](const LoadPath& path) {
        return llvm::all_of(path, [&](const PathStep& step) {
            if (step.column)
                return llvm::is_contained(present.undeferred, step.relationship);
            return llvm::is_contained(present.names, step.subclass ? context.facts.symbols.class_(step.subclass).name
                                                                   : step.relationship);
        });
    });
}

std::string loader_options(const MatchContext& context, Fix& fix, llvm::ArrayRef<LoadPath> paths, bool& spelled,
                           const PresentOptions& present) {
    OptionWriter writer(context, fix, present);
    std::string out = writer.options(std::vector<llvm::ArrayRef<PathStep>>(paths.begin(), paths.end()));
    if (!writer.spelled) {
        spelled = false;
        return "";
    }
    return out;
}

} // namespace sqlawait
