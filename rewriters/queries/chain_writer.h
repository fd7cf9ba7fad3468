// A chain of the legacy Query written as select(): the statement, and what runs it. Every form of the
// table in query_methods.h is written here; what can't be written was refused by the analysis.
//
//     statement.cpp   builders and values            execution.cpp   first, all, iteration ...
//     bulk.cpp        count, get, update, delete     placement.cpp   expression form, statement form
#pragma once

#include "analysis/queries/query_methods.h"
#include "rewriters/engine/loader_options.h"
#include "rewriters/engine/rule.h"
#include "rewriters/queries/pieces.h"

#include <optional>

namespace sqlawait {

/// How a statement is run, in the expression form and in the statement form.
struct Execution {
    std::string method;       // of the session: "scalars", "execute", "scalar"
    std::string tail;         // behind the brackets: ".unique().all()"; "" nothing is done with the result
    std::string result_tail;  // behind `result`, which execute() gave: ".scalars().unique().all()"
    std::string appended;     // to the statement: ".limit(1)"
};

class ChainWriter {
  public:
    ChainWriter(const MatchContext& context, const QueryChain& chain, Fix& fix)
        : context_(context), chain_(chain), fix_(fix), tree_(context.module.tree) {}

    /// The edit that rewrites the chain; none when nothing has to change.
    [[nodiscard]] std::optional<Edit> write();
    /// Comments that the edit would drop, as lines in front of the statement.
    [[nodiscard]] std::optional<Edit> saved_comments(const Edit& edit) const;

  private:
    // statement.cpp
    [[nodiscard]] Pieces statement();
    void write_link(Pieces& out, const QueryLink& link, ByteRange gap);
    void write_filter_by(Pieces& out, const QueryLink& link, ByteRange gap);
    void write_producer(Pieces& out, const QueryLink& link);
    void write_column_union(Pieces& out, const QueryLink& link, ByteRange gap);
    void write_entity_union(Pieces& out, Pieces first, const QueryLink& link, ByteRange gap);
    void write_planned_options(Pieces& out, ByteRange last_gap);
    [[nodiscard]] std::vector<LoadPath> planned_paths() const;
    [[nodiscard]] PresentOptions present_options() const;
    [[nodiscard]] bool takes_options() const;
    [[nodiscard]] std::string planned_options();
    /// Comments of a gap whose link goes.
    void keep_comments(Pieces& out, ByteRange gap) const;
    [[nodiscard]] bool streams() const;
    [[nodiscard]] bool drop_streaming(Pieces& out, const QueryLink& link, ByteRange gap) const;
    [[nodiscard]] bool filter_by_is_plain(const QueryLink& link) const;
    [[nodiscard]] std::string target_text(const QueryFrom& from, Node place);

    // execution.cpp
    [[nodiscard]] Execution execution() const;
    [[nodiscard]] Execution usual_execution() const;
    [[nodiscard]] bool needs_unique() const;
    [[nodiscard]] std::string at_most_one() const;
    [[nodiscard]] bool reads_anew() const;
    void write_index(Pieces& statement, std::string& appended, std::string& taken) const;

    // bulk.cpp
    [[nodiscard]] Pieces count();
    [[nodiscard]] bool counts_shortly() const;
    [[nodiscard]] Pieces get();
    [[nodiscard]] std::string entity_text();
    [[nodiscard]] Pieces bulk(bool update);
    void write_bulk_arguments(Pieces& out, bool update);

    // placement.cpp
    [[nodiscard]] Edit place_call(Pieces call);
    [[nodiscard]] Edit place_execution(Pieces statement, const Execution& how);
    [[nodiscard]] Edit place_either(Pieces statement, Node value, const Execution& how);
    [[nodiscard]] Edit place_choice();
    [[nodiscard]] Edit place_truth();
    [[nodiscard]] Edit place_text();
    [[nodiscard]] Node statement_position() const;
    [[nodiscard]] Node brackets() const;
    [[nodiscard]] bool unfolds(Node brackets, const Pieces& statement) const;
    void write_session(Pieces& out) const;
    [[nodiscard]] std::string await_text() const { return context_.is_async(place()) ? "await " : ""; }

    [[nodiscard]] Node place() const { return tree_.node(chain_.place.node); }
    [[nodiscard]] Node start() const { return tree_.node(chain_.start); }
    [[nodiscard]] Node link_node(const QueryLink& link) const { return tree_.node(link.call); }
    [[nodiscard]] const QueryMethod& last_method() const { return *query_method(chain_.links.back().method); }
    [[nodiscard]] std::string spell(llvm::StringRef from, llvm::StringRef name) {
        return context_.spell(fix_, from, name);
    }

    const MatchContext& context_;
    const QueryChain& chain_;
    Fix& fix_;
    const SyntaxTree& tree_;
};

/// The inside of a call's brackets, without the blanks and the comma at its end.
[[nodiscard]] ByteRange argument_range(Node call);

} // namespace sqlawait
