// `--print files`: one line a file, then the problems.
#include "analysis/project/program.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

llvm::StringRef newline_name(Newline newline) {
    switch (newline) {
    case Newline::lf: return "lf";
    case Newline::crlf: return "crlf";
    case Newline::cr: return "cr";
    }
    return "";
}

} // namespace

std::string print_files(const Program& program) {
    std::string text;
    llvm::raw_string_ostream out(text);
    for (const std::unique_ptr<Module>& module : program.modules) {
        const SourceText& source = module->source;
        out << source.path << "  " << llvm::join(module->names, " ") << "  " << source.text.size() << " bytes, "
            << newline_name(source.newline);
        if (source.bom)
            out << ", bom";
        if (module->is_package)
            out << ", package";
        if (module->is_stub)
            out << ", stub";
        if (!module->selected)
            out << ", not selected";
        if (source.read_only_reason)
            out << ", read only: " << *source.read_only_reason;
        out << '\n';
    }
    for (const ProjectProblem& problem : program.problems) {
        out << "problem: " << problem.path;
        if (problem.line != 0)
            out << ':' << problem.line << ':' << problem.column;
        out << ": " << problem.message << '\n';
    }
    return text;
}

} // namespace sqlawait
