#include "analysis/linking/linking.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {
std::uint64_t key(Place place) { return (static_cast<std::uint64_t>(place.module.value) << 32U) | place.node; }
constexpr unsigned max_hops = 24;
} // namespace

class Linker {
  public:
    Linker(const Program& program, std::vector<ModuleBindings> bindings) {
        out_.program_ = &program;
        out_.bindings_ = std::move(bindings);
    }
    SymbolTable run() {
        const Program& program = *out_.program_;
        for (const auto& module : program.modules)
            for (const std::string& name : module->names) {
                auto& list = out_.by_name_[name];
                if (module->is_stub)
                    list.push_back(module->id);
                else
                    list.insert(list.begin() + std::count_if(list.begin(), list.end(),
                                                             [&](ModuleId id) { return !program.module(id).is_stub; }),
                                module->id);
            }
        for (const auto& module : program.modules)
            number(*module);
        out_.importers_.resize(program.modules.size());
        out_.imports_.resize(program.modules.size());
        for (const auto& module : program.modules)
            import_edges(*module);
        return std::move(out_);
    }

  private:
    void number(const Module& module) {
        const ModuleBindings& bindings = out_.bindings_[module.id.value];
        for (NodeId id = 0; id < module.tree.size(); ++id) {
            const Node node = module.tree.node(id);
            const bool function = node.is_any(Kind::function_definition, Kind::lambda);
            if (!function && !node.is(Kind::class_definition))
                continue;
            const ScopeId scope = bindings.opened_by(id);
            if (!scope)
                continue;
            // The nearest class or function around.
            ClassId owner;
            FunctionId outer;
            std::string prefix = module.name();
            bool direct = true;
            for (ScopeId up = bindings.scope(scope).parent; up; up = bindings.scope(up).parent) {
                const Scope& s = bindings.scope(up);
                if (s.kind == ScopeKind::comprehension)
                    continue;
                if (s.kind == ScopeKind::class_) {
                    const ClassId c = out_.class_at({module.id, s.node});
                    if (direct) {
                        owner = c;
                        prefix = out_.class_(c).qualified_name;
                        outer = out_.class_(c).outer;
                    }
                } else if (s.kind != ScopeKind::module && direct) {
                    outer = out_.function_at({module.id, s.node});
                    prefix = out_.function(outer).qualified_name + ".<locals>";
                }
                direct = false;
                break;
            }
            if (function) {
                FunctionInfo info;
                info.id = FunctionId{static_cast<std::uint32_t>(out_.functions_.size())};
                info.module = module.id;
                info.node = id;
                info.scope = scope;
                info.is_lambda = node.is(Kind::lambda);
                info.name = info.is_lambda ? "<lambda>" : node.child(Field::name).text().str();
                info.qualified_name = prefix + "." + info.name;
                info.owner = info.is_lambda ? ClassId{} : owner;
                info.outer = outer;
                info.is_async = bool(node.child_token("async"));
                info.is_generator = bindings.scope(scope).has_yield;
                if (info.owner)
                    out_.classes_[info.owner.value].methods.push_back(info.id);
                out_.function_at_[key({module.id, id})] = info.id;
                out_.functions_.push_back(std::move(info));
            } else {
                ClassInfo info;
                info.id = ClassId{static_cast<std::uint32_t>(out_.classes_.size())};
                info.module = module.id;
                info.node = id;
                info.scope = scope;
                info.name = node.child(Field::name).text().str();
                info.qualified_name = prefix + "." + info.name;
                info.outer = outer;
                out_.class_at_[key({module.id, id})] = info.id;
                out_.classes_.push_back(std::move(info));
            }
        }
    }
    void import_edges(const Module& module) {
        auto& to = out_.imports_[module.id.value];
        const auto add = [&](ModuleId other) {
            if (other && other != module.id && !llvm::is_contained(to, other)) {
                to.push_back(other);
                out_.importers_[other.value].push_back(module.id);
            }
        };
        for (NodeId id = 0; id < module.tree.size(); ++id) {
            const Node node = module.tree.node(id);
            if (node.is(Kind::import_statement)) {
                for (const Node one : node.named_children())
                    add(out_.find_module(module.id,
                                         (one.is(Kind::aliased_import) ? one.child(Field::name) : one).text()));
            } else if (node.is(Kind::import_from_statement)) {
                Node from = node.child(Field::module_name);
                unsigned dots = 0;
                llvm::StringRef name = from.text();
                while (name.consume_front("."))
                    ++dots;
                add(out_.find_module(module.id, name.trim(), dots));
                for (const Node one : node.children(Field::name)) {
                    const llvm::StringRef part = (one.is(Kind::aliased_import) ? one.child(Field::name) : one).text();
                    add(out_.find_module(
                        module.id, name.trim().empty() ? part : llvm::StringRef((name.trim().str() + "." + part.str())),
                        dots));
                }
            }
        }
    }
    SymbolTable out_;
};

