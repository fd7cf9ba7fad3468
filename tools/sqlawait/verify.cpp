#include "tools/sqlawait/verify.h"

#include "rewriters/engine/rule.h"
#include "tools/sqlawait/new_texts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <map>
#include <set>

namespace sqlawait {

namespace {

/// "app.crud.base.CRUDBase." of "app.crud.base.CRUDBase.get".
llvm::StringRef container_of(llvm::StringRef qualified_name) {
    return qualified_name.take_front(qualified_name.rfind('.') + 1);
}

/// Where an offset of the new text was in the old one; inside of replaced text the begin of what was replaced.
Offset old_offset(llvm::ArrayRef<TextEdit> edits, Offset at) {
    std::int64_t shift = 0; // new minus old, behind the edits passed
    for (const TextEdit& edit : edits) {
        const std::int64_t begin = edit.range.begin + shift;
        if (at < begin)
            break;
        if (at < begin + static_cast<std::int64_t>(edit.text.size()))
            return edit.range.begin;
        shift += static_cast<std::int64_t>(edit.text.size()) - edit.range.size();
    }
    return static_cast<Offset>(at - shift);
}

class Blame {
  public:
    explicit Blame(const Analysis& analysis) : a_(analysis) {
        for (const PlannedFile& file : analysis.plan.files)
            files_[analysis.program.module(file.module).source.path] = &file;
        for (const FunctionInfo& function : analysis.symbols.functions()) {
            const ColouredFunction& colour = analysis.colours.function(function.id);
            const std::string container = container_of(function.qualified_name).str();
            by_new_name_.emplace(function.qualified_name, function.id);
            by_new_name_.emplace(container + colour.sync_name, function.id);
            by_new_name_.emplace(container + colour.async_name, function.id);
            if (const ClassId twin = analysis.colours.twin_class_of(analysis.symbols, function.id)) {
                // "app.Service.find" is a method of "app.ServiceSync", too.
                const llvm::StringRef plain = analysis.symbols.class_(twin).qualified_name;
                const llvm::StringRef rest = llvm::StringRef(function.qualified_name).drop_front(plain.size());
                const ColouredClass& forms = analysis.colours.class_(twin);
                for (const std::string& name : {forms.sync_name, forms.async_name})
                    by_new_name_.emplace((container_of(plain) + name + rest).str(), function.id);
            }
        }
    }

    [[nodiscard]] bool changed(llvm::StringRef path) const { return files_.count(path.str()) != 0; }
    /// Whether a name of the new program is one that this run gave to a second form.
    [[nodiscard]] bool is_invented(const std::string& name) const {
        const auto found = by_new_name_.find(name);
        return found != by_new_name_.end() && a_.symbols.function(found->second).qualified_name != name;
    }

    /// A problem at a place of the new program; `function` is the new name of what it is in, if that is known.
    [[nodiscard]] VerifyProblem at(const SourceText& source, Offset offset, const llvm::Twine& message,
                                   const std::string& function = "") const {
        VerifyProblem problem;
        const LineColumn place = source.lines.at(offset);
        problem.message = llvm::formatv("{0}:{1}:{2}: {3}", source.path, place.line, place.column, message.str());
        // The text of a twin is nowhere in the old program, but its name tells whose twin it is.
        if (const auto named = by_new_name_.find(function); named != by_new_name_.end()) {
            problem.function = named->second;
            problem.module = a_.symbols.function(problem.function).module;
            problem.groups = groups_in(problem.module, problem.function);
            return problem;
        }
        const auto found = files_.find(source.path);
        if (found == files_.end())
            return problem;
        const PlannedFile& file = *found->second;
        problem.module = file.module;
        const Node node = a_.program.module(file.module).tree.at(old_offset(file.edits, offset));
        if (node)
            problem.function = function_around(file.module, node);
        problem.groups = groups_in(file.module, problem.function);
        return problem;
    }

  private:
    [[nodiscard]] FunctionId function_around(ModuleId module, Node node) const {
        if (const Node definition = node.parent(); definition.is(Kind::function_definition))
            if (const FunctionId own = a_.symbols.function_at({module, definition.id()}); own)
                return own;
        if (const FunctionId own = a_.symbols.function_at({module, node.id()}); own)
            return own;
        return a_.symbols.enclosing_function({module, node.id()});
    }

    [[nodiscard]] std::vector<std::uint32_t> groups_in(ModuleId module, FunctionId function) const {
        std::set<std::uint32_t> out;
        for (std::size_t i = 0; i < a_.findings.size(); ++i)
            if (a_.findings[i].place.module == module && a_.plan.accepted(i) &&
                function_of(a_.facts, a_.findings[i]) == function)
                out.insert(*a_.plan.group_of[i]);
        return {out.begin(), out.end()};
    }

