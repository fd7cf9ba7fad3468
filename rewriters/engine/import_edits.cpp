// The edits of a module's import statements: what goes, what comes, and where.
#include "analysis/project/module_names.h"
#include "rewriters/engine/imports.h"
#include "rewriters/engine/session_doubles.h"
#include "rewriters/engine/session_switch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <set>

namespace sqlawait {

namespace {

bool is_word(char c) { return llvm::isAlnum(c) || c == '_'; }

void collect_words(llvm::StringRef text, llvm::StringSet<>& out) {
    while (!text.empty()) {
        text = text.drop_until(is_word);
        const llvm::StringRef word = text.take_while(is_word);
        if (!word.empty())
            out.insert(word);
        text = text.drop_front(word.size());
    }
}

bool replaced(ByteRange range, llvm::ArrayRef<TextEdit> edits) {
    return llvm::any_of(edits, [&](const TextEdit& edit) { return !edit.range.empty() && edit.range.contains(range); });
}

/// Words of strings that may be annotations: `db: "Session"`, `cast("Session", x)`.
llvm::StringSet<> quoted_names(const SyntaxTree& tree, llvm::ArrayRef<TextEdit> accepted) {
    llvm::StringSet<> out;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if (!node.is(Kind::string_content) || replaced(node.range(), accepted))
            continue;
        const llvm::StringRef text = node.text();
        if (text.find_if([](char c) { return !is_word(c) && !llvm::StringRef(".,[]| '\"").contains(c); }) ==
            llvm::StringRef::npos)
            collect_words(text, out);
    }
    return out;
}

/// Whether a comment keeps an import that nobody uses: `# noqa`, or with the code for that among others.
bool has_noqa(Node statement) {
    const SyntaxTree& tree = statement.tree();
    const SourceText& source = tree.source();
    const std::string lines = llvm::StringRef(source.text).slice(statement.begin(), line_after(statement)).lower();
    for (llvm::StringRef rest = lines; rest.contains('#');) {
        rest = rest.split('#').second;
        llvm::StringRef comment = rest.take_until([](char c) { return c == '#' || c == '\n' || c == '\r'; }).ltrim();
        if (!comment.consume_front("noqa"))
            continue;
        comment = comment.ltrim();
        if (!comment.consume_front(":") || comment.contains("f401"))
            return true;
    }
    return false;
}

/// Whether another module takes the name from this one.
bool used_by_importers(const Facts& facts, ModuleId module, llvm::StringRef name) {
    for (const ModuleId importer : facts.symbols.importers(module)) {
        for (const ImportStatement& statement : read_import_statements(facts, importer)) {
            if (statement.target != module)
                continue;
            if (statement.star || llvm::any_of(statement.names, [&](const ImportedName& n) { return n.name == name; }))
                return true;
        }
        const SyntaxTree& tree = facts.module(importer).tree;
        for (NodeId id = 0; id < tree.size(); ++id) {
            const Node node = tree.node(id);
            if (!node.is(Kind::attribute) || node.child(Field::attribute).text() != name)
                continue;
            const auto targets = facts.symbols.resolve_expression(importer, node.child(Field::object));
            if (llvm::any_of(targets, [&](const Target& target) {
                    return target.kind == Target::Kind::module && target.module == module;
                }))
                return true;
        }
    }
    return false;
}

/// Which names of which statements nobody uses any more.
class LostNames {
  public:
    LostNames(const Facts& facts, ModuleId module, llvm::ArrayRef<TextEdit> accepted)
        : facts_(facts), module_(module), accepted_(accepted), quoted_(quoted_names(tree(), accepted)) {
        for (const TextEdit& edit : accepted)
            collect_words(edit.text, spelled_);
        const ModuleBindings& bindings = facts.symbols.bindings(module);
        for (std::size_t i = 0; i < bindings.definitions().size(); ++i)
            definition_at_[bindings.definitions()[i].node] = DefinitionId(static_cast<std::uint32_t>(i));
    }

