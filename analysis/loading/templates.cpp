// Templates of Jinja are readers: what they are given, they read through attributes, loops, filters and macros.
//
// A template is found by the end of its path, as loaders look below folders that the program names. A name that the
// context does not say may be anything of what the context holds.
#include "analysis/loading/jinja.h"
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// All templates of the program, parsed, and the functions that they may call.
struct TemplateTable {
    std::vector<std::vector<jinja::Statement>> parsed; // as in Program::templates
    std::map<std::string, std::vector<FunctionId>> functions; // `env.filters["money"] = money`, globals too
};

namespace {

constexpr unsigned max_rendering = 8; // of templates and macros inside of one another

using Part = jinja::Expression::Kind;

/// Filters whose first argument names an attribute; others have it as `attribute=`.
bool names_attribute(llvm::StringRef filter) {
    return llvm::is_contained({"groupby", "selectattr", "rejectattr"}, filter);
}
/// Filters whose result holds none of the objects.
bool gives_no_objects(llvm::StringRef filter) {
    return llvm::is_contained({"length", "count", "join", "sum", "string", "int", "float", "escape", "e"}, filter);
}

/// `env.filters["money"] = money`, `app.jinja_env.globals["user"] = user`: the functions by their names there.
void note_functions(const Program& program, const TypeTable& types, TemplateTable& table) {
    for (const auto& module : program.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (!node.is(Kind::assignment) || !node.child(Field::left).is(Kind::subscript))
                continue;
            const Node holder = node.child(Field::left).child(Field::value);
            const Node key = node.child(Field::left).child(Field::subscript);
            if (!holder.is(Kind::attribute) || !key.is(Kind::string) ||
                !llvm::is_contained({"filters", "globals"}, holder.child(Field::attribute).text()))
                continue;
            for (const Atom& atom : types.store().atoms(types.type_of({module->id, node.child(Field::right).id()})))
                if (atom.kind == Atom::Kind::function && !atom.bound)
                    table.functions[key.text().trim("\"'").str()].push_back(FunctionId{atom.id});
        }
}

} // namespace

/// One rendering.
class TemplateReader {
  public:
    TemplateReader(ProvenanceFlow& flow, Node call)
        : flow_(flow), table_(*flow.templates_), place_{flow.module_->id, call.id()} {}

    void run(Node call) {
        std::vector<const std::vector<jinja::Statement>*> templates;
        const auto add = [&](Node node) {
            if (const std::string name = constant(node);
                name.find("{{") != std::string::npos || name.find("{%") != std::string::npos) {
                inline_.push_back(jinja::parse(name));
            } else if (!name.empty()) {
                llvm::append_range(templates, named(name));
            }
        };
        Scope scope;
        for (const Node argument : call.child(Field::arguments).named_children()) {
            if (argument.is(Kind::keyword_argument)) {
                const llvm::StringRef name = argument.child(Field::name).text();
                if (name == "context")
                    read_context(argument.child(Field::value), scope, 0);
                else if (name == "name")
                    add(argument.child(Field::value));
                bind(scope, name.str(), flow_.held(argument));
            } else if (argument.is(Kind::dictionary_splat)) {
                read_context(argument.named_child(0), scope, 0);
            } else if (!constant(argument).empty()) {
                add(argument);
            } else {
                read_context(argument, scope, 0);
            }
        }
        // environment.get_template("book.html").render(...)
        if (const Node receiver = made(call.child(Field::function).child(Field::object)); receiver.is(Kind::call))
            for (const Node argument : receiver.child(Field::arguments).named_children())
                add(argument);
        for (const auto& one : inline_)
            templates.push_back(&one);
        for (const auto* one : templates) {
            Scope own = scope;
            render(*one, own, {}, 0);
        }
    }

  private:
    struct Scope {
        std::map<std::string, ProvenanceId> names;
        std::map<std::string, const jinja::Statement*> macros;
        ProvenanceId rest = 0; // what names that are not known may be
    };
    using Template = std::vector<jinja::Statement>;

