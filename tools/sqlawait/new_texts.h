// Pass "apply": what the files that a plan changes will hold.
#pragma once

#include "tools/sqlawait/pipeline.h"

namespace sqlawait {

/// Lays out the edits of a plan and applies them. One plan after another is made until it holds, and most files have
/// the same edits in all of them: those are made once.
class NewTexts {
  public:
    /// Sets the patches and notes of the analysis, and the edits of its plan to those that were laid out. Up to `jobs`
    /// files at a time. Gives an error (a mistake of ours) or "".
    [[nodiscard]] std::string make(Analysis& analysis, const RewriteOptions& options, unsigned jobs);

  private:
    struct Made {
        std::vector<TextEdit> planned, laid_out;
        std::string bytes, error;
    };
    std::vector<Made> made_; // by module
};

} // namespace sqlawait
