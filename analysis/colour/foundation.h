// Calls that make engines, session factories, sessions and clients of an application under test, and what they
// need on the asynchronous side.
//
// Drivers: a database URL names one, or leaves it to the default of its dialect; only some are
// asynchronous. Arguments: some are refused by create_async_engine or by the driver (SQLAlchemy 2.0).
#pragma once

#include "analysis/inference/inference.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

enum class Made : std::uint8_t { nothing, engine, factory, session, client };

/// What these questions are asked of.
struct FoundationContext {
    const Program& program;
    const SymbolTable& symbols;
    const Knowledge& knowledge;
    const TypeTable& types;
    std::string driver; // --driver, or "" for the default of the dialect that is found
};

/// Whether a call makes one of these things, synchronously.
[[nodiscard]] Made made_by(const FoundationContext& context, Place call);

/// How the URL of an engine gets an asynchronous driver: in one of the ways below, or it has one already.
struct EngineUrl {
    std::string refusal; // why it gets none; "" it does
    NodeId value = no_node;
    /// In the text: the string_content, in the call or in the only definition of the variable that it reads, which
    /// begins with `scheme`.
    NodeId literal = no_node;
    bool literal_in_definition = false;
    std::string scheme, async_scheme;
    /// At run time, whatever dialect the URL names there: "postgresql+asyncpg".
    std::string drivername;
    /// At run time, by dialect: ("postgresql", "postgresql+asyncpg"), sorted. Others stay as they are.
    std::vector<std::pair<std::string, std::string>> drivernames;
    /// The asynchronous drivers that it may come to, those that are in the URL already included; sorted.
    std::vector<std::string> drivers;

    /// Nothing in the program or its manifests says which database it is: `drivernames` has the common ones, `drivers`
    /// none.
    bool any_dialect = false;

    [[nodiscard]] bool may_use(llvm::StringRef driver) const {
        return any_dialect || llvm::is_contained(drivers, driver);
    }
};
[[nodiscard]] EngineUrl engine_url(const FoundationContext& context, Place call);

/// Whether a call makes an engine of an SQLite database that lives in its one process: `sqlite://`,
/// `sqlite:///:memory:`, as text in the program.
[[nodiscard]] bool is_in_memory(const FoundationContext& context, Place call);

/// The application that a test's client is made for, where its start-up is run by a with statement around the client;
/// no node elsewhere.
[[nodiscard]] Node started_application(Node call);

/// Why a call cannot be made asynchronously; "" it can.
[[nodiscard]] std::string foundation_refusal(const FoundationContext& context, Place call);

/// The scheme of an asynchronous URL for that of a synchronous one ("postgresql" -> "postgresql+asyncpg");
/// the same scheme when it is asynchronous already, "" when its dialect has no asynchronous driver.
[[nodiscard]] std::string async_scheme(llvm::StringRef scheme, llvm::StringRef driver);

/// The argument with this keyword, or at this position when there is none with the keyword, or no node;
/// the keyword_argument node itself for keywords.
[[nodiscard]] Node find_argument(Node call, llvm::StringRef keyword, int position = -1);
/// Its value.
[[nodiscard]] Node argument_value(Node argument);
/// The pairs of the dictionaries that may be the connect_args of an engine.
[[nodiscard]] std::vector<Node> connect_pairs(Node call);
/// What `-c name=value -cname=value` of libpq sets; empty when it says something else.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> server_settings(Node options);
/// The piece of text with which a string begins, without its quotes, or no node.
[[nodiscard]] Node first_string_content(Node string);

} // namespace sqlawait