    [[nodiscard]] std::vector<std::size_t> of(const ImportStatement& statement) const {
        std::vector<std::size_t> out;
        if (!may_change(statement))
            return out;
        for (std::size_t i = 0; i < statement.names.size(); ++i)
            if (lost(statement.names[i]))
                out.push_back(i);
        // An emptied block would be no Python any more; a module that `try` asks for may not be there.
        const bool alone = statement.node.parent().named_children().size() == 1 && !statement.top_level;
        if (out.size() == statement.names.size() && (alone || statement.node.ancestor(Kind::try_statement)))
            out.clear();
        return out;
    }

  private:
    [[nodiscard]] const SyntaxTree& tree() const { return facts_.module(module_).tree; }

    [[nodiscard]] bool may_change(const ImportStatement& statement) const {
        if (facts_.module(module_).is_package || statement.star || has_noqa(statement.node))
            return false;
        // Statements that share their line are left alone.
        const SourceText& source = facts_.module(module_).source;
        const Offset line = source.lines.line_begin(source.lines.at(statement.node.begin()).line);
        const llvm::StringRef before = llvm::StringRef(source.text).slice(line, statement.node.begin());
        const llvm::StringRef after =
            llvm::StringRef(source.text).slice(statement.node.end(), line_after(statement.node));
        const llvm::StringRef rest = after.ltrim();
        return before.trim().empty() && (rest.empty() || rest.front() == '#');
    }

    [[nodiscard]] bool lost(const ImportedName& name) const {
        const ModuleBindings& bindings = facts_.symbols.bindings(module_);
        const auto found = definition_at_.find(name.node.id());
        if (found == definition_at_.end() || (name.aliased && name.name == name.local))
            return false;
        const Symbol& symbol = bindings.symbol(bindings.definition(found->second).symbol);
        const bool only_imported = llvm::all_of(symbol.definitions, [&](DefinitionId id) {
            return bindings.definition(id).kind == DefinitionKind::import_name;
        });
        if ((symbol.definitions.size() != 1 && !only_imported) || symbol.references.empty())
            return false;
        const bool all_replaced = llvm::all_of(
            symbol.references, [&](NodeId reference) { return replaced(tree().node(reference).range(), accepted_); });
        if (!all_replaced || spelled_.contains(name.local) || quoted_.contains(name.local))
            return false;
        if (const auto* all = bindings.dunder_all(); all != nullptr && llvm::is_contained(*all, name.local))
            return false;
        return !used_by_importers(facts_, module_, name.local);
    }

    const Facts& facts_;
    ModuleId module_;
    llvm::ArrayRef<TextEdit> accepted_;
    llvm::StringSet<> quoted_;
    llvm::StringSet<> spelled_;
    llvm::DenseMap<NodeId, DefinitionId> definition_at_;
};

/// The first part of a dotted name; dots of a relative import stand for themselves.
llvm::StringRef package_of(llvm::StringRef module) {
    return module.starts_with(".") ? module.take_while([](char c) { return c == '.'; }) : module.split('.').first;
}

/// Where a new statement goes: beside one of the import block, or at the head of the module.
struct Anchor {
    const ImportStatement* statement = nullptr; // null: head of the module
    bool after = true;
    bool apart = false; // a blank line between the two
};

llvm::StringRef module_of(const ImportStatement& statement) {
    return statement.from ? llvm::StringRef(statement.module) : llvm::StringRef(statement.names.front().name);
}

/// The imports at the head of the module, up to the first statement that does something else.
std::vector<const ImportStatement*> import_block(const SyntaxTree& tree, llvm::ArrayRef<ImportStatement> statements) {
    std::vector<const ImportStatement*> out;
    Offset end = 0;
    for (const Node child : tree.root().named_children()) {
        const bool passed = child.is_any(Kind::import_statement, Kind::import_from_statement,
                                         Kind::future_import_statement, Kind::try_statement, Kind::if_statement) ||
                            (child.is(Kind::expression_statement) && child.named_child(0).is(Kind::string));
        if (!passed)
            break;
        end = child.end();
    }
    for (const ImportStatement& statement : statements)
        if (statement.top_level && !statement.names.empty() && statement.node.end() <= end)
            out.push_back(&statement);
    return out;
}

/// isort's sections, in their order.
enum class Section : std::uint8_t { standard, other, own, relative };

Section section_of(const Facts& facts, ModuleId own, llvm::StringRef module) {
    if (module.starts_with("."))
        return Section::relative;
    if (is_standard_module(package_of(module)))
        return Section::standard;
    return facts.symbols.find_module(own, module) || facts.symbols.find_module(own, package_of(module)) ||
                   is_session_doubles_module(module) || is_session_switch_module(module)
               ? Section::own
               : Section::other;
}

/// The imports at a module's head and the sections that they are in.
struct Block {
    std::vector<const ImportStatement*> statements;
    std::vector<Section> sections;
    bool separated = true; // blank lines between sections

