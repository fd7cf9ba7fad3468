// `--print queries`.
#include "analysis/queries/queries.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

std::string describe(const QueryShape& shape) {
    std::string out = shape.rows == QueryShape::Rows::entity ? "entity"
                      : shape.rows == QueryShape::Rows::row  ? "row"
                                                             : "unknown";
    const auto flag = [&](bool set, llvm::StringRef name) {
        if (set)
            out += " " + name.str();
    };
    flag(shape.has_entity && shape.rows == QueryShape::Rows::row, "with-entity");
    flag(shape.columns_unknown, "columns-unknown");
    flag(shape.unhashable, "unhashable");
    flag(shape.joins_many, "joins-many");
    flag(shape.loads_many, "loads-many");
    flag(shape.limited, "limited");
    flag(shape.distinct, "distinct");
    flag(shape.grouped, "grouped");
    flag(shape.set_operation, "set-operation");
    flag(shape.from_statement, "from-statement");
    flag(shape.yields, "yields");
    flag(shape.has_options, "options");
    flag(shape.single_row, "single-row");
    flag(shape.unique_key, "unique-key");
    flag(shape.deduplicated, "deduplicated");
    flag(shape.mixed, "mixed");
    if (!shape.froms.empty()) {
        out += " from ";
        for (const QueryFrom& from : shape.froms)
            out += (&from == shape.froms.data() ? "" : ", ") + from.text;
        out += shape.froms_unknown ? ", ?" : "";
    }
    return out;
}

} // namespace

std::string print_queries(const Program& program, const QueryFlow& queries) {
    std::string out;
    llvm::raw_string_ostream os(out);
    const auto at = [&](Place place) {
        const Module& module = program.module(place.module);
        const LineColumn where = module.source.lines.at(module.tree.node(place.node).begin());
        os << module.source.path << ':' << where.line << ':' << where.column;
    };
    for (const auto& module : program.modules)
        for (const std::uint32_t index : queries.in_module(module->id)) {
            const QueryChain& chain = queries.chains()[index];
            at(chain.place);
            os << " web " << chain.web.value << ' ';
            if (!chain.produces) {
                const std::string start = module->tree.node(chain.start).text().str();
                os << '(' << llvm::StringRef(start).take_until([](char c) { return c == '\n'; }) << ')';
            }
            for (std::size_t i = 0; i < chain.links.size(); ++i)
                os << (i == 0 && chain.produces ? "" : ".") << chain.links[i].method;
            os << ": " << describe(chain.shape);
            if (chain.terminal)
                os << "; session " << (chain.session.empty() ? "?" : chain.session);
            if (chain.certainty != Certainty::proved)
                os << "; likely";
            os << '\n';
        }
    for (const QueryWeb& web : queries.webs())
        if (web.refusal) {
            os << "web " << web.id.value << " refused: ";
            at(web.refusal_place);
            os << ": " << *web.refusal << '\n';
        }
    for (const UnseenQuery& unseen : queries.unseen()) {
        at(unseen.call);
        os << " unseen: " << unseen.reason << '\n';
    }
    return out;
}

} // namespace sqlawait