    const Analysis& a_;
    std::map<std::string, const PlannedFile*> files_;
    std::map<std::string, FunctionId> by_new_name_; // qualified names in the new program
};

std::map<std::string, const Module*> modules_by_path(const Analysis& analysis) {
    std::map<std::string, const Module*> out;
    for (const auto& module : analysis.program.modules)
        out[module->source.path] = module.get();
    return out;
}

/// The qualified name of the function around an offset; "" at module level.
std::string function_at(const Analysis& analysis, const Module& module, Offset offset) {
    const Node node = module.tree.at(offset);
    const FunctionId around = node ? analysis.symbols.enclosing_function({module.id, node.id()}) : FunctionId();
    return around ? analysis.symbols.function(around).qualified_name : std::string();
}

/// Syntax of the files that were changed.
std::vector<VerifyProblem> syntax_problems(const Analysis& before, const Analysis& after, const Blame& blame) {
    std::vector<VerifyProblem> out;
    const std::map<std::string, const Module*> old_modules = modules_by_path(before);
    for (const auto& module : after.program.modules) {
        if (!blame.changed(module->source.path))
            continue;
        if (module->source.read_only_reason)
            out.push_back(blame.at(module->source, 0, *module->source.read_only_reason));
        for (const SyntaxProblem& problem : module->tree.problems())
            out.push_back(blame.at(module->source, problem.range.begin, problem.message));
        // Notebooks and the like await at module level; what was so before is not our doing.
        std::multiset<std::string> old;
        for (const SyntaxProblem& problem : async_problems(old_modules.at(module->source.path)->tree))
            old.insert(problem.message);
        for (const SyntaxProblem& problem : async_problems(module->tree)) {
            if (const auto known = old.find(problem.message); known != old.end())
                old.erase(known);
            else
                out.push_back(blame.at(module->source, problem.range.begin, problem.message));
        }
    }
    return out;
}

/// Coroutines that are dropped now and were not before, in all files: who calls what became async may stand in one
/// that did not change. What is called is to blame when it is of the program, for the call was not seen.
std::vector<VerifyProblem> coroutine_problems(const Analysis& before, const Analysis& after, const Blame& blame) {
    std::vector<VerifyProblem> out;
    const std::map<std::string, const Module*> old_modules = modules_by_path(before);
    for (const auto& module : after.program.modules) {
        std::multiset<std::string> old;
        if (const auto known = old_modules.find(module->source.path); known != old_modules.end())
            for (const SyntaxProblem& problem : dropped_coroutines(before, known->second->id))
                old.insert(known->second->source.slice(problem.range).str());
        for (const SyntaxProblem& problem : dropped_coroutines(after, module->id)) {
            if (const auto known = old.find(module->source.slice(problem.range).str()); known != old.end()) {
                old.erase(known);
                continue;
            }
            std::string called;
            for (const CallInfo& call : after.types.calls(module->id))
                if (module->tree.node(call.node).range() == problem.range)
                    for (const CallTarget& target : call.targets)
                        if (target.function)
                            called = after.symbols.function(target.function).qualified_name;
            if (called.empty())
                called = function_at(after, *module, problem.range.begin);
            out.push_back(blame.at(module->source, problem.range.begin, problem.message, called));
        }
    }
    return out;
}

/// Asynchronous sessions that are handed to code which says that its sessions are synchronous. What hands them over
/// is to blame: it must not be asynchronous.
std::vector<VerifyProblem> session_problems(const Analysis& before, const Analysis& after, const Blame& blame) {
    std::vector<VerifyProblem> out;
    const std::map<std::string, const Module*> old_modules = modules_by_path(before);
    for (const auto& module : after.program.modules) {
        std::multiset<std::string> known;
        if (const auto there = old_modules.find(module->source.path); there != old_modules.end())
            for (const SyntaxProblem& problem : mixed_sessions(before, there->second->id))
                known.insert(there->second->source.slice(problem.range).str());
        for (const SyntaxProblem& problem : mixed_sessions(after, module->id)) {
            if (const auto same = known.find(module->source.slice(problem.range).str()); same != known.end())
                known.erase(same);
            else
                out.push_back(blame.at(module->source, problem.range.begin, problem.message,
                                       function_at(after, *module, problem.range.begin)));
        }
    }
    return out;
}

/// Calls of a second form by its name on what may be of a class that has none of it.
std::vector<VerifyProblem> name_problems(const Analysis& after, const Blame& blame) {
    std::set<std::string> invented;
    for (const FunctionInfo& function : after.symbols.functions())
        if (function.owner && blame.is_invented(function.qualified_name))
            invented.insert(function.name);
    const auto lacks = [&](ClassId id, llvm::StringRef name) {
        if (!after.types.external_bases(id).empty())
            return false;
        return llvm::none_of(after.types.linearised(id), [&](ClassId base) {
            return llvm::any_of(after.symbols.class_(base).methods, [&](FunctionId method) {
                return after.symbols.function(method).name == name ||
                       after.symbols.function(method).name == "__getattr__";
            });
        });
    };
    std::vector<VerifyProblem> out;
    for (const auto& module : after.program.modules)
        for (const CallInfo& call : after.types.calls(module->id)) {
            const Node callee = module->tree.node(call.node).child(Field::function);
            const std::string name =
                callee.is(Kind::attribute) ? callee.child(Field::attribute).text().str() : std::string();
            if (name.empty() || !invented.contains(name))
                continue;
            for (const Atom& atom :
                 after.types.store().atoms(after.types.type_of({module->id, callee.child(Field::object).id()})))
                if (atom.kind == Atom::Kind::instance && lacks(ClassId{atom.id}, name)) {
                    out.push_back(blame.at(module->source, callee.begin(),
                                           after.symbols.class_(ClassId{atom.id}).qualified_name + " has no " + name,
                                           function_at(after, *module, callee.begin())));
                    break;
                }
        }
    return out;
}

/// Whether a second run would give a second form to what the first one made as a second form.
bool twins_an_invention(const Analysis& after, const Blame& blame) {
    return llvm::any_of(after.symbols.functions(), [&](const FunctionInfo& function) {
        const ColouredFunction& colour = after.colours.function(function.id);
        return colour.form.twin() && colour.io && blame.is_invented(function.qualified_name);
    });
}

} // namespace

Verified verify(const Analysis& before, const PipelineOptions& options, std::vector<std::unique_ptr<Module>>& reread) {
    if (before.patches.empty())
        return {};
    const Blame blame(before);
    PassTimer untold;

    PipelineOptions again = options;
    again.recorded.clear(); // lines have moved
    again.load.overrides.clear();
    for (const auto& override_ : options.load.overrides)
        if (!blame.changed(override_.first))
            again.load.overrides.push_back(override_);
    for (const FilePatch& patch : before.patches)
        again.load.overrides.emplace_back(patch.path, patch.after);
    again.colour.withdrawn.clear(); // those are numbers, and the new program numbers its functions anew
    for (const auto& [function, reason] : options.colour.withdrawn)
        again.withdrawn.emplace_back(before.symbols.function(function).qualified_name, reason);
    again.parsed = {&before.program.modules, &reread};
    again.last = Pass::apply;
    again.texts = false;
    const PipelineResult read = run_pipeline(again, untold);
    if (!read.error.empty())
        return {{{ModuleId(), FunctionId(), {}, read.error}}, {}, {}};
    const Analysis& after = *read.analysis;
    const auto keep = llvm::make_scope_exit([&] {
        reread = std::move(read.analysis->program.modules);
        llvm::erase_if(reread, [&](const auto& module) { return !blame.changed(module->source.path); });
    });
    std::vector<VerifyProblem> problems = syntax_problems(before, after, blame);
    if (!problems.empty())
        return {std::move(problems), {}, {}};
    problems = coroutine_problems(before, after, blame);
    llvm::append_range(problems, session_problems(before, after, blame));
    llvm::append_range(problems, name_problems(after, blame));
    if (!problems.empty())
        return {std::move(problems), {}, {}};
    std::vector<VerifyProblem> differences;
    bool differs = false;
    for (const PlannedFile& file : after.plan.files) {
        const Module& module = after.program.module(file.module);
        if (!blame.changed(module.source.path))
            continue;
        for (std::size_t i = 0; i < after.findings.size(); ++i) {
            const Finding& finding = after.findings[i];
            if (finding.place.module != file.module || !after.plan.accepted(i) || finding.fix->edits.empty())
                continue;
            differs = true;
            if (const Rule* rule = find_rule(finding.code);
                rule != nullptr && (rule->stage == Stage::loads || rule->stage == Stage::select))
                continue;
            const FunctionId function = function_of(after.facts, finding);
            differences.push_back(
                blame.at(module.source, finding.range.begin,
                         "a second run would change this again: " + finding.code + " " + finding.message,
                         function ? after.symbols.function(function).qualified_name : std::string()));
        }
    }
    if (!differs)
        return {};
    if (twins_an_invention(after, blame))
        return {std::move(differences), {}, {}};
    if (std::string error = NewTexts().make(*read.analysis, again.rewrite, again.load.jobs); !error.empty())
        return {{{ModuleId(), FunctionId(), {}, std::move(error)}}, {}, {}};
    return {{}, std::move(differences), std::move(read.analysis->patches)};
}

} // namespace sqlawait
