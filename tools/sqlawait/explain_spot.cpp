#include "tools/sqlawait/explain_spot.h"

#include "reports/reported.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <filesystem>

namespace sqlawait {

namespace {

namespace fs = std::filesystem;

llvm::StringRef certainty_name(Certainty certainty) {
    return certainty == Certainty::proved ? "proved" : certainty == Certainty::likely ? "likely" : "unknown";
}

llvm::StringRef form_name(Form form) {
    return form.twin() ? "async and sync" : form.async ? "async" : form.sync ? "sync" : "no colour (shared)";
}

class Explainer {
  public:
    Explainer(const Analysis& analysis, const Module& module) : a_(analysis), module_(module), os_(out_) {}

    std::string explain(Offset offset) {
        Node node = module_.tree.at(offset);
        if (!node)
            return "nothing here\n";
        // From the spot outwards, as far as expressions go: `db` in `db.query(X).all()` leads to the whole chain.
        for (Node here = node; here && !here.is_any(Kind::block, Kind::module, Kind::class_definition,
                                                    Kind::function_definition, Kind::expression_statement);
             here = here.parent())
            explain_node(here);
        explain_function(node);
        explain_findings(node);
        return std::move(out_);
    }

  private:
    [[nodiscard]] std::string place(Place where) const {
        const SourceText& source = a_.program.module(where.module).source;
        const LineColumn at = source.lines.at(a_.facts.node(where).begin());
        return source.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    }

    void explain_node(Node node) {
        const Place where{module_.id, node.id()};
        std::string text = in_one_line(node.text());
        constexpr std::size_t shown = 70;
        if (text.size() > shown)
            text = text.substr(0, shown) + "...";
        os_ << kind_name(node.kind()) << ' ' << text << '\n';
        if (const TypeId type = a_.types.type_of(where); type != TypeStore::nothing)
            os_ << "  type: " << a_.types.store().to_string(type)
                << (a_.types.store().has_unknown(type) ? " (not proved)" : "") << '\n';
        if (const Certainty session = a_.types.has_role(where, Role::session); session != Certainty::unknown)
            os_ << "  a session: " << certainty_name(session) << '\n';
        if (const CallInfo* call = a_.types.call(where))
            explain_call(*call, where);
        if (const QueryChain* chain = a_.queries.chain_at(where))
            explain_chain(*chain);
        for (const IoSite& site : a_.colours.sites())
            if (site.place == where)
                os_ << "  synchronous I/O: " << site.operation << ", " << certainty_name(site.certainty)
                    << (site.refusal.empty() ? "" : "; no async form: " + site.refusal) << '\n';
        if (const PlannedLoad* load = a_.loads.at(where))
            for (const LoadPath& path : load->paths)
                os_ << "  loads " << path_text(path) << '\n';
        for (const RelationshipRead& read : a_.loads.reads())
            if (read.place == where)
                os_ << "  reads " << path_text(read.path) << ", " << certainty_name(read.certainty) << ": "
                    << read.status << '\n';
    }

    void explain_call(const CallInfo& call, Place where) {
        for (const CallTarget& target : call.targets) {
            os_ << "  calls ";
            if (target.constructed)
                os_ << "the constructor of " << a_.symbols.class_(target.constructed).qualified_name << '\n';
            else if (target.function)
                os_ << a_.symbols.function(target.function).qualified_name << '\n';
            else
                os_ << target.external << '\n';
        }
        if (!call.complete)
            os_ << "  calls something that is not known\n";
        if (a_.colours.awaited(where))
            os_ << "  gives a coroutine in the async form\n";
    }

    void explain_chain(const QueryChain& chain) {
        os_ << "  query of web " << chain.web.value << ", " << certainty_name(chain.certainty) << ": ";
        for (const QueryLink& link : chain.links)
            os_ << '.' << link.method;
        os_ << (chain.terminal ? ", run here" : ", a query value") << '\n';
        const QueryWeb& web = a_.queries.web(chain.web);
        if (web.refusal)
            os_ << "  the web is left as it is: " << *web.refusal << " at " << place(web.refusal_place) << '\n';
    }

    [[nodiscard]] std::string path_text(const LoadPath& path) const {
        std::string out;
        for (const PathStep& step : path)
            out += (out.empty() ? "" : " > ") + a_.symbols.class_(step.owner).name + "." + step.relationship;
        return out;
    }

    void explain_function(Node node) {
        FunctionId id = a_.symbols.enclosing_function({module_.id, node.id()});
        if (const Node definition = node.parent();
            definition.is(Kind::function_definition) && node.field() == Field::name)
            id = a_.symbols.function_at({module_.id, definition.id()});
        if (!id) {
            os_ << "at module or class level: synchronous\n";
            return;
        }
        const ColouredFunction& colour = a_.colours.function(id);
        os_ << "in " << a_.symbols.function(id).qualified_name << ": " << form_name(colour.form)
            << (colour.io ? ", does session I/O" : ", no session I/O") << (colour.turns_async ? ", turns async" : "")
            << '\n';
        if (colour.form.twin())
            os_ << "  async form " << colour.async_name << ", sync form " << colour.sync_name << '\n';
        for (const std::string& reason : colour.reasons)
            os_ << "  because " << reason << '\n';
        if (!colour.refusal.empty())
            os_ << "  no async form: " << colour.refusal << " at " << place(colour.refusal_place) << '\n';
        if (const EntryPoint& entry = a_.calls.entry(id); entry.entry != Entry::none)
            os_ << "  entered from outside: " << entry.reason << '\n';
    }

    void explain_findings(Node node) {
        const unsigned line = module_.source.lines.at(node.begin()).line;
        for (const ReportedFinding& finding : reported_findings(a_.facts, a_.findings, &a_.plan)) {
            if (finding.path != module_.source.path || line < finding.line || line > finding.end_line)
                continue;
            os_ << "finding " << finding.code << " (" << status_name(finding.status)
                << (finding.fixed ? ", will be changed" : "") << "): " << finding.message << '\n';
            if (!finding.reason.empty())
                os_ << "  " << finding.reason << '\n';
        }
    }

    const Analysis& a_;
    const Module& module_;
    std::string out_;
    llvm::raw_string_ostream os_;
};

} // namespace

ExplainResult explain_spot(const Analysis& analysis, llvm::StringRef root, llvm::StringRef file, unsigned line,
                           unsigned column) {
    std::error_code error;
    const std::string wanted =
        fs::weakly_canonical(fs::absolute(file.str()), error).lexically_relative(root.str()).generic_string();
    for (const auto& module : analysis.program.modules) {
        const std::string& path = module->source.path;
        if (path != wanted && path != file)
            continue;
        const LineIndex& lines = module->source.lines;
        if (line > lines.line_count())
            return {"", (llvm::Twine(file) + ": has " + llvm::Twine(lines.line_count()) + " lines").str()};
        const llvm::StringRef text =
            llvm::StringRef(module->source.text).slice(lines.line_begin(line), lines.line_begin(line + 1));
        const std::size_t indent = text.size() - text.ltrim().size();
        const std::size_t at = column == 0 ? indent : std::min<std::size_t>(column - 1, text.size());
        return {Explainer(analysis, *module).explain(lines.line_begin(line) + static_cast<Offset>(at)), ""};
    }
    return {"", (llvm::Twine(file) + ": not a file of the program under " + root).str()};
}

} // namespace sqlawait