    [[nodiscard]] static std::string constant(Node node) {
        if (node.is(Kind::parenthesized_expression))
            node = node.named_child(0);
        if (!node.is(Kind::string))
            return {};
        std::string out;
        for (const Node part : node.named_children()) {
            if (part.is(Kind::interpolation))
                return {};
            if (part.is(Kind::string_content))
                out += part.text().str();
        }
        return out;
    }

    /// What an expression was assigned when it is a name with one assignment that reaches; else itself.
    [[nodiscard]] Node made(Node node) const {
        if (!node.is(Kind::identifier))
            return node;
        const auto reaching = flow_.bindings_->reaching(node.id());
        if (reaching.size() != 1)
            return node;
        const Node at = node.tree().node(flow_.bindings_->definition(reaching[0]).node);
        return at.is(Kind::assignment) && at.child(Field::right) ? at.child(Field::right) : node;
    }

    /// The templates that a name may mean, by the ends of their paths.
    [[nodiscard]] std::vector<const Template*> named(llvm::StringRef name) const {
        std::vector<const Template*> out;
        name = name.ltrim("./");
        for (std::size_t i = 0; i < flow_.program_.templates.size(); ++i) {
            llvm::StringRef path = flow_.program_.templates[i].path;
            if (path.consume_back(name) && (path.empty() || path.ends_with("/")))
                out.push_back(&table_.parsed[i]);
        }
        return out;
    }

    void bind(Scope& scope, const std::string& name, ProvenanceId value) {
        ProvenanceId& at = scope.names[name];
        at = flow_.join(at, value);
    }

    /// `{"book": book, **common}`, `dict(book=book)`, or a variable that holds one and is added to.
    void read_context(Node node, Scope& scope, unsigned depth) {
        if (!node || depth > 3)
            return;
        if (node.is(Kind::dictionary)) {
            for (const Node part : node.named_children()) {
                if (part.is(Kind::dictionary_splat))
                    read_context(part.named_child(0), scope, depth + 1);
                else if (part.is(Kind::pair) && !constant(part.child(Field::key)).empty())
                    bind(scope, constant(part.child(Field::key)), flow_.held(part.child(Field::value)));
                else
                    scope.rest = flow_.join(scope.rest, flow_.held(part));
            }
            return;
        }
        if (node.is(Kind::call) && node.child(Field::function).text() == "dict") {
            for (const Node argument : node.child(Field::arguments).named_children()) {
                if (argument.is(Kind::keyword_argument))
                    bind(scope, argument.child(Field::name).text().str(), flow_.held(argument));
                else
                    read_context(argument.is(Kind::dictionary_splat) ? argument.named_child(0) : argument, scope,
                                 depth + 1);
            }
            return;
        }
        if (const Node value = made(node); value != node && value.is_any(Kind::dictionary, Kind::call)) {
            const bool seen = value.is(Kind::dictionary) || value.child(Field::function).text() == "dict";
            if (seen && read_additions(node, scope, depth)) {
                read_context(value, scope, depth + 1);
                return;
            }
        }
        scope.rest = flow_.join(scope.rest, flow_.held(node));
    }

    /// `context["book"] = book`, `context.update(...)`; false when something else is done with the variable.
    bool read_additions(Node name, Scope& scope, unsigned depth) {
        const ModuleBindings& bindings = *flow_.bindings_;
        for (const NodeId id : bindings.symbol(bindings.symbol_at(name.id())).references) {
            const Node parent = name.tree().node(id).parent();
            if (parent.is(Kind::subscript) && parent.parent().is(Kind::assignment) &&
                parent.parent().child(Field::left) == parent) {
                if (const std::string key = constant(parent.child(Field::subscript)); !key.empty())
                    bind(scope, key, flow_.held(parent.parent().child(Field::right)));
                else
                    return false;
            } else if (parent.is(Kind::attribute) && parent.child(Field::attribute).text() == "update" &&
                       parent.parent().is(Kind::call)) {
                for (const Node argument : parent.parent().child(Field::arguments).named_children()) {
                    if (argument.is(Kind::keyword_argument))
                        bind(scope, argument.child(Field::name).text().str(), flow_.held(argument));
                    else
                        read_context(argument, scope, depth + 1);
                }
            }
        }
        return true;
    }

