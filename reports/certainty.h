// How sure the program is of what it found: of session I/O whether its receiver is a session, of what reads like a
// relationship whether its receiver is an object of a mapped class that has it. What nothing is known of is counted
// by its name alone, so that it is not overlooked: not all of that is I/O or a relationship.
#pragma once

#include "analysis/facts.h"

#include <vector>

namespace sqlawait {

struct CertaintyCounts {
    unsigned proved = 0;
    unsigned likely = 0;  // by a name that the configuration gives, by use, or one of several possibilities
    unsigned unknown = 0; // its name fits
    CertaintyCounts& operator+=(const CertaintyCounts& other);
    [[nodiscard]] unsigned total() const { return proved + likely + unknown; }
};

struct FileCertainty {
    CertaintyCounts session_io;
    CertaintyCounts relationship_reads;
    FileCertainty& operator+=(const FileCertainty& other);
};

/// By ModuleId. Session I/O of unknown receivers is left to the inventory, which knows which calls are worth a look.
[[nodiscard]] std::vector<FileCertainty> count_certainties(const Facts& facts);

} // namespace sqlawait
