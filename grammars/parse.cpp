// The only file that knows tree-sitter: turns its tree into ours.
#include "grammars/syntax_tree.h"

#include "llvm/ADT/StringSwitch.h"
#include <tree_sitter/api.h>

#include <algorithm>
#include <memory>
#include <utility>

extern "C" const TSLanguage* tree_sitter_python(void);

namespace sqlawait {

namespace {

struct SymbolTables {
    std::vector<Kind> kinds;   // by TSSymbol
    std::vector<Field> fields; // by TSFieldId
};

SymbolTables make_tables() {
    const TSLanguage* language = tree_sitter_python();
    SymbolTables tables;
    for (std::uint32_t symbol = 0; symbol < ts_language_symbol_count(language); ++symbol) {
        const auto id = static_cast<TSSymbol>(symbol);
        if (ts_language_symbol_type(language, id) != TSSymbolTypeRegular) {
            tables.kinds.push_back(Kind::token);
            continue;
        }
        tables.kinds.push_back(llvm::StringSwitch<Kind>(ts_language_symbol_name(language, id))
#define X(name) .Case(#name, Kind::name)
                                   SQLAWAIT_SYNTAX_KINDS(X)
#undef X
                                       .Case("true", Kind::true_)
                                       .Case("false", Kind::false_)
                                       .Case("none", Kind::none_literal)
                                       .Case("float", Kind::float_)
                                       .Default(Kind::other));
    }
    tables.fields.push_back(Field::none);
    for (std::uint32_t field = 1; field <= ts_language_field_count(language); ++field) {
        tables.fields.push_back(
            llvm::StringSwitch<Field>(ts_language_field_name_for_id(language, static_cast<TSFieldId>(field)))
#define X(name) .Case(#name, Field::name)
                SQLAWAIT_SYNTAX_FIELDS(X)
#undef X
                    .Case("operator", Field::operator_)
                    .Default(Field::none));
    }
    return tables;
}

const SymbolTables& tables() {
    static const SymbolTables instance = make_tables();
    return instance;
}

struct Deleter {
    void operator()(TSParser* parser) const { ts_parser_delete(parser); }
    void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};

} // namespace

llvm::StringRef kind_name(Kind kind) {
    switch (kind) {
    case Kind::none: return "no-node";
    case Kind::token: return "token";
    case Kind::error: return "error";
    case Kind::true_: return "true";
    case Kind::false_: return "false";
    case Kind::none_literal: return "none";
    case Kind::float_: return "float";
    case Kind::other: return "other";
#define X(name)                                                                                                        \
    case Kind::name: return #name;
        SQLAWAIT_SYNTAX_KINDS(X)
#undef X
    }
    return "?";
}

llvm::StringRef field_name(Field field) {
    static constexpr llvm::StringLiteral names[] = {"",
#define X(name) #name,
                                                    SQLAWAIT_SYNTAX_FIELDS(X)
#undef X
    };
    return field == Field::operator_ ? "operator" : names[static_cast<std::size_t>(field)];
}

class TreeBuilder {
  public:
    explicit TreeBuilder(const SourceText& source) : source_(source) { tree_.source_ = &source; }

    SyntaxTree build() {
        const std::unique_ptr<TSParser, Deleter> parser(ts_parser_new());
        ts_parser_set_language(parser.get(), tree_sitter_python());
        const std::unique_ptr<TSTree, Deleter> parsed(ts_parser_parse_string(
            parser.get(), nullptr, source_.text.data(), static_cast<std::uint32_t>(source_.text.size())));
        flatten(parsed.get());
        raise_splats();
        return std::move(tree_);
    }

