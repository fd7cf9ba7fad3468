// Lists over all files: hazards, eager loads, twins, calls that block, relationships.
#include "reports/checklist_markdown.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait::markdown {

void write_loads(llvm::raw_ostream& os, const Checklist& checklist) {
    std::size_t all = 0;
    for (const ChecklistFile& file : checklist.files)
        all += static_cast<std::size_t>(
            llvm::count_if(file.loads, [](const ChecklistLoad& load) { return !load.paths.empty(); }));
    os << "## Eager loads\n\n";
    if (all == 0) {
        os << "No relationship is read that a query has to load.\n\n";
        return;
    }
    os << "What is read of an object later, loaded by the query that makes it.\n\n";
    open_details(os, count(all, "place"));
    for (const ChecklistFile& file : checklist.files)
        for (const ChecklistLoad& load : file.loads) {
            if (load.paths.empty())
                continue; // what its callers say is loaded
            os << "- `" << file.path << ':' << load.line << "` " << load.origin << ": ";
            for (std::size_t i = 0; i < load.paths.size(); ++i)
                os << (i == 0 ? "" : ", ") << code(load.paths[i]);
            os << '\n';
        }
    close_details(os);
}

void write_twins(llvm::raw_ostream& os, const Checklist& checklist) {
    if (checklist.twins == 0)
        return;
    os << "## Needed in both forms\n\nAsynchronous code and synchronous code need them; the second form goes when "
          "its last caller is moved.\n\n";
    open_details(os, count(checklist.twins, "function"));
    for (const ChecklistFile& file : checklist.files)
        for (const ChecklistFunction& function : file.functions) {
            if (function.becomes != "both")
                continue;
            os << "- `" << file.path << ':' << function.line << "` " << code(function.async_name) << " and "
               << code(function.sync_name) << '\n';
            for (const std::string& reason : function.demanded_by)
                os << "  - " << text(reason) << '\n';
        }
    close_details(os);
}

void write_blocking_calls(llvm::raw_ostream& os, const Checklist& checklist) {
    struct Row {
        const ChecklistFile* file;
        const BlockingCall* call;
    };
    std::vector<Row> rows;
    std::size_t http = 0, on_loop = 0, automatic = 0, in_tests = 0;
    for (const ChecklistFile& file : checklist.files)
        for (const BlockingCall& call : file.inventory.blocking) {
            if (file.layer == "tests") {
                ++in_tests;
                continue;
            }
            rows.push_back({&file, &call});
            http += call.http ? 1 : 0;
            on_loop += call.on_loop ? 1 : 0;
            automatic += call.on_loop && call.automatic ? 1 : 0;
        }
    llvm::stable_sort(rows, [](const Row& a, const Row& b) {
        const auto rank = [](const BlockingCall& call) {
            return std::tuple(!call.on_loop, call.automatic, !call.http);
        };
        return rank(*a.call) < rank(*b.call);
    });
    if (rows.empty())
        return;
    os << "## HTTP and other calls that block\n\n"
       << count(rows.size(), "call") << ", " << http << " of them HTTP. " << on_loop
       << " in a coroutine or in a function that becomes one: the tool takes " << automatic
       << " off the event loop, the others need an asynchronous client or `asyncio.to_thread`.";
    if (in_tests > 0)
        os << " " << in_tests << " more are in tests.";
    os << "\n\n";
    open_details(os, "by file");
    for (const Row& row : rows)
        os << (row.call->on_loop && !row.call->automatic ? "- [ ] `" : "- `") << row.file->path << ':' << row.call->line
           << "` " << code(row.call->name) << (row.call->function.empty() ? "" : " in " + code(row.call->function))
           << (!row.call->on_loop    ? ", not in a coroutine"
               : row.call->automatic ? ", by the tool"
                                     : "")
           << '\n';
    close_details(os);
}

void write_hazards(llvm::raw_ostream& os, const Checklist& checklist) {
    std::map<std::pair<std::string, std::string>, std::vector<const ReportedFinding*>> groups; // by code and advice
    std::size_t all = 0;
    for (const ChecklistFile& file : checklist.files)
        for (const ReportedFinding& finding : file.findings)
            if (is_hazard(finding)) {
                groups[{finding.code, root_reason(finding)}].push_back(&finding);
                ++all;
            }
    if (all == 0)
        return;
    os << "## To be looked at\n\n"
       << count(all, "place")
       << " where nothing synchronous is left over, and the program may still do otherwise than before, or more slowly "
          "than it could. `sqlawait explain CODE` says more.\n\n";
    for (const auto& [key, findings] : groups) {
        const bool by_message = findings.front()->reason.empty();
        open_details(os,
                     "<b>" + count(findings.size(), "place") + "</b>, " + html(key.first) + ": " + html(key.second));
        for (const ReportedFinding* finding : findings)
            os << "- [ ] `" << finding->path << ':' << finding->line << '`' << (by_message ? "" : " ")
               << (by_message ? "" : text(finding->message))
               << (finding->function.empty() ? "" : " in " + code(finding->function)) << '\n';
        close_details(os);
    }
}

void write_relationships(llvm::raw_ostream& os, const Checklist& checklist) {
    if (checklist.relationships.empty())
        return;
    std::map<std::string, std::vector<const AuditedRelationship*>> unread; // by model
    std::size_t nobody = 0, missing = 0;
    Rows rows;
    for (const AuditedRelationship& one : checklist.relationships) {
        if (one.reads.empty() && one.loading == "select") {
            unread[one.model].push_back(&one);
            ++nobody;
            continue;
        }
        missing += llvm::any_of(one.reads, [](const AuditedRead& read) { return !read.loaded; }) ? 1 : 0;
        std::string read;
        constexpr std::size_t shown = 3;
        for (std::size_t i = 0; i < one.reads.size() && i < shown; ++i)
            read += (i == 0 ? "" : "<br>") + code(one.reads[i].path + ":" + std::to_string(one.reads[i].line)) +
                    (one.reads[i].loaded ? "" : " **not loaded**");
        if (one.reads.size() > shown)
            read += "<br>and " + std::to_string(one.reads.size() - shown) + " more";
        rows.push_back({code(one.model + "." + one.name), code(one.target), one.loading, read,
                        (one.suggestion.empty() ? "" : code(one.suggestion) + ": ") + text(one.why)});
    }
    os << "## Relationships\n\n"
       << count(checklist.relationships.size(), "relationship") << "; " << missing
       << " with a read that no query loads, " << nobody << " that nothing reads.\n\n";
    if (!rows.empty()) {
        open_details(os, count(rows.size(), "relationship") + ", and how each might be mapped");
        table(os, {"relationship", "to", "now", "read at", "suggestion"}, rows);
        close_details(os);
    }
    if (nobody == 0)
        return;
    open_details(os, count(nobody, "relationship") + " that nothing in the program reads");
    const AuditedRelationship& first = *unread.begin()->second.front();
    os << (first.suggestion.empty() ? "" : code(first.suggestion) + ": ") << text(first.why) << "\n\n";
    for (const auto& [model, relationships] : unread) {
        os << "- " << code(model) << ": ";
        for (const AuditedRelationship* one : relationships)
            os << (one == relationships.front() ? "" : ", ") << code(one->name);
        os << '\n';
    }
    close_details(os);
}

} // namespace sqlawait::markdown
