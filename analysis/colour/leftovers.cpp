#include "analysis/colour/leftovers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

/// A definition at the top of a module or a class, and all that names it.
struct Named {
    Place definition;
    std::string name;
    FunctionId function; // of a function
    bool method = false;
    bool unsure = false;          // something may name it that cannot be followed
    std::vector<Place> uses;      // identifiers and attributes
    std::vector<Place> listed;    // strings of `__all__`
    std::vector<Place> importing; // names in import statements of modules that do not use it: they pass it on
    Node name_node;
};

bool is_dotted(llvm::StringRef text) {
    return !text.empty() &&
           llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == ':'; });
}

class Finder {
  public:
    Finder(const Program& program, const SymbolTable& symbols, const TypeTable& types, const CallGraph& calls)
        : program_(program), symbols_(symbols), types_(types), calls_(calls) {}

    Leftovers find(llvm::ArrayRef<FormPair> pairs) {
        for (const FormPair& pair : pairs) {
            pairs_.push_back(pair);
            named_.push_back(named(pair.sync));
            named_.push_back(named(pair.async));
        }
        for (Named& one : named_) {
            by_name_[one.name].push_back(&one);
            if (!one.method)
                read_symbol(one);
        }
        for (const auto& module : program_.modules)
            read_module(*module);
        for (const FunctionInfo& function : symbols_.functions())
            read_parameters(function);
        remove();
        rename();
        return std::move(out_);
    }

  private:
    [[nodiscard]] const Module& module_of(Place place) const { return program_.module(place.module); }
    [[nodiscard]] Node node(Place place) const { return module_of(place).tree.node(place.node); }

    [[nodiscard]] Named named(Place definition) const {
        Named out;
        out.definition = definition;
        const Node at = node(definition);
        out.name_node = at.is(Kind::assignment) ? at.child(Field::left) : at.child(Field::name);
        out.name = out.name_node.text().str();
        if (at.is(Kind::function_definition)) {
            out.function = symbols_.function_at(definition);
            out.method = bool(symbols_.function(out.function).owner);
            // A fixture is named by parameters.
            out.unsure = calls_.context_kind(out.function) == "fixture";
        }
        return out;
    }

    [[nodiscard]] bool is_target(const Named& one, const Target& target) const {
        const ModuleBindings& bindings = symbols_.bindings(one.definition.module);
        switch (target.kind) {
        case Target::Kind::function: return target.function == one.function && one.function;
        case Target::Kind::class_:
            return symbols_.class_(target.class_).module == one.definition.module &&
                   symbols_.class_(target.class_).node == one.definition.node;
        case Target::Kind::variable:
            return target.module == one.definition.module && target.symbol == bindings.symbol_at(one.name_node.id());
        default: return false;
        }
    }

    /// What names it in its own module, and through imports.
    void read_symbol(Named& one) {
        const ModuleBindings& home = symbols_.bindings(one.definition.module);
        const SymbolId symbol = home.symbol_at(one.name_node.id());
        if (!symbol || home.symbol(symbol).definitions.size() != 1) {
            one.unsure = true;
            return;
        }
        for (const NodeId use : home.symbol(symbol).references)
            one.uses.push_back({one.definition.module, use});
        for (const auto& module : program_.modules) {
            const ModuleBindings& bindings = symbols_.bindings(module->id);
            for (const Scope& scope : bindings.scopes())
                for (const SymbolId id : scope.symbols)
                    read_import(one, *module, bindings.symbol(id));
        }
    }

    void read_import(Named& one, const Module& module, const Symbol& symbol) {
        const ModuleBindings& bindings = symbols_.bindings(module.id);
        for (const DefinitionId id : symbol.definitions) {
            const Definition& definition = bindings.definition(id);
            if (definition.kind != DefinitionKind::import_name && definition.kind != DefinitionKind::import_star)
                continue;
            if (llvm::none_of(symbols_.resolve(module.id, id),
                              [&](const Target& target) { return is_target(one, target); }))
                continue;
            const Node imported = module.tree.node(definition.node);
            one.unsure |= symbol.definitions.size() != 1 || imported.is(Kind::aliased_import) ||
                          definition.kind == DefinitionKind::import_star || !module.editable();
            for (const NodeId use : symbol.references)
                one.uses.push_back({module.id, use});
            if (!symbol.references.empty())
                continue;
            one.unsure |= !imported.parent().is(Kind::import_from_statement) || imported.field() != Field::name;
            one.importing.push_back({module.id, definition.node});
        }
    }