    Block(const Facts& facts, ModuleId own, std::vector<const ImportStatement*> all) : statements(std::move(all)) {
        for (const ImportStatement* statement : statements)
            sections.push_back(section_of(facts, own, module_of(*statement)));
        const LineIndex& lines = facts.module(own).source.lines;
        for (std::size_t i = 1; i < statements.size(); ++i)
            separated &= sections[i] == sections[i - 1] ||
                         lines.at(statements[i - 1]->node.end()).line + 1 < lines.at(statements[i]->node.begin()).line;
    }
};

/// isort's order: `import x` in front of `from x import y`, each by name.
bool by_kind(const ImportStatement* a, const ImportStatement* b) {
    return a->from != b->from ? !a->from : module_of(*a) < module_of(*b);
}

bool by_name(const ImportStatement* a, const ImportStatement* b) { return module_of(*a) < module_of(*b); }

/// Where a statement goes among those of its kind, in the order that they are in.
Anchor among(llvm::ArrayRef<const ImportStatement*> beside, llvm::StringRef module, bool from) {
    const bool kinds = llvm::is_sorted(beside, by_kind), names = llvm::is_sorted(beside, by_name);
    const ImportStatement* last = nullptr;
    for (const ImportStatement* statement : beside) {
        const bool earlier = kinds ? statement->from != from ? !statement->from : module_of(*statement) < module
                                   : !names || module_of(*statement) < module;
        if (earlier)
            last = statement;
    }
    return last == nullptr ? Anchor{beside.front(), false} : Anchor{last, true};
}

Anchor anchor_for(llvm::StringRef module, bool from, Section section, const Block& block) {
    if (block.statements.empty())
        return {};
    std::vector<const ImportStatement*> beside, same;
    const ImportStatement* last_before = nullptr;
    for (std::size_t i = 0; i < block.statements.size(); ++i) {
        const ImportStatement* statement = block.statements[i];
        if (package_of(module_of(*statement)) == package_of(module))
            beside.push_back(statement);
        if (block.sections[i] == section)
            same.push_back(statement);
        if (block.sections[i] < section)
            last_before = statement;
    }
    // Where packages have no order, a new statement stands beside those of its own.
    const bool sorted = llvm::is_sorted(same, by_kind) || llvm::is_sorted(same, by_name);
    if (const auto& all = sorted || beside.empty() ? same : beside; !all.empty())
        return among(all, module, from);
    return last_before != nullptr ? Anchor{last_before, true, block.separated}
                                  : Anchor{block.statements.front(), false, block.separated};
}

bool has_alias(const ImportStatement& statement) {
    return llvm::any_of(statement.names, [](const ImportedName& name) { return name.aliased; });
}

/// isort's and Ruff's way: `from models import User as UserModel` is a statement of its own for each such name.
bool keeps_aliases_apart(llvm::ArrayRef<const ImportStatement*> statements) {
    return statements.size() > 1 && llvm::any_of(statements, [](const auto* one) { return has_alias(*one); }) &&
           llvm::all_of(statements, [](const auto* one) { return !has_alias(*one) || one->names.size() == 1; });
}

/// Where such a statement goes among the others of its module.
Anchor beside_aliases(llvm::ArrayRef<const ImportStatement*> statements, llvm::StringRef name) {
    const ImportStatement* last = nullptr;
    for (const ImportStatement* one : statements)
        if (has_alias(*one) && imported_before(one->names.front().name, name))
            last = one;
    return last == nullptr ? Anchor{statements.front(), false} : Anchor{last, true};
}

/// A new statement in a module that has none to stand beside: after the docstring and `__future__`.
Edit insert_at_head(const SyntaxTree& tree, const std::string& text) {
    const SourceText& source = tree.source();
    const std::string newline = source.newline_text().str();
    const auto statements = tree.root().named_children();
    Node before, next;
    for (const Node child : statements) {
        const bool head = child.is(Kind::future_import_statement) ||
                          (child == statements.front() && child.is(Kind::expression_statement) &&
                           child.named_child(0).is(Kind::string));
        if (!head) {
            next = child;
            break;
        }
        before = child;
    }
    if (!before) {
        if (!next)
            return insert(static_cast<Offset>(source.text.size()), text + newline);
        const bool definition =
            next.is_any(Kind::function_definition, Kind::class_definition, Kind::decorated_definition);
        return insert(next.begin(), text + newline + newline + (definition ? newline : ""));
    }
    const Offset at = line_after(before);
    const unsigned line = source.lines.at(at).line;
    const llvm::StringRef below = llvm::StringRef(source.text).slice(at, source.lines.line_begin(line + 1));
    const bool ended = at > before.end() && llvm::StringRef("\r\n").contains(source.text[at - 1]);
    return insert(at, (ended ? "" : newline) + newline + text + newline + (below.trim().empty() ? "" : newline));
}

/// How a module of the program is named by this file: as another import of it, wherever that stands, relative where
/// the file's imports are, else by that of its names which the file's other imports use.
std::string import_path(const Facts& facts, ModuleId own, ModuleId target, llvm::StringRef given,
                        llvm::ArrayRef<ImportStatement> statements) {
    const ImportStatement* relative = nullptr;
    std::size_t habit = 0;
    for (const ImportStatement& statement : statements) {
        if (!statement.from || !statement.target)
            continue;
        if (statement.target == target)
            return statement.module;
        if (llvm::StringRef(statement.module).starts_with("."))
            relative = &statement;
        else if (const auto& names = facts.module(statement.target).names; llvm::is_contained(names, statement.module))
            habit = static_cast<std::size_t>(llvm::find(names, statement.module) - names.begin());
    }
    const std::vector<std::string>& names = facts.module(target).names;
    if (relative == nullptr)
        return habit < names.size() && given == names.front() ? names[habit] : given.str();
    llvm::SmallVector<llvm::StringRef, 8> here, there;
    llvm::StringRef(facts.module(own).name()).split(here, '.');
    if (!facts.module(own).is_package)
        here.pop_back();
    llvm::StringRef(names.front()).split(there, '.');
    std::size_t common = 0;
    while (common < here.size() && common < there.size() && here[common] == there[common])
        ++common;
    if (common == 0)
        return given.str();
    return std::string(here.size() - common + 1, '.') + llvm::join(llvm::ArrayRef(there).drop_front(common), ".");
}

struct Addition {
    std::string module;
    std::vector<std::string> names; // "select", "select as sa_select"; empty: the module itself
    Section section = Section::other;
    bool apart = false; // a blank line between it and the anchor
};

std::string statement_text(const SourceText& source, const Addition& addition) {
    return addition.names.empty() ? "import " + addition.module
                                  : import_statement_text(source, addition.module, addition.names);
}

} // namespace

