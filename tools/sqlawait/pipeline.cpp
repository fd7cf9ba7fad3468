// The page to read first: what happens, in order.
//
//   understand   load -> parse -> bind -> link -> models -> infer -> call -> queries     once
//   decide       colour -> load-plan -> (freeze) -> match -> plan -> apply -> verify     until it holds
//
// Deciding is repeated when the plan had to decline what a function needs to become async, or when
// the new text does not verify: the function is withdrawn, and colouring finds a consistent rest.
#include "tools/sqlawait/pipeline.h"

#include "analysis/parallel.h"
#include "tools/sqlawait/new_texts.h"
#include "tools/sqlawait/verify.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

namespace sqlawait {

namespace {

/// Each round withdraws at least one function or group, so this only bounds how long we try.
constexpr unsigned max_rounds = 24;

/// How often what a second run would change is taken over; once is the rule.
constexpr unsigned max_completions = 4;

/// Library knowledge that the configuration adds. Gives an error or "".
std::string add_knowledge(Knowledge& knowledge, const std::vector<std::string>& files) {
    for (const std::string& file : files) {
        const auto buffer = llvm::MemoryBuffer::getFile(file);
        if (!buffer)
            return file + ": cannot be read: " + buffer.getError().message();
        if (std::string error = knowledge.add(file, (*buffer)->getBuffer()); !error.empty())
            return error;
    }
    return "";
}

/// Up to the facts that don't depend on what is decided later. Gives an error or "".
std::string understand(Analysis& a, const PipelineOptions& options, PassTimer& timer) {
    const unsigned jobs = options.load.jobs;
    std::string error;
    std::vector<ModuleBindings> bindings;

    timer.run(Pass::load, [&] {
        LoadResult loaded = load_program(options.load);
        a.program = std::move(loaded.program);
        error = std::move(loaded.error);
    });
    if (!error.empty() || options.last == Pass::load)
        return error;

    timer.run(Pass::parse, [&] { parse_program(a.program, jobs, options.parsed); });
    if (options.last == Pass::parse)
        return "";

    a.knowledge = built_in_knowledge();
    if (error = add_knowledge(a.knowledge, options.knowledge); !error.empty())
        return error;

    timer.run(Pass::bind, [&] {
        bindings.resize(a.program.modules.size());
        for_each_index(bindings.size(), jobs, [&](std::size_t i) { bindings[i] = bind(a.program.modules[i]->tree); });
    });
    timer.run(Pass::link, [&] { a.symbols = link(a.program, std::move(bindings)); });
    if (options.last <= Pass::link)
        return "";
    timer.run(Pass::models, [&] { a.models = read_models(a.program, a.symbols, a.knowledge); });
    if (options.last == Pass::models)
        return "";
    timer.run(Pass::infer, [&] { a.types = infer(a.program, a.symbols, a.models, a.knowledge, options.inference); });
    if (options.last == Pass::infer)
        return "";
    timer.run(Pass::call, [&] { a.calls = build_call_graph(a.program, a.symbols, a.types, a.knowledge); });
    if (options.last == Pass::call)
        return "";
    timer.run(Pass::queries,
              [&] { a.queries = follow_queries(a.program, a.symbols, a.models, a.knowledge, a.types, a.calls); });
    return "";
}

void withdraw(Analysis& a, PipelineOptions& options, FunctionId function, const std::string& reason) {
    options.colour.withdrawn.emplace_back(function, reason);
    a.withdrawn.push_back({a.symbols.function(function).qualified_name, reason});
}

bool is_withdrawn(const PipelineOptions& options, FunctionId function) {
    return llvm::any_of(options.colour.withdrawn, [&](const auto& entry) { return entry.first == function; });
}

/// Functions that lost a change that they need: those that were to run on the async session do not, the others name
/// what they call as they do now. True when one was added.
bool withdraw_declined(Analysis& a, PipelineOptions& options) {
    bool any = false;
    for (std::size_t i = 0; i < a.findings.size(); ++i) {
        const Finding& finding = a.findings[i];
        // A fix that stands alone is one that the rest does without.
        if (a.plan.declined(i).empty() || finding.fix->group.empty())
            continue;
        const FunctionId function = function_of(a.facts, finding);
        if (!function)
            continue;
        if (!a.colours.function(function).form.async) {
            if (finding.code == "SA304" && !llvm::is_contained(options.colour.unedited, function)) {
                options.colour.unedited.push_back(function);
                any = true;
            }
            continue;
        }
        if (is_withdrawn(options, function))
            continue;
        withdraw(a, options, function, a.plan.declined(i).str());
        any = true;
    }
    // Who reads a value that keeps one form does without the other.
    auto& values = options.colour.withdrawn_values;
    for (const ColouredValue& value : a.colours.values()) {
        const auto group =
            llvm::find_if(a.plan.groups, [&](const ChangeGroup& one) { return one.name == a.colours.group(value); });
        const std::string name =
            a.program.module(value.module).name() + "." + a.symbols.bindings(value.module).symbol(value.symbol).name;
        if (group == a.plan.groups.end() || group->declined.empty() || !value.form.async ||
            llvm::any_of(values, [&](const auto& entry) { return entry.first == name; }))
            continue;
        values.emplace_back(name, group->declined);
        any = true;
    }
    return any;
}

/// Takes back what the problems are blamed on. A function first; what is blamed again loses its groups, and
/// at last the whole file does.
bool withdraw_blamed(Analysis& a, PipelineOptions& options, const std::vector<VerifyProblem>& problems) {
    bool any = false;
    for (const VerifyProblem& problem : problems) {
        if (problem.function && a.colours.function(problem.function).form.async &&
            !is_withdrawn(options, problem.function)) {
            withdraw(a, options, problem.function, problem.message);
            any = true;
            continue;
        }
        std::vector<std::uint32_t> groups = problem.groups;
        const auto fresh = [&](std::uint32_t group) {
            return a.plan.groups[group].declined.empty() &&
                   options.plan.withdrawn.count(a.plan.groups[group].name) == 0;
        };
        if (llvm::none_of(groups, fresh)) {
            groups.clear();
            for (std::size_t i = 0; i < a.findings.size(); ++i)
                if (a.plan.accepted(i) && (!problem.module || a.findings[i].place.module == problem.module))
                    groups.push_back(*a.plan.group_of[i]);
        }
        for (const std::uint32_t group : groups)
            if (options.plan.withdrawn.emplace(a.plan.groups[group].name, problem.message).second) {
                a.withdrawn.push_back({a.plan.groups[group].name, problem.message});
                any = true;
            }
    }
    return any;
}

/// What is blamed has nothing left to take back: what makes it fail is what it meets, in the files that name it. Takes
/// back all that changes in the files with the problems, then all that there is.
void withdraw_around(Analysis& a, PipelineOptions& options, const std::vector<VerifyProblem>& problems) {
    const auto take_back = [&](llvm::function_ref<bool(const Finding&)> meant) {
        bool any = false;
        for (std::size_t i = 0; i < a.findings.size(); ++i) {
            if (!a.plan.accepted(i) || !meant(a.findings[i]))
                continue;
            const std::string& name = a.plan.groups[*a.plan.group_of[i]].name;
            if (options.plan.withdrawn.emplace(name, problems.front().message).second) {
                a.withdrawn.push_back({name, problems.front().message});
                any = true;
            }
        }
        return any;
    };
    const auto stands_in = [&](const Finding& finding) {
        return llvm::any_of(problems, [&](const VerifyProblem& problem) {
            return llvm::StringRef(problem.message)
                .starts_with(a.program.module(finding.place.module).source.path + ":");
        });
    };
    if (!take_back(stands_in))
        take_back([](const Finding&) { return true; });
}

/// Takes over what a second run would change.
void complete(Analysis& a, std::vector<FilePatch> completed) {
    for (FilePatch& patch : completed) {
        const auto known = llvm::find_if(a.patches, [&](const FilePatch& one) { return one.path == patch.path; });
        if (known == a.patches.end())
            a.patches.push_back(std::move(patch));
        else
            known->after = std::move(patch.after);
    }
    llvm::stable_sort(a.patches, [](const FilePatch& x, const FilePatch& y) { return x.path < y.path; });
}

std::string decide(Analysis& a, PipelineOptions& options, PassTimer& timer) {
    if (!options.withdrawn.empty()) {
        llvm::StringMap<FunctionId> by_name;
        for (const FunctionInfo& function : a.symbols.functions())
            by_name.try_emplace(function.qualified_name, function.id);
        for (const auto& [name, reason] : options.withdrawn)
            if (const auto found = by_name.find(name); found != by_name.end())
                options.colour.withdrawn.emplace_back(found->second, reason);
    }
    NewTexts texts;
    std::vector<std::unique_ptr<Module>> reread;
    for (unsigned round = 0; round < max_rounds; ++round) {
        timer.run(Pass::colour, [&] {
            a.colours = colour(a.program, a.symbols, a.knowledge, a.types, a.calls, a.queries, options.colour);
        });
        if (options.last == Pass::colour)
            return "";
        timer.run(Pass::load_plan, [&] {
            a.loads =
                plan_loads(a.program, a.symbols, a.models, a.knowledge, a.types, a.calls, a.queries, a.colours,
                           options.rewrite.async ? LoadScope::async_code : LoadScope::everywhere, options.recorded);
        });
        if (options.last == Pass::load_plan)
            return "";
        // From here on the facts are frozen.
        timer.run(Pass::match,
                  [&] { a.findings = match_rules(a.facts, options.rewrite, a.ledgers, options.load.jobs); });
        if (options.last == Pass::match)
            return "";
        timer.run(Pass::plan, [&] { a.plan = plan_changes(a.facts, a.findings, a.ledgers, options.plan); });
        if (options.last == Pass::plan)
            return "";
        if (withdraw_declined(a, options))
            continue;
        if (!options.texts)
            return "";

        std::string error;
        timer.run(Pass::apply, [&] { error = texts.make(a, options.rewrite, options.load.jobs); });
        if (!error.empty() || options.last == Pass::apply)
            return error;
        Verified verified;
        std::vector<VerifyProblem> differences; // of the plan itself
        std::vector<FilePatch> planned;
        for (unsigned step = 0; step < max_completions; ++step) {
            timer.run(Pass::verify, [&] { verified = verify(a, options, reread); });
            if (verified.completed.empty())
                break;
            if (step == 0) {
                differences = verified.differences;
                planned = a.patches;
            }
            complete(a, std::move(verified.completed));
        }
        // Taken over is what comes to rest.
        if (!differences.empty() && !(verified.problems.empty() && verified.completed.empty())) {
            a.patches = std::move(planned);
            verified.problems = std::move(differences);
        }
        if (verified.problems.empty())
            return "";
        std::vector<std::string>& found = a.refused.emplace_back();
        for (const VerifyProblem& problem : verified.problems)
            found.push_back(problem.message);
        if (!withdraw_blamed(a, options, verified.problems))
            withdraw_around(a, options, verified.problems);
    }
    a.patches.clear();
    return "internal error: no part of the plan could be verified; please report it with the output of --print verify";
}

} // namespace

PipelineResult run_pipeline(const PipelineOptions& options, PassTimer& timer) {
    PipelineResult result{std::make_unique<Analysis>(), ""};
    Analysis& analysis = *result.analysis;
    result.error = understand(analysis, options, timer);
    if (result.error.empty() && options.last > Pass::queries) {
        PipelineOptions deciding = options;
        result.error = decide(analysis, deciding, timer);
    }
    return result;
}

} // namespace sqlawait
