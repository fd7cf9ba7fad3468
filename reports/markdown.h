// Small pieces of GitHub's Markdown: text that is not to be taken for markup, code, tables, folded parts.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace sqlawait::markdown {

/// Text in a paragraph, an item or a cell.
[[nodiscard]] std::string text(llvm::StringRef text);
/// `code`, whatever backticks it holds.
[[nodiscard]] std::string code(llvm::StringRef text);
/// Text between HTML tags (a <summary>).
[[nodiscard]] std::string html(llvm::StringRef text);

/// Bars in cells are escaped. Columns whose head begins with '#' are numbers and stand to the right.
void table(llvm::raw_ostream& os, llvm::ArrayRef<llvm::StringRef> heads,
           const std::vector<std::vector<std::string>>& rows);

/// A folded part; the blank lines are what makes Markdown inside work.
void open_details(llvm::raw_ostream& os, llvm::StringRef summary_html);
void close_details(llvm::raw_ostream& os);

/// "1 site", "2 sites".
[[nodiscard]] std::string count(std::size_t number, llvm::StringRef singular, llvm::StringRef plural = "");

} // namespace sqlawait::markdown