std::vector<Edit> ImportLedger::edits(const std::vector<ImportNeed>& needs, llvm::ArrayRef<TextEdit> accepted) {
    const SyntaxTree& tree = facts_->module(module_).tree;
    const SourceText& source = tree.source();
    std::map<std::string, std::set<std::string>> wanted; // by module: the names as an import lists them
    std::map<Offset, std::set<std::string>> inner; // by the begin of a statement inside of a function
    for (const ImportNeed& need : needs) {
        if (need.statement) {
            inner[*need.statement].insert(need.name);
            continue;
        }
        std::string local = need.local;
        if (local.empty()) {
            const Spelling& spelling = this->spelling(need.module, need.name, {});
            if (!spelling.new_import)
                continue;
            local = spelling.text;
        }
        std::set<std::string>& names = wanted[need.module];
        if (!need.name.empty())
            names.insert(local == need.name ? need.name : need.name + " as " + local);
    }

    const LostNames lost_names(*facts_, module_, accepted);
    const Block block(*facts_, module_, import_block(tree, statements_));
    std::map<const ImportStatement*, std::vector<std::string>> added; // to existing statements
    for (const ImportStatement& statement : statements_)
        if (const auto names = inner.find(statement.node.begin()); names != inner.end())
            added[&statement].assign(names->second.begin(), names->second.end());
    std::map<std::pair<Offset, bool>, std::vector<Addition>> fresh;   // by the anchor's begin and side
    std::map<std::pair<Offset, bool>, Anchor> anchors;
    for (const auto& [module, names] : wanted) {
        std::vector<const ImportStatement*> existing;
        for (const ImportStatement& s : statements_) {
            const bool same =
                s.module == module || (s.target && s.target == facts_->symbols.find_module(module_, module));
            if (!names.empty() && s.from && s.top_level && !s.star && same)
                existing.push_back(&s);
        }
        if (keeps_aliases_apart(existing)) {
            for (const std::string& name : names) {
                const bool aliased = llvm::StringRef(name).contains(" as ");
                const auto plain = llvm::find_if(existing, [&](const ImportStatement* s) { return !has_alias(*s); });
                if (!aliased && plain != existing.end()) {
                    added[*plain].push_back(name);
                    continue;
                }
                const Anchor anchor = beside_aliases(existing, name);
                const std::pair<Offset, bool> key(anchor.statement->node.begin(), anchor.after);
                anchors[key] = anchor;
                fresh[key].push_back(
                    {anchor.statement->module, {name}, section_of(*facts_, module_, anchor.statement->module), false});
            }
            continue;
        }
        if (!existing.empty()) {
            added[existing.front()].assign(names.begin(), names.end());
            continue;
        }
        const ModuleId target = facts_->symbols.find_module(module_, module);
        const std::string path =
            target && !names.empty() ? import_path(*facts_, module_, target, module, statements_) : module;
        const Section section = section_of(*facts_, module_, path);
        const Anchor anchor = anchor_for(path, !names.empty(), section, block);
        const std::pair<Offset, bool> key(anchor.statement == nullptr ? 0 : anchor.statement->node.begin(),
                                          anchor.after);
        anchors[key] = anchor;
        fresh[key].push_back({path, {names.begin(), names.end()}, section, anchor.apart});
    }

    std::vector<Edit> out;
    const std::string newline = source.newline_text().str();
    std::map<const ImportStatement*, std::string> instead; // of statements that lose all of their names
    for (auto& [key, additions] : fresh) {
        const Anchor anchor = anchors[key];
        llvm::stable_sort(additions, [](const Addition& a, const Addition& b) {
            return a.section != b.section ? a.section < b.section : a.names.empty() && !b.names.empty();
        });
        std::string text;
        for (std::size_t i = 0; i < additions.size(); ++i) {
            const bool apart = i > 0 && block.separated && additions[i].section != additions[i - 1].section;
            text += (i == 0 ? "" : apart ? newline + newline : newline) + statement_text(source, additions[i]);
        }
        if (anchor.statement == nullptr) {
            out.push_back(insert_at_head(tree, text));
            continue;
        }
        const bool goes = added.find(anchor.statement) == added.end() &&
                          lost_names.of(*anchor.statement).size() == anchor.statement->names.size();
        if (goes) {
            std::string& place = instead[anchor.statement];
            place += (place.empty() ? "" : newline) + text;
            continue;
        }
        const Offset at = anchor.after ? line_after(anchor.statement->node)
                                       : source.lines.line_begin(source.lines.at(anchor.statement->node.begin()).line);
        const bool ended = at == 0 || llvm::StringRef("\r\n").contains(source.text[at - 1]);
        if (anchor.after && additions.front().apart)
            text.insert(0, newline);
        text += newline;
        if (!anchor.after && additions.back().apart)
            text += newline;
        out.push_back(insert(at, ended ? text : newline + text));
    }
    for (const ImportStatement& statement : statements_) {
        const std::vector<std::size_t> lost = lost_names.of(statement);
        const auto additions = added.find(&statement);
        if (lost.empty() && additions == added.end())
            continue;
        llvm::append_range(out, change_names(source, statement, lost,
                                             additions == added.end() ? std::vector<std::string>() : additions->second,
                                             instead[&statement]));
    }
    return out;
}

} // namespace sqlawait
