// Which classes of the program are mapped, and by what: bases, decorators, imperative mappings.
#pragma once

#include "analysis/models/vocabulary.h"

namespace sqlawait {

/// `map_imperatively(User, users, properties={...})`.
struct ImperativeMapping {
    ClassId class_;
    Place call;
    std::optional<Place> table;      // an expression that gives a Table
    std::optional<Place> properties; // a dictionary
};

struct ClassFacts {
    std::vector<ClassId> bases;         // of the program, in order; a declarative base's `cls=` included
    std::vector<std::string> outside;   // canonical names of bases outside of it
    std::vector<ClassId> linear;        // C3, itself first
    Place root;          // the declarative base that this class descends from; no node: none
    bool is_root = false; // is a declarative base itself
    bool table_flag = false; // `table=True`
    bool flag_base = false;  // descends from a class whose subclasses need the flag (SQLModel)
    bool names_table_itself = false; // a base that makes table names up (Flask-SQLAlchemy)
    bool abstract = false; // __abstract__ = True in its own body
    bool mapped = false;
};

struct ClassFactsTable {
    std::vector<ClassFacts> facts; // by ClassId
    std::vector<ImperativeMapping> imperative;
    std::vector<Place> bases;      // declarative bases, in module order
};

[[nodiscard]] ClassFactsTable read_class_facts(const Vocabulary& vocabulary);

} // namespace sqlawait