  private:
    void flatten(const TSTree* parsed) {
        TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(parsed));
        llvm::SmallVector<NodeId, 64> open;
        bool more = true;
        while (more) {
            const NodeId id = append(cursor, open.empty() ? no_node : open.back());
            open.push_back(id);
            if (ts_tree_cursor_goto_first_child(&cursor)) {
                if (open.size() < max_nesting)
                    continue;
                too_deep(id);
                ts_tree_cursor_goto_parent(&cursor);
            }
            for (;;) {
                close(open.pop_back_val());
                if (ts_tree_cursor_goto_next_sibling(&cursor))
                    break;
                if (!ts_tree_cursor_goto_parent(&cursor)) {
                    more = false;
                    break;
                }
            }
        }
        while (!open.empty())
            close(open.pop_back_val());
        ts_tree_cursor_delete(&cursor);
    }

    /// In displays the grammar binds the star of `[*a.b(c)]` to `a` alone; Python binds it to the whole operand.
    void raise_splats() {
        std::vector<SyntaxTree::Record>& records = tree_.records_;
        for (NodeId splat = 1; splat < records.size(); ++splat) {
            if (records[splat].kind != Kind::list_splat)
                continue;
            // Outwards while the splat is the first thing of what is around it: in preorder these lie side by side.
            NodeId top = splat;
            while (records[top].parent == top - 1 && is_operator(records[top - 1].kind))
                --top;
            const NodeId operand = splat + 2; // behind the star
            if (top == splat || operand >= records[splat].subtree_end)
                continue;
            const SyntaxTree::Record outer = records[top];
            records[operand].field = records[splat].field;
            for (NodeId id = top; id < outer.subtree_end; ++id)
                if (records[id].parent >= top && records[id].parent < splat)
                    records[id].parent += 2;
            records[operand].parent = splat + 1;
            for (NodeId id = top; id < splat; ++id)
                records[id].begin = records[operand].begin;
            std::rotate(records.begin() + top, records.begin() + splat, records.begin() + operand);
            records[top].field = outer.field;
            records[top].parent = outer.parent;
            records[top].end = outer.end;
            records[top].subtree_end = outer.subtree_end;
            records[top + 1].parent = top;
            records[top + 1].subtree_end = top + 2;
            records[top + 2].field = Field::none;
            records[top + 2].parent = top;
        }
    }

    static bool is_operator(Kind kind) {
        return kind == Kind::attribute || kind == Kind::call || kind == Kind::subscript ||
               kind == Kind::binary_operator;
    }

    NodeId append(const TSTreeCursor& cursor, NodeId parent) {
        const TSNode node = ts_tree_cursor_current_node(&cursor);
        SyntaxTree::Record record;
        const TSSymbol symbol = ts_node_symbol(node);
        record.kind = ts_node_is_error(node) ? Kind::error : tables().kinds[symbol];
        record.field = tables().fields[ts_tree_cursor_current_field_id(&cursor)];
        record.missing = ts_node_is_missing(node);
        record.begin = ts_node_start_byte(node);
        record.end = ts_node_end_byte(node);
        record.parent = parent;
        const auto id = static_cast<NodeId>(tree_.records_.size());
        if (record.kind == Kind::error)
            problem(record, "syntax that the parser cannot read");
        else if (record.missing)
            problem(record, "expected " + std::string(ts_node_type(node)));
        tree_.records_.push_back(record);
        return id;
    }

    void close(NodeId id) { tree_.records_[id].subtree_end = static_cast<NodeId>(tree_.records_.size()); }

    /// What lies deeper is left out. The node stands for it as an error, so that what is around it has all its parts.
    void too_deep(NodeId id) {
        tree_.records_[id].kind = Kind::error;
        if (std::exchange(said_too_deep_, true))
            return;
        problem(tree_.records_[id], "nested more than " + std::to_string(max_nesting) + " levels deep");
    }

    void problem(const SyntaxTree::Record& record, std::string message) {
        if (tree_.problems_.size() < 20) // a binary file would give thousands, and the first says it all
            tree_.problems_.push_back({{record.begin, record.end}, std::move(message)});
    }

    const SourceText& source_;
    SyntaxTree tree_;
    bool said_too_deep_ = false;
};

SyntaxTree parse(const SourceText& source) { return TreeBuilder(source).build(); }

} // namespace sqlawait
