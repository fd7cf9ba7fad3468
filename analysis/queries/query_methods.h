// The methods of the legacy Query, one row each: what a link does, what it becomes on select(), and
// what it does to the shape of the query. Names and behaviour are those of SQLAlchemy 2.0 (with
// notes where 2.1 or 1.4 differ); a name that is no row here refuses the web that uses it.
#pragma once

#include "analysis/models/models.h"
#include "grammars/syntax_tree.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace sqlawait {

struct QueryShape;
class ArgumentReader;

enum class MethodKind : std::uint8_t {
    producer,  // starts a query
    builder,   // gives a query
    value,     // gives something that is no query, without I/O: subquery, exists, a label
    attribute, // read, not called
    terminal,  // runs the query
    refused,   // has no counterpart
};

/// How a link reads on select().
enum class LinkForm : std::uint8_t {
    same,             // the same name, the same arguments
    renamed,          // another name, the same arguments
    dropped,          // no counterpart is needed
    where,            // filter(...) -> where(...)
    filter_by,        // filter_by(...), or where(Entity.name == value) after joins
    select,           // session.query(...) -> select(...)
    options,          // stays; what the load plan wants may be merged in
    set_operation,    // a.union(b) of columns -> a.union(b), b a select
    label_style,      // set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    labelled,         // subquery(with_labels=True), subquery(reduce_columns=True)
    execution_option, // populate_existing() -> execution_options(populate_existing=True)
    with_parent,      // where(with_parent(object, Class.relationship))
    applied,          // with_transformation(f) -> f(...)
    itself,           // .statement, .selectable: the select() itself
    exists,
    all,
    first,
    one,
    one_or_none,
    scalar,
    count,
    get,
    update,
    delete_,
    value,
    values,
    iterate,
    index,
    text,             // `str(query)` -> its text as a Query has it
    truth,            // `if query:` -> `if query is not None:`
    choice,           // `query or other` -> `query if query is not None else other`
};

struct QueryMethod {
    llvm::StringRef name;
    MethodKind kind = MethodKind::builder;
    LinkForm form = LinkForm::same;
    llvm::StringRef on_select; // of renamed ones: the name on select()
    bool shared = false; // Query and Select both have it, with one meaning: code that uses only these suits both
    void (*effect)(QueryShape& shape, const ArgumentReader& reader, Node call) = nullptr;
    llvm::StringRef reason; // of refused ones: why, and what to do instead
};

/// The row of a name, or null.
[[nodiscard]] const QueryMethod* query_method(llvm::StringRef name);
[[nodiscard]] llvm::ArrayRef<QueryMethod> query_methods();

/// The positional arguments of a call, and whether they are all of them.
struct Arguments {
    llvm::SmallVector<Node, 4> positional;
    llvm::SmallVector<Node, 4> keywords; // keyword_argument nodes
    bool unpacked = false; // `*x` or `**x` is among them
};
[[nodiscard]] Arguments arguments_of(Node call);
/// The value of a keyword argument, or no node.
[[nodiscard]] Node keyword(const Arguments& arguments, llvm::StringRef name);
/// The only column of a mapped class's primary key, or null.
[[nodiscard]] const ColumnInfo* single_key(const ModelTable& models, ClassId entity);
/// What is inside brackets that only group.
[[nodiscard]] Node unwrap(Node expression);

} // namespace sqlawait