FunctionId SymbolTable::function_at(Place p) const {
    const auto f = function_at_.find(key(p));
    return f == function_at_.end() ? FunctionId{} : f->second;
}
ClassId SymbolTable::class_at(Place p) const {
    const auto f = class_at_.find(key(p));
    return f == class_at_.end() ? ClassId{} : f->second;
}
FunctionId SymbolTable::enclosing_function(Place p) const {
    const ModuleBindings& b = bindings(p.module);
    for (ScopeId s = b.scope_of(p.node); s; s = b.scope(s).parent) {
        if (b.scope(s).kind == ScopeKind::function || b.scope(s).kind == ScopeKind::lambda)
            return function_at({p.module, b.scope(s).node});
        if (b.scope(s).kind == ScopeKind::class_)
            return {};
    }
    return {};
}
ModuleId SymbolTable::find_module(ModuleId importer, llvm::StringRef dotted, unsigned dots) const {
    const Module& from = program_->module(importer);
    const auto at = [&](llvm::StringRef name) -> ModuleId {
        const auto f = by_name_.find(name);
        return f == by_name_.end() ? ModuleId{} : f->second.front();
    };
    if (dots == 0) {
        // The same root as the importer is the likeliest.
        for (const std::string& own : from.names) {
            (void)own;
        }
        return at(dotted);
    }
    for (const std::string& own : from.names) {
        llvm::StringRef base = own;
        for (unsigned i = from.is_package ? 1 : 0; i < dots; ++i)
            base = base.contains('.') ? base.rsplit('.').first : "";
        const std::string full = dotted.empty() ? base.str()
                                 : base.empty() ? dotted.str()
                                                : base.str() + "." + dotted.str();
        if (const ModuleId id = at(full))
            return id;
    }
    return {};
}

static void add(llvm::SmallVector<Target, 2>& out, const Target& t) {
    if (!llvm::is_contained(out, t))
        out.push_back(t);
}

static llvm::SmallVector<Target, 2> resolve_at(const SymbolTable& table, const Program& program, ModuleId module,
                                               DefinitionId id, unsigned hops);