    void read_module(const Module& module) {
        for (NodeId id = 0; id < module.tree.size(); ++id) {
            const Kind kind = module.tree.record(id).kind;
            const Node at = module.tree.node(id);
            if (kind == Kind::attribute)
                read_attribute(module, at);
            else if (kind == Kind::string)
                read_string(module, at);
        }
    }

    void read_parameters(const FunctionInfo& function) {
        if (!calls_.is_test_module(function.module))
            return;
        const auto parameters = parameters_of(program_.module(function.module).tree.node(function.node));
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (const FunctionId fixture = types_.fixture(function.id, i))
                for (Named& one : named_)
                    one.unsure |= one.function == fixture;
    }

    void read_attribute(const Module& module, Node at) {
        const auto found = by_name_.find(at.child(Field::attribute).text().str());
        if (found == by_name_.end())
            return;
        const auto targets = symbols_.resolve_expression(module.id, at);
        const CallInfo* call = at.parent().is(Kind::call) && at.parent().child(Field::function) == at
                                   ? types_.call({module.id, at.parent().id()})
                                   : nullptr;
        for (Named* one : found->second) {
            if (llvm::any_of(targets, [&](const Target& target) { return is_target(*one, target); })) {
                one->uses.push_back({module.id, at.id()});
                continue;
            }
            if (!one->method)
                continue;
            const bool calls_it = call != nullptr && llvm::any_of(call->targets, [&](const CallTarget& target) {
                                      return target.function == one->function;
                                  });
            // One call may reach several methods; they would have to go together.
            if (calls_it && call->complete && call->targets.size() == 1)
                one->uses.push_back({module.id, at.id()});
            else if (call == nullptr || calls_it || !call->complete)
                one->unsure = true;
        }
    }

    void read_string(const Module& module, Node at) {
        const llvm::StringRef text = at.text().ltrim("rRbBuU").trim("\"'");
        const Node list = at.parent();
        const bool exported = list.is_any(Kind::list, Kind::tuple) && list.parent().is(Kind::assignment) &&
                              list.parent().child(Field::left).text() == "__all__";
        const bool annotation = bool(at.ancestor(Kind::type));
        if (!is_dotted(text) && !annotation)
            return;
        for (std::size_t begin = 0; begin < text.size();) {
            std::size_t end = begin;
            while (end < text.size() && (llvm::isAlnum(text[end]) || text[end] == '_'))
                ++end;
            if (const auto found = by_name_.find(text.slice(begin, end).str()); found != by_name_.end())
                for (Named* one : found->second) {
                    const bool passed_on =
                        llvm::any_of(one->importing, [&](Place imported) { return imported.module == module.id; });
                    if (exported && (one->definition.module == module.id || passed_on) && !one->method)
                        one->listed.push_back({module.id, at.id()});
                    else
                        one->unsure = true;
                }
            begin = end + 1;
        }
    }

    /// The definition with its decorators, or the statement.
    [[nodiscard]] Node whole(Place definition) const {
        const Node at = node(definition);
        return at.parent().is_any(Kind::decorated_definition, Kind::expression_statement) ? at.parent() : at;
    }

    [[nodiscard]] bool is_inside(Place use, const std::set<std::size_t>& removed) const {
        return llvm::any_of(removed, [&](std::size_t pair) {
            const Place definition = named_[2 * pair].definition;
            return definition.module == use.module && node(use).inside(whole(definition));
        });
    }

    /// `seen = Service.seen` in the asynchronous form: what the synchronous one makes there, or no node.
    [[nodiscard]] Node shared_value(const Named& sync, Place use) const {
        const Node attribute = node(use).is(Kind::attribute) ? node(use) : node(use).parent();
        const Node assignment = attribute.parent();
        if (!attribute.is(Kind::attribute) || !assignment.is(Kind::assignment) ||
            assignment.child(Field::right) != attribute || !node(sync.definition).is(Kind::class_definition) ||
            use.module != sync.definition.module)
            return {};
        const llvm::StringRef name = assignment.child(Field::left).text();
        for (const Node statement : node(sync.definition).child(Field::body).named_children())
            if (const Node made = statement.named_child(0);
                made.is(Kind::assignment) && made.child(Field::left).text() == name && made.child(Field::right))
                return made.child(Field::right);
        return {};
    }