    void render(const Template& statements, Scope& scope, const std::set<std::string>& overridden, unsigned depth) {
        if (depth > max_rendering)
            return;
        for (const jinja::Statement& one : statements)
            if (one.kind == jinja::Statement::Kind::macro)
                scope.macros[one.name] = &one;
        for (const jinja::Statement& one : statements)
            if (one.kind == jinja::Statement::Kind::extends) {
                std::set<std::string> own = overridden;
                note_blocks(statements, own);
                for (const Template* parent : named_by(one.value)) {
                    Scope above = scope;
                    render(*parent, above, own, depth + 1);
                }
            }
        run_all(statements, scope, overridden, depth);
    }

    /// The blocks that a template says anew, without a word of those that it extends.
    static void note_blocks(const Template& statements, std::set<std::string>& out) {
        for (const jinja::Statement& one : statements) {
            if (one.kind == jinja::Statement::Kind::block && !calls_super(one.body))
                out.insert(one.name);
            note_blocks(one.body, out);
        }
    }
    static bool calls_super(const Template& statements) {
        return llvm::any_of(statements, [](const jinja::Statement& one) {
            return (one.value.kind == Part::call && one.value.parts[0].text == "super") || calls_super(one.body);
        });
    }

    [[nodiscard]] std::vector<const Template*> named_by(const jinja::Expression& value) const {
        std::vector<const Template*> out;
        if (value.kind == Part::text)
            out = named(value.text);
        for (const jinja::Expression& part : value.parts)
            llvm::append_range(out, named_by(part));
        return out;
    }

    void run_all(const Template& statements, Scope& scope, const std::set<std::string>& overridden, unsigned depth) {
        for (const jinja::Statement& one : statements)
            run_one(one, scope, overridden, depth);
    }

    void run_one(const jinja::Statement& one, Scope& scope, const std::set<std::string>& overridden, unsigned depth) {
        using Statement = jinja::Statement::Kind;
        switch (one.kind) {
        case Statement::output: print(value(one.value, scope, depth)); break;
        case Statement::loop: {
            Scope inner = scope;
            const ProvenanceId each = value(one.value, scope, depth);
            for (const std::string& target : one.targets)
                inner.names[target] = each;
            run_all(one.body, inner, overridden, depth);
            break;
        }
        case Statement::set: {
            const ProvenanceId given = value(one.value, scope, depth);
            for (const std::string& target : one.targets)
                bind(scope, target, given); // in a branch, perhaps
            run_all(one.body, scope, overridden, depth);
            break;
        }
        case Statement::block:
            if (!overridden.contains(one.name))
                run_all(one.body, scope, overridden, depth);
            break;
        case Statement::scope: {
            Scope inner = scope;
            run_all(one.body, inner, overridden, depth);
            break;
        }
        case Statement::include:
            for (const Template* included : named_by(one.value)) {
                Scope inner = scope;
                render(*included, inner, {}, depth + 1);
            }
            break;
        case Statement::import:
        case Statement::from:
            for (const Template* imported : named_by(one.value))
                for (const jinja::Statement& macro : *imported) {
                    if (macro.kind != Statement::macro)
                        continue;
                    helpers_[&macro] = imported;
                    if (one.kind == Statement::import)
                        scope.macros[one.name + "." + macro.name] = &macro;
                    for (const auto& [there, here] : one.imported)
                        if (there == macro.name)
                            scope.macros[here] = &macro;
                }
            break;
        case Statement::macro:
        case Statement::extends: break;
        }
    }