static llvm::SmallVector<Target, 2> member_at(const SymbolTable& table, const Program& program, ModuleId module,
                                              llvm::StringRef name, unsigned hops) {
    llvm::SmallVector<Target, 2> out;
    if (hops > max_hops)
        return out;
    const ModuleBindings& b = table.bindings(module);
    const Scope& top = b.scope(ScopeId{0});
    if (const auto f = top.by_name.find(name); f != top.by_name.end())
        for (const DefinitionId d : b.symbol(f->second).definitions)
            if (b.definition(d).kind != DefinitionKind::deletion)
                for (const Target& t : resolve_at(table, program, module, d, hops + 1))
                    add(out, t);
    if (!out.empty())
        return out;
    const Module& m = program.module(module);
    if (m.is_package)
        for (const std::string& own : m.names)
            if (const ModuleId sub = table.find_module(module, own + "." + name.str())) {
                Target t;
                t.kind = Target::Kind::module;
                t.module = sub;
                add(out, t);
                return out;
            }
    if (const auto f = top.by_name.find("*"); f != top.by_name.end())
        for (const DefinitionId d : b.symbol(f->second).definitions) {
            const Node st = m.tree.node(b.definition(d).node);
            llvm::StringRef from = st.child(Field::module_name).text();
            unsigned dots = 0;
            while (from.consume_front("."))
                ++dots;
            if (const ModuleId other = table.find_module(module, from.trim(), dots)) {
                const auto* all = table.bindings(other).dunder_all();
                if (all != nullptr ? llvm::is_contained(*all, name) : !name.starts_with("_"))
                    for (const Target& t : member_at(table, program, other, name, hops + 1))
                        add(out, t);
            } else if (dots == 0) {
                Target t;
                t.external = from.str() + "." + name.str();
                add(out, t);
            }
        }
    return out;
}
static llvm::SmallVector<Target, 2> resolve_at(const SymbolTable& table, const Program& program, ModuleId module,
                                               DefinitionId id, unsigned hops) {
    llvm::SmallVector<Target, 2> out;
    if (hops > max_hops)
        return out;
    const ModuleBindings& b = table.bindings(module);
    const Definition& d = b.definition(id);
    const Module& m = program.module(module);
    const Node node = m.tree.node(d.node);
    Target t;
    switch (d.kind) {
    case DefinitionKind::function:
        t.kind = Target::Kind::function;
        t.module = module;
        t.function = table.function_at({module, d.node});
        add(out, t);
        return out;
    case DefinitionKind::class_:
        t.kind = Target::Kind::class_;
        t.module = module;
        t.class_ = table.class_at({module, d.node});
        add(out, t);
        return out;
    case DefinitionKind::import_module: {
        const bool aliased = node.is(Kind::aliased_import);
        const llvm::StringRef full = aliased ? node.child(Field::name).text() : node.text();
        const llvm::StringRef name = aliased ? full : full.take_until([](char c) { return c == '.'; });
        if (const ModuleId other = table.find_module(module, name)) {
            t.kind = Target::Kind::module;
            t.module = other;
        } else
            t.external = name.str();
        add(out, t);
        return out;
    }
    case DefinitionKind::import_name: {
        const Node st = node.ancestor(Kind::import_from_statement);
        if (!st)
            return out;
        const llvm::StringRef name = node.is(Kind::aliased_import) ? node.child(Field::name).text() : node.text();
        llvm::StringRef from = st.child(Field::module_name).text();
        unsigned dots = 0;
        while (from.consume_front("."))
            ++dots;
        from = from.trim();
        if (const ModuleId other = table.find_module(module, from, dots)) {
            if (other == module)
                return out;
            out = member_at(table, program, other, name, hops + 1);
            if (out.empty())
                if (const ModuleId sub = table.find_module(
                        module, from.empty() ? name : llvm::StringRef(from.str() + "." + name.str()), dots)) {
                    t.kind = Target::Kind::module;
                    t.module = sub;
                    add(out, t);
                }
            return out;
        }
        if (const ModuleId sub =
                table.find_module(module, from.empty() ? name.str() : from.str() + "." + name.str(), dots)) {
            t.kind = Target::Kind::module;
            t.module = sub;
            add(out, t);
            return out;
        }
        if (dots == 0) {
            t.external = from.str() + "." + name.str();
            add(out, t);
        }
        return out;
    }
    case DefinitionKind::import_star: return out;
    default:
        t.kind = Target::Kind::variable;
        t.module = module;
        t.symbol = d.symbol;
        add(out, t);
        return out;
    }
}
llvm::SmallVector<Target, 2> SymbolTable::resolve(ModuleId module, DefinitionId id) const {
    return resolve_at(*this, *program_, module, id, 0);
}
llvm::SmallVector<Target, 2> SymbolTable::member(ModuleId module, llvm::StringRef name) const {
    return member_at(*this, *program_, module, name, 0);
}
static llvm::SmallVector<Target, 2> expr_at(const SymbolTable& table, const Program& program, ModuleId module, Node e,
                                            unsigned hops) {
    llvm::SmallVector<Target, 2> out;
    if (hops > max_hops)
        return out;
    const ModuleBindings& b = table.bindings(module);
    if (e.is_any(Kind::attribute, Kind::member_type)) {
        const Node object = e.is(Kind::attribute) ? e.child(Field::object) : e.named_child(0);
        const llvm::StringRef name = e.is(Kind::attribute) ? e.child(Field::attribute).text() : e.named_child(1).text();
        for (const Target& o : expr_at(table, program, module, object, hops + 1)) {
            if (o.kind == Target::Kind::module) {
                for (const Target& t : table.member(o.module, name))
                    add(out, t);
            } else if (o.kind == Target::Kind::external) {
                Target t = o;
                t.external += "." + name.str();
                add(out, t);
            } else if (o.kind == Target::Kind::class_) {
                const ModuleBindings& ob = table.bindings(o.module);
                const Scope& s = ob.scope(table.class_(o.class_).scope);
                if (const auto f = s.by_name.find(name); f != s.by_name.end())
                    for (const DefinitionId d : ob.symbol(f->second).definitions)
                        for (const Target& t : table.resolve(o.module, d))
                            add(out, t);
            }
        }
        return out;
    }
    if (e.is(Kind::type))
        return expr_at(table, program, module, e.named_child(0), hops + 1);
    if (!e.is(Kind::identifier))
        return out;
    llvm::ArrayRef<DefinitionId> defs = b.reaching(e.id());
    SymbolId symbol = b.symbol_at(e.id());
    if (!symbol) {
        for (const Target& t : member_at(table, program, module, e.text(), 1))
            add(out, t); // star imports
        return out;
    }
    llvm::SmallVector<DefinitionId, 4> all(defs.begin(), defs.end());
    if (all.empty())
        all.assign(b.symbol(symbol).definitions.begin(), b.symbol(symbol).definitions.end());
    for (const DefinitionId d : all) {
        for (const Target& t : table.resolve(module, d)) {
            if (t.kind == Target::Kind::variable) {
                const ModuleBindings& tb = table.bindings(t.module);
                const Symbol& s = tb.symbol(t.symbol);
                const Module& tm = program.module(t.module);
                if (s.definitions.size() == 1) {
                    const Node n = tm.tree.node(tb.definition(s.definitions[0]).node);
                    const Node r = n.is(Kind::assignment) ? n.child(Field::right) : Node();
                    if (r.is_any(Kind::identifier, Kind::attribute) && n.child(Field::left).is(Kind::identifier)) {
                        auto more = expr_at(table, program, t.module, r, hops + 1);
                        if (llvm::all_of(more, [](const Target& x) { return x.kind != Target::Kind::variable; }) &&
                            !more.empty()) {
                            for (const Target& x : more)
                                add(out, x);
                            continue;
                        }
                    }
                }
            }
            add(out, t);
        }
    }
    return out;
}
llvm::SmallVector<Target, 2> SymbolTable::resolve_expression(ModuleId module, Node e) const {
    return expr_at(*this, *program_, module, e, 0);
}
std::string SymbolTable::external_name(ModuleId module, Node e) const {
    for (const Target& t : resolve_expression(module, e))
        if (t.kind == Target::Kind::external)
            return t.external;
    return "";
}
SymbolTable link(const Program& program, std::vector<ModuleBindings> bindings) {
    return Linker(program, std::move(bindings)).run();
}
std::string print_symbols(const Program&, const SymbolTable&) { return ""; }

} // namespace sqlawait
