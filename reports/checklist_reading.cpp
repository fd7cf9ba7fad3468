// A checklist from the JSON that it was written as, and several as one.
#include "reports/checklist.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

#include <set>

namespace sqlawait {

namespace {

using llvm::json::Array;
using llvm::json::Object;

constexpr FileStatus file_statuses[] = {FileStatus::pending, FileStatus::in_progress, FileStatus::done,
                                        FileStatus::kept, FileStatus::nothing};
constexpr FindingStatus finding_statuses[] = {FindingStatus::remaining, FindingStatus::kept, FindingStatus::suppressed,
                                              FindingStatus::information};
constexpr Prerequisite::State states[] = {Prerequisite::State::fine, Prerequisite::State::to_do,
                                          Prerequisite::State::not_known};

/// Reads what must be there; the first thing that is not becomes the error.
class Reader {
  public:
    Checklist read(const Object& from) {
        Checklist out;
        out.project = text(from, "project");
        each(from, "files", [&](const Object& one) { out.files.push_back(file(one)); });
        each(from, "relationships", [&](const Object& one) { out.relationships.push_back(relationship(one)); });
        each(from, "prerequisites", [&](const Object& one) {
            out.prerequisites.push_back(
                {named(one, "state", states, state_name), text(one, "what"), text(one, "found"), text(one, "advice")});
        });
        out.declaration_files = strings(from, "declaration_files");
        const auto problem = [&](const Object& one) -> ProjectProblem {
            return {text(one, "path"), number(one, "line"), number(one, "column"), text(one, "message")};
        };
        each(from, "problems", [&](const Object& one) { out.problems.push_back(problem(one)); });
        if (from.get("notes") != nullptr) // reports that are older have none
            each(from, "notes", [&](const Object& one) { out.notes.push_back(problem(one)); });
        out.sum();
        return out;
    }

    [[nodiscard]] const std::string& error() const { return error_; }

  private:
    void missing(llvm::StringRef key) {
        if (error_.empty())
            error_ = "'" + key.str() + "' is missing or of the wrong type";
    }

    std::string text(const Object& from, llvm::StringRef key) {
        const auto value = from.getString(key);
        if (!value)
            missing(key);
        return value.value_or("").str();
    }
    unsigned number(const Object& from, llvm::StringRef key) {
        const auto value = from.getInteger(key);
        if (!value || *value < 0)
            missing(key);
        return static_cast<unsigned>(value.value_or(0));
    }
    bool flag(const Object& from, llvm::StringRef key) {
        const auto value = from.getBoolean(key);
        if (!value)
            missing(key);
        return value.value_or(false);
    }
    std::vector<std::string> strings(const Object& from, llvm::StringRef key) {
        std::vector<std::string> out;
        const Array* array = from.getArray(key);
        if (array == nullptr)
            missing(key);
        else
            for (const llvm::json::Value& value : *array)
                out.push_back(value.getAsString().value_or("").str());
        return out;
    }
    std::map<std::string, unsigned> numbers(const Object& from, llvm::StringRef key) {
        std::map<std::string, unsigned> out;
        const Object& object = inner(from, key);
        for (const auto& [name, value] : object)
            out[name.str()] = number(object, name);
        return out;
    }
    const Object& inner(const Object& from, llvm::StringRef key) {
        static const Object empty;
        const Object* object = from.getObject(key);
        if (object == nullptr)
            missing(key);
        return object == nullptr ? empty : *object;
    }
    template <typename Use> void each(const Object& from, llvm::StringRef key, Use use) {
        const Array* array = from.getArray(key);
        if (array == nullptr)
            return missing(key);
        for (const llvm::json::Value& value : *array) {
            if (value.getAsObject() == nullptr)
                return missing(key);
            use(*value.getAsObject());
        }
    }
    template <typename Value, std::size_t Size>
    Value named(const Object& from, llvm::StringRef key, const Value (&values)[Size], llvm::StringRef (*name)(Value)) {
        const std::string word = text(from, key);
        const Value* found = llvm::find_if(values, [&](Value value) { return name(value) == word; });
        if (found == std::end(values))
            missing(key);
        return found == std::end(values) ? values[0] : *found;
    }
    Effort effort(const Object& from) {
        const Object& object = inner(from, "effort_minutes");
        return {object.getNumber("low").value_or(0), object.getNumber("high").value_or(0)};
    }

    CertaintyCounts shares(const Object& from, llvm::StringRef key) {
        const Object& counts = inner(from, key);
        return {number(counts, "proved"), number(counts, "likely"), number(counts, "unknown")};
    }

