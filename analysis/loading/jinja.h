// The part of Jinja's templates that says what is read: expressions, and the statements that bind names.
//
// What stands outside of `{{ }}` and `{% %}` is text and skipped. A template that can't be read to its end gives what
// was read up to there. Operators are not told from one another: what they join is kept.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <utility>
#include <vector>

namespace sqlawait::jinja {

struct Keyword;

struct Expression {
    enum class Kind : std::uint8_t {
        name,
        text,      // a string
        attribute, // parts[0].text, parts[0]["text"]
        element,   // parts[0][...]
        call,      // parts[0](...)
        filter,    // parts[0] | text(...)
        other,     // operators, lists, numbers: all of its parts
    } kind = Kind::other;
    std::string text;
    std::vector<Expression> parts; // what it is applied to, then the arguments
    std::vector<Keyword> keywords;
};

struct Keyword {
    std::string name;
    Expression value;
};

struct Statement {
    enum class Kind : std::uint8_t {
        output, // {{ value }}, and the heads of `if`, `elif`, `call`
        loop,   // for targets in value
        set,    // set targets = value; of a block without a value its body
        block,  // named
        macro,  // with parameters
        scope,  // `with`: its bindings are the first statements of the body
        include,
        extends,
        import, // value as name
        from,   // from value import names
    } kind = Kind::output;
    Expression value;
    std::string name;
    std::vector<std::string> targets;                          // of loops and set; of macros the parameters
    std::vector<std::pair<std::string, std::string>> imported; // (name there, name here)
    std::vector<Statement> body;
};

[[nodiscard]] std::vector<Statement> parse(llvm::StringRef source);

} // namespace sqlawait::jinja