    /// Takes all away that could be, and gives back what something else names.
    void remove() {
        for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
            const Named& sync = named_[2 * pair];
            const bool registered = sync.function && !calls_.registrations(sync.function).empty();
            if (!sync.unsure && !registered && module_of(sync.definition).editable())
                removed_.insert(pair);
        }
        for (bool changed = true; changed;) {
            changed = false;
            for (auto at = removed_.begin(); at != removed_.end();) {
                const Named& sync = named_[2 * *at];
                const bool used = llvm::any_of(
                    sync.uses, [&](Place use) { return !is_inside(use, removed_) && !shared_value(sync, use); });
                at = used ? removed_.erase(at) : std::next(at);
                changed |= used;
            }
        }
        for (const std::size_t pair : removed_) {
            out_.removed.insert(named_[2 * pair].definition);
            for (const Place use : named_[2 * pair].uses)
                if (const Node made = shared_value(named_[2 * pair], use))
                    out_.restored[{use.module, node(use).is(Kind::attribute) ? use.node : node(use).parent().id()}] =
                        made.text().str();
            out_.unlisted.insert(named_[2 * pair].listed.begin(), named_[2 * pair].listed.end());
            out_.unlisted.insert(named_[2 * pair].importing.begin(), named_[2 * pair].importing.end());
        }
    }

    /// Whether the plain name is bound to something else where the other name is used.
    [[nodiscard]] bool is_taken(const std::string& plain, const Named& sync, const Named& async) const {
        std::set<ModuleId> modules{async.definition.module};
        for (const Place use : async.uses)
            modules.insert(use.module);
        for (const Place use : async.importing)
            modules.insert(use.module);
        for (const ModuleId id : modules) {
            const ModuleBindings& bindings = symbols_.bindings(id);
            for (const Scope& scope : bindings.scopes()) {
                const auto found = scope.by_name.find(plain);
                if (found == scope.by_name.end() || (async.method && scope.kind != ScopeKind::class_))
                    continue;
                for (const DefinitionId definition : bindings.symbol(found->second).definitions) {
                    const NodeId made = bindings.definition(definition).node;
                    const bool own = id == sync.definition.module && made == sync.definition.node;
                    const bool imported = llvm::any_of(symbols_.resolve(id, definition),
                                                       [&](const Target& target) { return is_target(sync, target); });
                    if (!own && !imported && !(async.method && id != async.definition.module))
                        return true;
                }
            }
        }
        return false;
    }

    void rename() {
        for (const std::size_t pair : removed_) {
            const Named &sync = named_[2 * pair], &async = named_[2 * pair + 1];
            const std::string& plain = pairs_[pair].plain;
            const bool overridden = async.function && calls_.family(async.function).size() > 1;
            if (async.name == plain || async.unsure || overridden || is_taken(plain, sync, async))
                continue;
            const ModuleId home = async.definition.module;
            out_.renamed[{home, async.name_node.id()}] = {plain, home, true};
            for (const Place use : async.uses)
                out_.renamed[use] = {plain, home, async.method};
            // Where the synchronous form was passed on as well its name is there already.
            for (const Place use : async.importing) {
                out_.renamed[use] = {plain, home, true};
                for (const Place other : sync.importing)
                    if (other.module == use.module && node(other).parent() == node(use).parent()) {
                        out_.renamed.erase(use);
                        out_.unlisted.erase(other);
                        out_.unlisted.insert(use);
                    }
            }
            for (const Place use : async.listed) {
                const llvm::StringRef text = node(use).text();
                out_.renamed[use] = {text.take_front().str() + plain + text.take_back().str(), home, true};
                for (const Place other : sync.listed)
                    if (other.module == use.module && node(other).parent() == node(use).parent()) {
                        out_.renamed.erase(use); // likewise
                        out_.unlisted.erase(other);
                        out_.unlisted.insert(use);
                    }
            }
        }
    }

    const Program& program_;
    const SymbolTable& symbols_;
    const TypeTable& types_;
    const CallGraph& calls_;
    std::vector<FormPair> pairs_;
    std::vector<Named> named_; // of each pair the synchronous form, then the asynchronous one
    std::map<std::string, std::vector<Named*>> by_name_;
    std::set<std::size_t> removed_; // pairs
    Leftovers out_;
};

} // namespace

Leftovers find_leftovers(const Program& program, const SymbolTable& symbols, const TypeTable& types,
                         const CallGraph& calls, llvm::ArrayRef<FormPair> pairs) {
    return Finder(program, symbols, types, calls).find(pairs);
}

} // namespace sqlawait
