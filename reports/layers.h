// The part of the program that a file belongs to: "foundation", "base CRUD", "CRUD", "routers", "GraphQL",
// "services", "background tasks", "models", "schemas", "migrations", "tests", "scripts", "utils", "other".
//
// What the file does decides where that is known (it makes the engine, it declares mapped classes, a framework
// enters its functions); only then do the names of its folders and of itself speak.
#pragma once

#include "analysis/facts.h"

#include <string>
#include <vector>

namespace sqlawait {

struct FileLayer {
    std::string name;
    std::string why; // "makes the engine", "lies in 'crud'"
};

/// By ModuleId.
[[nodiscard]] std::vector<FileLayer> file_layers(const Facts& facts);

/// Layers in the order in which a migration goes through them.
[[nodiscard]] llvm::ArrayRef<llvm::StringLiteral> layer_order();
[[nodiscard]] unsigned layer_rank(llvm::StringRef name);

} // namespace sqlawait
