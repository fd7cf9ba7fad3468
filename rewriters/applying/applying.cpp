#include "rewriters/applying/applying.h"

#include "analysis/project/decoding.h"

#include "clang/Tooling/Core/Replacement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <vector>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral utf8_mark = "\xEF\xBB\xBF";

std::string describe(const SourceText& source, const TextEdit& edit) {
    const auto place = [&](Offset offset) {
        if (offset > source.text.size())
            return "offset " + std::to_string(offset);
        const LineColumn at = source.lines.at(offset);
        return std::to_string(at.line) + ":" + std::to_string(at.column);
    };
    constexpr std::size_t shown = 40;
    std::string text = edit.text.substr(0, shown);
    if (edit.text.size() > shown)
        text += "...";
    std::string escaped;
    llvm::raw_string_ostream(escaped).write_escaped(text);
    return place(edit.range.begin) + "-" + place(edit.range.end) + " -> \"" + escaped + "\"";
}

bool inside_character(llvm::StringRef text, Offset offset) {
    return offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U;
}

/// What is wrong with the list as a whole, or "".
std::string find_fault(const SourceText& source, llvm::ArrayRef<TextEdit> edits) {
    const TextEdit* previous = nullptr;
    for (const TextEdit& edit : edits) {
        const ByteRange range = edit.range;
        if (range.begin > range.end || range.end > source.text.size())
            return "edit outside of the text: " + describe(source, edit);
        if (inside_character(source.text, range.begin) || inside_character(source.text, range.end))
            return "edit that cuts a character in two: " + describe(source, edit);
        if (previous != nullptr && range.begin < previous->range.begin)
            return "edits out of order: " + describe(source, *previous) + " before " + describe(source, edit);
        if (previous != nullptr && range.begin < previous->range.end)
            return "edits that overlap: " + describe(source, *previous) + " and " + describe(source, edit);
        previous = &edit;
    }
    return "";
}

/// Turns each '\n' into the file's newline; one that follows a '\r' was moved from the file and stays.
std::string with_newlines(llvm::StringRef text, llvm::StringRef newline) {
    if (newline == "\n")
        return text.str();
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            result += newline;
        else
            result += text[i];
    }
    return result;
}

/// One edit for all that touch: LLVM takes two insertions at one offset in an order of its own.
std::vector<TextEdit> coalesce(const SourceText& source, llvm::ArrayRef<TextEdit> edits) {
    std::vector<TextEdit> result;
    for (const TextEdit& edit : edits) {
        std::string text = with_newlines(edit.text, source.newline_text());
        if (!result.empty() && result.back().range.end == edit.range.begin) {
            result.back().range.end = edit.range.end;
            result.back().text += text;
        } else {
            result.push_back({edit.range, std::move(text)});
        }
    }
    return result;
}

/// A file in another encoding is only edited while it is ASCII alone, where the bytes are the same.
bool leaves_encoding(const SourceText& source, llvm::ArrayRef<TextEdit> edits) {
    const auto ascii = [](llvm::StringRef text) { return llvm::all_of(text, [](char c) { return llvm::isASCII(c); }); };
    if (llvm::all_of(edits, [&](const TextEdit& edit) { return ascii(edit.text); }) || !ascii(source.text))
        return false;
    const llvm::StringRef declared = coding_line(source.text);
    return !declared.empty() && !declared.starts_with_insensitive("utf");
}

} // namespace

AppliedEdits apply_edits(const SourceText& source, llvm::ArrayRef<TextEdit> edits) {
    const auto failed = [&](const std::string& error) { return AppliedEdits{"", source.path + ": " + error}; };
    if (std::string fault = find_fault(source, edits); !fault.empty())
        return failed(fault);
    if (leaves_encoding(source, edits))
        return failed("the coding line names an encoding that cannot hold the new text");
    clang::tooling::Replacements replacements;
    for (const TextEdit& edit : coalesce(source, edits)) {
        const clang::tooling::Replacement replacement(source.path, edit.range.begin, edit.range.size(), edit.text);
        if (llvm::Error error = replacements.add(replacement))
            return failed(llvm::toString(std::move(error)));
    }
    llvm::Expected<std::string> text = clang::tooling::applyAllReplacements(source.text, replacements);
    if (!text)
        return failed(llvm::toString(text.takeError()));
    return {source.bom ? utf8_mark.str() + *text : std::move(*text), ""};
}

std::string file_bytes(const SourceText& source) { return source.bom ? utf8_mark.str() + source.text : source.text; }

} // namespace sqlawait
