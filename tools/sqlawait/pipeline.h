// From a folder of Python to a verified plan: the passes in their order. pipeline.cpp is the page to
// read first. Writes nothing to disk or to a stream: commands do that with what they find here.
#pragma once

#include "rewriters/planning/planning.h"
#include "tools/sqlawait/passes.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

struct PipelineOptions {
    LoadOptions load; // its `jobs` is that of all passes
    InferenceOptions inference;
    ColourOptions colour;
    RewriteOptions rewrite;
    PlanOptions plan;
    std::vector<std::string> knowledge; // files of library knowledge beside the built-in ones
    ParsedBefore parsed;                // files with the same text there are not parsed again
    /// What a run before took back: functions by qualified name.
    std::vector<std::pair<std::string, std::string>> withdrawn;
    std::vector<RecordedLoad> recorded; // --trace
    Pass last = Pass::verify;           // stop after this one
    bool texts = true;                  // false: a plan that holds is enough, NewTexts make what is asked for
};

struct FilePatch {
    ModuleId module;                   // none: a manifest
    std::string path;                  // relative to the root
    std::optional<std::string> before; // bytes; none: the file is new
    std::string after;
};

/// What verification took back, and why.
struct Withdrawal {
    std::string what; // the qualified name of a function, or a group
    std::string reason;
};

/// Everything that one run knows. Not to be moved: its tables refer to one another.
struct Analysis {
    Program program;
    Knowledge knowledge;
    SymbolTable symbols;
    ModelTable models;
    TypeTable types;
    CallGraph calls;
    QueryFlow queries;
    ColourTable colours;
    LoadPlan loads;
    const Facts facts{program, knowledge, symbols, models, types, calls, queries, colours, loads};

    std::vector<ImportLedger> ledgers;
    std::vector<Finding> findings;
    Plan plan;
    std::vector<FilePatch> patches;
    std::vector<Withdrawal> withdrawn;
    std::vector<std::vector<std::string>> refused; // what verification found, each time that it did
    std::vector<ProjectProblem> notes; // what a person has to do about files that are not Python

    Analysis() = default;
    Analysis(const Analysis&) = delete;
    Analysis& operator=(const Analysis&) = delete;
};

struct PipelineResult {
    std::unique_ptr<Analysis> analysis;
    std::string error; // the run could not be made; empty: fine
};
[[nodiscard]] PipelineResult run_pipeline(const PipelineOptions& options, PassTimer& timer);

/// The printed form of what a pass made.
[[nodiscard]] std::string print_pass(const Analysis& analysis, Pass pass);

} // namespace sqlawait
