// The parts of the Markdown checklist, each with its heading; one that has nothing to say writes nothing unless it says
// so. checklist_markdown.cpp puts them in order. For the folder's own use.
#pragma once

#include "reports/checklist.h"
#include "reports/markdown.h"

namespace sqlawait::markdown {

using Rows = std::vector<std::vector<std::string>>;

/// "" for nothing: an empty cell is read faster than a 0.
[[nodiscard]] std::string number(std::size_t value);
/// "9 h to 5 days", "4 to 14 days". A day has six hours at the desk.
[[nodiscard]] std::string range(const Effort& effort);
/// The box of a task list.
[[nodiscard]] std::string box(bool done);

/// A file's part, folded; then the files that are done, kept, without work.
void write_files(llvm::raw_ostream& os, const Checklist& checklist);
/// What the migration cannot take care of though nothing there is synchronous. By what it is about.
void write_hazards(llvm::raw_ostream& os, const Checklist& checklist);
/// Says so when no relationship has to be loaded.
void write_loads(llvm::raw_ostream& os, const Checklist& checklist);
void write_twins(llvm::raw_ostream& os, const Checklist& checklist);
void write_blocking_calls(llvm::raw_ostream& os, const Checklist& checklist);
void write_relationships(llvm::raw_ostream& os, const Checklist& checklist);

} // namespace sqlawait::markdown
