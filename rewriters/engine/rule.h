// A rule is a value: a code, the kinds of node it looks at, and a function from a node to findings.
// Rules register themselves; adding one is three new files (x.cpp, x.md, a fixture) and no edited list.
//
//     static const RegisteredRule rule{{
//         .name = "await_session_call", .code = "SA201", .summary = "session I/O is awaited",
//         .kinds = {Kind::call}, .match = match}};
//
// A rule opens no file, walks no tree, inserts no import text, sees no other rule. A rule without kinds has
// no match function: its findings come from the engine (unused suppressions), its prose is its own.
#pragma once

#include "rewriters/engine/finding.h"
#include "rewriters/engine/imports.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace sqlawait {

enum class Stage : std::uint8_t { select, loads, async, clean };

struct RewriteOptions {
    /// Stages that are asked for, with those that they imply.
    bool select = true, loads = true, async = true, clean = true;
    bool statement_form = true; // --form statement
    std::string driver;         // --driver, or "" to choose from the URL found
    bool proof = false;
    std::string feature_flag; // --feature-flag: the name of the program's own switch
};

/// What a rule sees of the place it is asked about.
class MatchContext {
  public:
    const Facts& facts;
    const Module& module;
    const RewriteOptions& options;
    Rendering rendering;
    ImportLedger& ledger;
    Node current; // that the rule was asked about

    /// Whether the code at this node is being written in its async form: by the colour of the function around
    /// it; never at module level, never in the sync twin.
    [[nodiscard]] bool is_async(Node node) const;
    /// The function around a node; none at module or class level.
    [[nodiscard]] FunctionId function(Node node) const;
    [[nodiscard]] Place place(Node node) const { return {module.id, node.id()}; }
    /// How inserted text has to spell an outside name in this module ("select", "sa.select", an alias when
    /// the name is taken) at or inside the node that the rule was asked about. A new import goes into the fix.
    [[nodiscard]] std::string spell(Fix& fix, llvm::StringRef from, llvm::StringRef name) const;
    /// A name that no scope around the node uses: "result", "result_2", ...
    [[nodiscard]] std::string free_name(Node node, llvm::StringRef wanted) const;
};

struct Rule {
    llvm::StringRef name{};    // = file name = fixture folder = page in docs/rules
    llvm::StringRef code{};    // never reused
    llvm::StringRef summary{}; // one line, lower case
    Stage stage = Stage::select;
    std::vector<Kind> kinds{};
    void (*match)(const MatchContext& context, Node node, std::vector<Finding>& out) = nullptr;
    /// Asked about definitions that a rendering leaves out, which all other rules pass by.
    bool leaves_out = false;
};

struct RegisteredRule {
    explicit RegisteredRule(Rule rule);
};

/// All rules, by code.
[[nodiscard]] llvm::ArrayRef<Rule> all_rules();
/// By code or by name, in any case of letters; null when there is none.
[[nodiscard]] const Rule* find_rule(llvm::StringRef code_or_name);

/// The source range that a sync twin copies: a function or a class with its decorators, of which both forms are
/// wanted, and which doesn't stand inside of another such.
struct TwinSource {
    FunctionId function; // or
    ClassId class_;
    Node node; // the definition, or the decorated_definition around it
};
[[nodiscard]] std::vector<TwinSource> twin_sources(const Facts& facts, ModuleId module);

/// Whether a rendering leaves a definition out: a method that this form of its class does not have. `node` is the
/// definition or the decorated_definition around it.
[[nodiscard]] bool is_left_out(const Facts& facts, ModuleId module, Node node, Rendering rendering);

/// Pass "match": one walk over each selected module with every rule, `jobs` files at a time; what `twin_sources`
/// names is walked for both renderings. `ledgers` get one entry a module. Findings by (path, offset, code).
[[nodiscard]] std::vector<Finding> match_rules(const Facts& facts, const RewriteOptions& options,
                                               std::vector<ImportLedger>& ledgers, unsigned jobs);

} // namespace sqlawait
