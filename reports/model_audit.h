// The relationships of the mapped classes: where each is read, what loads it there, and how it might be mapped.
#pragma once

#include "analysis/facts.h"

#include <string>
#include <vector>

namespace sqlawait {

struct AuditedRead {
    std::string path;
    unsigned line = 0;
    std::string status; // "loaded by the origin at app/crud/event.py:12"
    bool loaded = false;
};

struct AuditedRelationship {
    std::string model;  // "Event"
    std::string name;   // "sessions"
    std::string target; // "Session", as written when it is not found
    std::string path;   // where it is declared
    unsigned line = 0;
    std::string loading;     // "select", "joined", ...: as mapped now
    std::string cardinality; // "one", "many", "" not proven
    std::vector<AuditedRead> reads; // by place
    std::string suggestion;  // what to write: lazy="raise_on_sql"; "" leave it
    std::string why;
};

/// By model's place, own relationships only, in source order.
[[nodiscard]] std::vector<AuditedRelationship> audit_models(const Facts& facts);

} // namespace sqlawait