    ChecklistFile file(const Object& from) {
        ChecklistFile out;
        out.path = text(from, "path");
        out.layer = text(from, "layer");
        out.layer_reason = text(from, "layer_reason");
        out.status = named(from, "status", file_statuses, file_status_name);
        out.order.batch = number(from, "batch");
        out.priority = text(from, "priority");
        out.inventory.lines = number(from, "lines");
        const Object& functions = inner(from, "functions");
        out.inventory.sync_functions = number(functions, "sync");
        out.inventory.async_functions = number(functions, "async");
        out.inventory.mixed_functions = number(functions, "async_with_sync_io");
        out.turn_async = number(functions, "turn_async");
        const Object& counts = inner(from, "counts");
        out.counts = {number(counts, "sites"), number(counts, "automatic"), number(counts, "person"),
                      number(counts, "kept")};
        // Added later: reports that are older do not have it.
        if (const Object* certainty = from.getObject("certainty"))
            out.certainty = {shares(*certainty, "session_io"), shares(*certainty, "relationship_reads")};
        out.inventory.operations = numbers(from, "operations");
        out.inventory.awaited = numbers(from, "async_operations");
        out.order.callers = number(from, "callers");
        out.order.calling_files = number(from, "calling_files");
        out.order.after = strings(from, "after");
        out.order.together = strings(from, "together_with");
        out.effort = effort(from);
        out.other_changes = number(from, "other_changes");
        each(from, "findings", [&](const Object& one) { out.findings.push_back(finding(one, out.path)); });
        each(from, "session_functions", [&](const Object& one) {
            out.functions.push_back({text(one, "name"), number(one, "line"), flag(one, "is_async"),
                                     text(one, "becomes"), text(one, "sync_name"), text(one, "async_name"),
                                     strings(one, "demanded_by"), text(one, "refusal"), flag(one, "kept")});
        });
        each(from, "loads", [&](const Object& one) {
            out.loads.push_back({number(one, "line"), text(one, "origin"), strings(one, "paths")});
        });
        each(from, "blocking_calls", [&](const Object& one) {
            out.inventory.blocking.push_back({number(one, "line"), number(one, "column"), text(one, "name"),
                                              text(one, "function"), flag(one, "http"), flag(one, "in_coroutine"),
                                              one.getBoolean("automatic").value_or(false)}); // older reports have none
        });
        each(from, "unrecognised", [&](const Object& one) {
            out.inventory.unrecognised.push_back(
                {number(one, "line"), text(one, "receiver"), text(one, "method"), text(one, "function")});
        });
        return out;
    }

    ReportedFinding finding(const Object& from, const std::string& path) {
        ReportedFinding out;
        out.code = text(from, "code");
        out.path = path;
        out.line = number(from, "line");
        out.column = number(from, "column");
        out.end_line = number(from, "end_line");
        out.function = text(from, "function");
        out.message = text(from, "message");
        out.kind = text(from, "kind");
        out.status = named(from, "status", finding_statuses, status_name);
        out.counts = flag(from, "counts");
        out.fixed = flag(from, "automatic");
        out.reason = text(from, "reason");
        out.text = text(from, "text");
        return out;
    }

    AuditedRelationship relationship(const Object& from) {
        AuditedRelationship out;
        out.model = text(from, "model");
        out.name = text(from, "name");
        out.target = text(from, "target");
        out.path = text(from, "path");
        out.line = number(from, "line");
        out.loading = text(from, "loading");
        out.cardinality = text(from, "cardinality");
        each(from, "reads", [&](const Object& one) {
            out.reads.push_back({text(one, "path"), number(one, "line"), text(one, "status"), flag(one, "loaded")});
        });
        out.suggestion = text(from, "suggestion");
        out.why = text(from, "why");
        return out;
    }

    std::string error_;
};

} // namespace

ChecklistResult read_checklist(llvm::StringRef file_name, llvm::StringRef json) {
    const auto fail = [&](const llvm::Twine& what) {
        return ChecklistResult{{}, (file_name + ": not a report: " + what).str()};
    };
    llvm::Expected<llvm::json::Value> value = llvm::json::parse(json);
    if (!value)
        return fail(llvm::toString(value.takeError()));
    const Object* object = value->getAsObject();
    if (object == nullptr)
        return fail("no object");
    if (object->getInteger("version") != 1)
        return fail("another version; write it anew with `sqlawait report --format json`");
    Reader reader;
    ChecklistResult result{reader.read(*object), ""};
    return reader.error().empty() ? std::move(result) : fail(reader.error());
}

Checklist merge_checklists(std::vector<Checklist> checklists) {
    if (checklists.size() == 1)
        return std::move(checklists.front());
    Checklist out;
    std::set<std::string> names;
    for (Checklist& one : checklists) {
        std::string name = one.project;
        for (unsigned i = 2; !names.insert(name).second; ++i)
            name = one.project + "-" + std::to_string(i);
        out.project.append(out.project.empty() ? "" : ", ").append(name);
        const auto place = [&](std::string& path) { path.insert(0, name + "/"); };
        for (ChecklistFile& file : one.files) {
            place(file.path);
            for (ReportedFinding& finding : file.findings)
                place(finding.path);
            for (std::string& other : file.order.together)
                place(other);
            out.files.push_back(std::move(file));
        }
        for (AuditedRelationship& relationship : one.relationships) {
            place(relationship.path);
            for (AuditedRead& read : relationship.reads)
                place(read.path);
            out.relationships.push_back(std::move(relationship));
        }
        for (Prerequisite& prerequisite : one.prerequisites) {
            prerequisite.what = name + ": " + prerequisite.what;
            out.prerequisites.push_back(std::move(prerequisite));
        }
        for (std::string& file : one.declaration_files) {
            place(file);
            out.declaration_files.push_back(std::move(file));
        }
        for (ProjectProblem& note : one.notes) {
            place(note.path);
            out.notes.push_back(std::move(note));
        }
        for (ProjectProblem& problem : one.problems) {
            place(problem.path);
            out.problems.push_back(std::move(problem));
        }
    }
    // Batches of different projects don't wait for each other: the first ones stand together.
    llvm::stable_sort(out.files, [](const ChecklistFile& a, const ChecklistFile& b) {
        return std::tuple(!a.has_work(), a.order.batch) < std::tuple(!b.has_work(), b.order.batch);
    });
    out.sum();
    return out;
}

} // namespace sqlawait