    /// What is printed is asked for its text.
    void print(ProvenanceId objects) {
        const std::set<Provenance> each = flow_.get(objects);
        for (const Provenance& one : each)
            for (const llvm::StringRef name : {"__html__", "__str__", "__repr__"})
                if (const FunctionId method = method_of(one, name)) {
                    flow_.write(flow_.parameter_base_[method.value], flow_.intern({one}));
                    break;
                }
    }

    [[nodiscard]] FunctionId method_of(const Provenance& object, llvm::StringRef name) const {
        const ClassId own = flow_.class_at(object);
        return own ? flow_.types_.method(own, name) : FunctionId{};
    }

    ProvenanceId value(const jinja::Expression& expression, Scope& scope, unsigned depth) {
        switch (expression.kind) {
        case Part::name: {
            const auto found = scope.names.find(expression.text);
            return found == scope.names.end() ? scope.rest : found->second;
        }
        case Part::text: return 0;
        case Part::attribute: return attribute(value(expression.parts[0], scope, depth), expression.text);
        case Part::call: return call(expression, scope, depth);
        case Part::filter: return filter(expression, scope, depth);
        case Part::element:
        case Part::other: break;
        }
        ProvenanceId out = 0;
        for (const jinja::Expression& part : expression.parts)
            out = flow_.join(out, value(part, scope, depth));
        return out;
    }

    /// What stands in a dictionary or a row is reached by a name that the object itself does not have.
    ProvenanceId attribute(ProvenanceId objects, llvm::StringRef path) {
        ProvenanceId at = objects;
        for (llvm::StringRef rest = path; !rest.empty();) {
            const auto [name, behind] = rest.split('.');
            const std::set<Provenance> each = flow_.get(at);
            at = 0;
            for (const Provenance& one : each) {
                const ModelInfo* model = flow_.models_.find(flow_.class_at(one));
                const bool known =
                    model != nullptr && (model->relationship(name) != nullptr || model->column(name) != nullptr ||
                                         model->property(name) != nullptr || method_of(one, name));
                at = flow_.join(at,
                                known ? flow_.read_of_objects(place_, name, flow_.intern({one})) : flow_.intern({one}));
            }
            rest = behind;
        }
        return at;
    }

    ProvenanceId call(const jinja::Expression& expression, Scope& scope, unsigned depth) {
        std::vector<ProvenanceId> arguments;
        for (const jinja::Expression& part : llvm::ArrayRef(expression.parts).drop_front())
            arguments.push_back(value(part, scope, depth));
        std::map<std::string, ProvenanceId> keywords;
        for (const auto& [name, given] : expression.keywords)
            keywords[name] = value(given, scope, depth);
        const jinja::Expression& callee = expression.parts[0];
        const std::string name = callee.kind == Part::name ? callee.text
                                 : callee.kind == Part::attribute && callee.parts[0].kind == Part::name
                                     ? callee.parts[0].text + "." + callee.text
                                     : "";
        if (const auto macro = scope.macros.find(name); macro != scope.macros.end()) {
            run_macro(*macro->second, scope, arguments, keywords, depth);
            return 0;
        }
        ProvenanceId out = 0;
        if (callee.kind == Part::attribute) {
            const ProvenanceId objects = value(callee.parts[0], scope, depth);
            const std::set<Provenance> each = flow_.get(objects);
            for (const Provenance& one : each) {
                const FunctionId method = method_of(one, callee.text);
                out = flow_.join(out, method ? call_function(method, flow_.intern({one}), arguments, keywords)
                                             : flow_.intern({one})); // of a dictionary: items(), values()
            }
        } else if (callee.kind == Part::name) {
            if (const auto known = table_.functions.find(callee.text); known != table_.functions.end())
                for (const FunctionId function : known->second)
                    out = flow_.join(out, call_function(function, std::nullopt, arguments, keywords));
        }
        return out;
    }

