// What has to be there before a migration begins: Python, SQLAlchemy, drivers, tests; what was found, where.
#pragma once

#include "analysis/facts.h"
#include "analysis/project/declared_packages.h"

#include <string>
#include <vector>

namespace sqlawait {

struct Prerequisite {
    enum class State : std::uint8_t { fine, to_do, not_known } state = State::not_known;
    std::string what;  // "SQLAlchemy 2.0 or newer"
    std::string found; // "sqlalchemy, any version (requirements.txt:9)"
    std::string advice;
};
[[nodiscard]] llvm::StringRef state_name(Prerequisite::State state);

[[nodiscard]] std::vector<Prerequisite> check_prerequisites(const Facts& facts, const Declarations& declared);

} // namespace sqlawait
