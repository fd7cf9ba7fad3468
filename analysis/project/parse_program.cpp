// Pass "parse": a tree for every file, and what is wrong with its syntax.
#include "analysis/parallel.h"
#include "analysis/project/module_names.h"
#include "analysis/project/program.h"
#include "analysis/project/python_syntax.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

namespace sqlawait {

namespace {

SyntaxTree tree_of(const SourceText& source, const ParsedBefore& parsed) {
    for (const auto* modules : parsed) {
        const auto same = llvm::partition_point(
            *modules, [&](const std::unique_ptr<Module>& known) { return known->source.path < source.path; });
        if (same != modules->end() && (*same)->source.path == source.path && (*same)->source.text == source.text)
            return (*same)->tree.copy_over(source);
    }
    return parse(source);
}

} // namespace

void parse_program(Program& program, unsigned jobs, const ParsedBefore& parsed) {
    std::vector<std::vector<SyntaxProblem>> refused(program.modules.size());
    for_each_index(program.modules.size(), jobs, [&](std::size_t index) {
        Module& module = *program.modules[index];
        module.tree = tree_of(module.source, parsed);
        // Below an error the tree says little about what Python would see.
        if (module.tree.clean())
            refused[index] = python_problems(module.tree);
    });
    for (const std::unique_ptr<Module>& module : program.modules) {
        const std::vector<SyntaxProblem>& own = refused[module->id.value];
        for (const std::vector<SyntaxProblem>* problems : {&module->tree.problems(), &own}) {
            for (const SyntaxProblem& problem : *problems) {
                const LineColumn place = module->source.lines.at(problem.range.begin);
                program.problems.push_back({module->source.path, place.line, place.column, problem.message});
            }
        }
        if (!own.empty() && !module->source.read_only_reason) {
            const LineColumn place = module->source.lines.at(own.front().range.begin);
            module->source.read_only_reason = own.front().message + " at line " + std::to_string(place.line);
        }
    }
    llvm::stable_sort(program.problems, [](const ProjectProblem& a, const ProjectProblem& b) {
        return std::tie(a.path, a.line, a.column) < std::tie(b.path, b.line, b.column);
    });
    refine_names(program);
}

} // namespace sqlawait