    void run_macro(const jinja::Statement& macro, const Scope& scope, llvm::ArrayRef<ProvenanceId> arguments,
                   const std::map<std::string, ProvenanceId>& keywords, unsigned depth) {
        if (depth > max_rendering)
            return;
        Scope inner = scope;
        if (const auto home = helpers_.find(&macro); home != helpers_.end())
            for (const jinja::Statement& other : *home->second)
                if (other.kind == jinja::Statement::Kind::macro)
                    inner.macros[other.name] = &other;
        for (std::size_t i = 0; i < macro.targets.size(); ++i) {
            const auto keyword = keywords.find(macro.targets[i]);
            inner.names[macro.targets[i]] = keyword != keywords.end() ? keyword->second
                                            : i < arguments.size()    ? arguments[i]
                                                                      : 0;
        }
        run_all(macro.body, inner, {}, depth + 1);
    }

    ProvenanceId call_function(FunctionId function, std::optional<ProvenanceId> receiver,
                               llvm::ArrayRef<ProvenanceId> arguments,
                               const std::map<std::string, ProvenanceId>& keywords) {
        const SlotId base = flow_.parameter_base_[function.value];
        const auto& parameters = flow_.parameters_[function.value];
        std::size_t next = 0;
        if (receiver && !parameters.empty())
            flow_.write(base + static_cast<SlotId>(next++), *receiver);
        for (const ProvenanceId argument : arguments)
            if (next < parameters.size())
                flow_.write(base + static_cast<SlotId>(next++), argument);
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (const auto keyword = keywords.find(parameters[i].name); keyword != keywords.end())
                flow_.write(base + static_cast<SlotId>(i), keyword->second);
        return flow_.slots_.read(flow_.return_base_ + function.value);
    }

    ProvenanceId filter(const jinja::Expression& expression, Scope& scope, unsigned depth) {
        const ProvenanceId objects = value(expression.parts[0], scope, depth);
        const auto given = llvm::find_if(expression.keywords, [](const auto& one) { return one.name == "attribute"; });
        std::string path;
        if (given != expression.keywords.end())
            path = given->value.text;
        else if (names_attribute(expression.text) && expression.parts.size() > 1)
            path = expression.parts[1].text;
        const ProvenanceId read = path.empty() ? 0 : attribute(objects, path);
        std::vector<ProvenanceId> arguments{objects};
        for (const jinja::Expression& part : llvm::ArrayRef(expression.parts).drop_front())
            arguments.push_back(value(part, scope, depth));
        if (const auto own = table_.functions.find(expression.text); own != table_.functions.end()) {
            ProvenanceId out = 0;
            for (const FunctionId function : own->second)
                out = flow_.join(out, call_function(function, std::nullopt, arguments, {}));
            return out;
        }
        if (expression.text == "join" && path.empty())
            print(objects);
        if (gives_no_objects(expression.text))
            return 0;
        if (expression.text == "map" && !path.empty())
            return read;
        ProvenanceId out = objects; // sorted, the first, or another one in its place: default(...)
        for (const ProvenanceId one : arguments)
            out = flow_.join(out, one);
        return out;
    }

    ProvenanceFlow& flow_;
    const TemplateTable& table_;
    Place place_;
    std::deque<Template> inline_; // handed over as text
    std::map<const jinja::Statement*, const Template*> helpers_; // where imported macros stand
};

bool ProvenanceFlow::renders_template(llvm::StringRef external) const {
    if (knowledge_.role(external) == Role::renders_template)
        return true;
    const auto [owner, method] = external.rsplit('.');
    const MemberKnowledge* member = method.empty() ? nullptr : knowledge_.member(owner, method);
    return member != nullptr && member->role == Role::renders_template;
}

void ProvenanceFlow::read_template(Node call) {
    if (!templates_) {
        auto table = std::make_shared<TemplateTable>();
        for (const TemplateFile& file : program_.templates)
            table->parsed.push_back(jinja::parse(file.text));
        note_functions(program_, types_, *table);
        templates_ = std::move(table);
    }
    TemplateReader(*this, call).run(call);
}

} // namespace sqlawait
