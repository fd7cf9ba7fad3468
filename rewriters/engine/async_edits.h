// What the rules of the async stage share: in which form the text at a place is written, by whose
// demand, and edits that more than one of them makes.
#pragma once

#include "analysis/colour/foundation.h"
#include "rewriters/engine/rule.h"

namespace sqlawait {

/// Whether the text at a node is being written in its async form. Unlike MatchContext::is_async this is also
/// answered for headers of functions (parameters, return type, decorators), for class bodies and for the
/// definitions of module-level values. Where both forms share one text the answer is no.
[[nodiscard]] bool writes_async(const MatchContext& context, Node node);

/// The function whose text holds a node, headers and decorators included; none at module or class level.
[[nodiscard]] FunctionId text_owner(const MatchContext& context, Node node);

/// The module-level value (engine, factory, named annotation) that an expression reads, or null.
[[nodiscard]] const ColouredValue* value_read(const Facts& facts, ModuleId module, Node expression);
/// The value in whose definition a node stands, or null.
[[nodiscard]] const ColouredValue* value_defined_at(const Facts& facts, ModuleId module, Node node);

/// The group of fixes that a change at this node belongs to.
[[nodiscard]] std::string change_group(const MatchContext& context, Node node);

/// A finding that only carries an edit: nothing to count.
[[nodiscard]] Finding edit_finding(const MatchContext& context, Node node, std::string message, Fix fix);

/// Whitespace in front of the first token of the line on which a statement begins.
[[nodiscard]] std::string indentation_of(Node statement);
/// By how much the body of a compound statement is indented further than the statement.
[[nodiscard]] std::string indentation_step(Node statement);
/// Insertions that move the lines of a tree that begin in a range to the right; lines inside of strings stay.
[[nodiscard]] std::vector<Edit> indent_lines(const SyntaxTree& tree, ByteRange range, llvm::StringRef step);

/// How inserted text calls a function of a standard module: `asyncio.run` through the module.
[[nodiscard]] std::string spell_through_module(const MatchContext& context, Fix& fix, llvm::StringRef module,
                                               llvm::StringRef name);

/// Removes a statement together with the comments above it and the blank lines above those; the only one of a block
/// becomes `pass`.
[[nodiscard]] Edit remove_statement(Node statement);
/// Removes an argument together with its comma.
[[nodiscard]] Edit remove_argument(Node argument);
/// Adds an argument behind the last one, in the layout of the call.
[[nodiscard]] Edit add_argument(Node call, std::string text);

/// Makes the name at a node mean another one of the module `home` that it was imported from, where the import stands
/// inside of a function or under `if TYPE_CHECKING:`: that import lists the new name, too. False when the name has come
/// here in another way.
[[nodiscard]] bool rename_local_import(const MatchContext& context, Node name, ModuleId home, llvm::StringRef wanted,
                                       Fix& fix);
/// What to write for another name of the module `home` where an expression named one of it: a change of its last
/// part, or a name that is imported.
void rename_use(const MatchContext& context, Node expression, ModuleId home, llvm::StringRef wanted, Fix& fix);
/// How an expression that named something of `home` spells another name of it.
[[nodiscard]] std::string spell_use(const MatchContext& context, Node expression, ModuleId home, llvm::StringRef wanted,
                                    Fix& fix);

/// What a method that unittest calls around each test is called when it is asynchronous (`asyncSetUp` for `setUp`);
/// "" for any other function.
[[nodiscard]] llvm::StringRef async_hook_name(const Facts& facts, FunctionId function);

/// The dotted canonical name of the outside thing that an expression stands for, or "".
[[nodiscard]] std::string outside_name(const MatchContext& context, Node expression);

} // namespace sqlawait
