// Classes of the program that are synchronous sessions: `class Scoped(Session)`.
#pragma once

#include "analysis/inference/inference.h"
#include "analysis/knowledge/knowledge.h"

namespace sqlawait {

/// The class that an expression names, where it descends from a session of outside; none otherwise.
[[nodiscard]] ClassId own_session_class(const SymbolTable& symbols, const TypeTable& types, const Knowledge& knowledge,
                                        ModuleId module, Node expression);

[[nodiscard]] bool is_session_class(const TypeTable& types, const Knowledge& knowledge, ClassId id);

/// What stands for such a class on the asynchronous side, by its dotted name: what stands for its base.
[[nodiscard]] std::string async_class_of_own(const TypeTable& types, const Knowledge& knowledge, ClassId session);

/// Why an AsyncSession cannot work on a session of this class (`sync_session_class`), through whose methods all that it
/// does then goes; "" it can.
[[nodiscard]] std::string session_class_refusal(const Program& program, const SymbolTable& symbols,
                                                const TypeTable& types, const Knowledge& knowledge, ClassId session);

/// Whether a class of sessions in the program has an execute() of its own, which scalar() and scalars() go around.
[[nodiscard]] bool overrides_execute_alone(const SymbolTable& symbols, const TypeTable& types,
                                           const Knowledge& knowledge);

} // namespace sqlawait
