#include "reports/page.h"

#include "analysis/knowledge/embedded.h"
#include "reports/markdown.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

namespace sqlawait {

llvm::ArrayRef<EmbeddedFile> embedded_page();

namespace {

llvm::StringRef part(llvm::StringRef name) {
    const llvm::ArrayRef<EmbeddedFile> files = embedded_page();
    const auto* found = llvm::find_if(files, [&](const EmbeddedFile& file) { return file.name == name; });
    return found == files.end() ? llvm::StringRef() : found->text;
}

/// JSON in a script element: no '<' may begin a tag or a comment there.
std::string for_script(llvm::StringRef json) {
    std::string out;
    for (const char c : json) {
        if (c == '<')
            out += "\\u003c";
        else
            out += c;
    }
    return out;
}

std::string sources_json(const std::map<std::string, std::string>& sources) {
    std::string out;
    llvm::raw_string_ostream os(out);
    llvm::json::OStream json(os);
    json.object([&] {
        for (const auto& [path, text] : sources)
            json.attribute(llvm::json::fixUTF8(path), llvm::json::fixUTF8(text));
    });
    return out;
}

} // namespace

std::string checklist_page(const Checklist& checklist, const std::map<std::string, std::string>& sources) {
    const std::map<llvm::StringRef, std::string> holes = {
        {"TITLE", markdown::html(checklist.project)},
        {"STYLE", part("style").str()},
        {"SCRIPT", part("script").str()},
        {"REPORT", for_script(checklist_json(checklist))},
        {"SOURCES", for_script(sources_json(sources))},
    };
    // One pass: what fills a hole is not looked at again.
    std::string out;
    llvm::StringRef rest = part("layout");
    while (!rest.empty()) {
        const auto [before, after] = rest.split('%');
        out += before;
        const auto [name, behind] = after.split('%');
        if (const auto hole = holes.find(name); hole != holes.end()) {
            out += hole->second;
            rest = behind;
        } else {
            out += before.size() < rest.size() ? "%" : "";
            rest = after;
        }
    }
    return out;
}

} // namespace sqlawait
