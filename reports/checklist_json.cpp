#include "reports/checklist.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

class Writer {
  public:
    explicit Writer(llvm::raw_ostream& os) : json_(os, 1) {}

    void write(const Checklist& c) {
        json_.object([&] {
            json_.attribute("version", 1);
            text("project", c.project);
            json_.attributeObject("counts", [&] { counts(c.total); });
            json_.attributeObject("migrations", [&] { counts(c.migrations); });
            json_.attributeObject("by_layer", [&] { rows(c.by_layer); });
            json_.attributeObject("by_operation", [&] { rows(c.by_operation); });
            json_.attributeObject("functions", [&] {
                json_.attribute("total", c.functions);
                json_.attribute("turn_async", c.turn_async);
                json_.attribute("twins", c.twins);
            });
            certainty(c.certainty);
            effort(c.effort);
            text("effort_formula", effort_formula());
            json_.attributeArray("files", [&] {
                for (const ChecklistFile& one : c.files)
                    json_.object([&] { file(one); });
            });
            json_.attributeArray("relationships", [&] {
                for (const AuditedRelationship& one : c.relationships)
                    json_.object([&] { relationship(one); });
            });
            json_.attributeArray("prerequisites", [&] {
                for (const Prerequisite& one : c.prerequisites)
                    json_.object([&] {
                        json_.attribute("state", state_name(one.state));
                        text("what", one.what);
                        text("found", one.found);
                        text("advice", one.advice);
                    });
            });
            strings("declaration_files", c.declaration_files);
            problems("problems", c.problems);
            problems("notes", c.notes);
        });
    }

  private:
    void text(llvm::StringRef key, llvm::StringRef value) { json_.attribute(key, llvm::json::fixUTF8(value)); }
    void strings(llvm::StringRef key, const std::vector<std::string>& values) {
        json_.attributeArray(key, [&] {
            for (const std::string& value : values)
                json_.value(llvm::json::fixUTF8(value));
        });
    }
    void numbers(llvm::StringRef key, const std::map<std::string, unsigned>& values) {
        json_.attributeObject(key, [&] {
            for (const auto& [name, value] : values)
                json_.attribute(name, value);
        });
    }
    void problems(llvm::StringRef key, const std::vector<ProjectProblem>& values) {
        json_.attributeArray(key, [&] {
            for (const ProjectProblem& one : values)
                json_.object([&] {
                    text("path", one.path);
                    json_.attribute("line", one.line);
                    json_.attribute("column", one.column);
                    text("message", one.message);
                });
        });
    }
    void counts(const ChecklistCounts& of) {
        json_.attribute("sites", of.sites);
        json_.attribute("automatic", of.automatic);
        json_.attribute("person", of.person);
        json_.attribute("kept", of.kept);
    }
    void certainty(const FileCertainty& of) {
        const auto shares = [&](llvm::StringRef key, const CertaintyCounts& counts) {
            json_.attributeObject(key, [&] {
                json_.attribute("proved", counts.proved);
                json_.attribute("likely", counts.likely);
                json_.attribute("unknown", counts.unknown);
            });
        };
        json_.attributeObject("certainty", [&] {
            shares("session_io", of.session_io);
            shares("relationship_reads", of.relationship_reads);
        });
    }
    void rows(const std::map<std::string, ChecklistCounts>& of) {
        for (const auto& row : of)
            json_.attributeObject(row.first, [&] { counts(row.second); });
    }
    /// Halves of minutes are exact.
    void effort(const Effort& of) {
        json_.attributeObject("effort_minutes", [&] {
            json_.attribute("low", of.low);
            json_.attribute("high", of.high);
        });
    }

    void file(const ChecklistFile& one) {
        text("path", one.path);
        text("layer", one.layer);
        text("layer_reason", one.layer_reason);
        json_.attribute("status", file_status_name(one.status));
        json_.attribute("batch", one.order.batch);
        text("priority", one.priority);
        json_.attribute("lines", one.inventory.lines);
        json_.attributeObject("functions", [&] {
            json_.attribute("sync", one.inventory.sync_functions);
            json_.attribute("async", one.inventory.async_functions);
            json_.attribute("async_with_sync_io", one.inventory.mixed_functions);
            json_.attribute("turn_async", one.turn_async);
        });
        json_.attributeObject("counts", [&] { counts(one.counts); });
        certainty(one.certainty);
        numbers("operations", one.inventory.operations);
        numbers("async_operations", one.inventory.awaited);
        json_.attribute("callers", one.order.callers);
        json_.attribute("calling_files", one.order.calling_files);
        strings("after", one.order.after);
        strings("together_with", one.order.together);
        effort(one.effort);
        json_.attribute("other_changes", one.other_changes);
        json_.attributeArray("findings", [&] {
            for (const ReportedFinding& of : one.findings)
                json_.object([&] { finding(of); });
        });
        json_.attributeArray("session_functions", [&] {
            for (const ChecklistFunction& of : one.functions)
                json_.object([&] { function(of); });
        });
        json_.attributeArray("loads", [&] {
            for (const ChecklistLoad& of : one.loads)
                json_.object([&] {
                    json_.attribute("line", of.line);
                    text("origin", of.origin);
                    strings("paths", of.paths);
                });
        });
        json_.attributeArray("blocking_calls", [&] {
            for (const BlockingCall& of : one.inventory.blocking)
                json_.object([&] {
                    json_.attribute("line", of.line);
                    json_.attribute("column", of.column);
                    text("name", of.name);
                    text("function", of.function);
                    json_.attribute("http", of.http);
                    json_.attribute("in_coroutine", of.on_loop);
                    json_.attribute("automatic", of.automatic);
                });
        });
        json_.attributeArray("unrecognised", [&] {
            for (const UnrecognisedCall& of : one.inventory.unrecognised)
                json_.object([&] {
                    json_.attribute("line", of.line);
                    text("receiver", of.receiver);
                    text("method", of.method);
                    text("function", of.function);
                });
        });
    }

    void finding(const ReportedFinding& of) {
        text("code", of.code);
        json_.attribute("line", of.line);
        json_.attribute("column", of.column);
        json_.attribute("end_line", of.end_line);
        text("function", of.function);
        text("message", of.message);
        text("kind", of.kind);
        json_.attribute("status", status_name(of.status));
        json_.attribute("counts", of.counts);
        json_.attribute("automatic", of.fixed);
        text("reason", of.reason);
        text("text", of.text);
    }

    void function(const ChecklistFunction& of) {
        text("name", of.name);
        json_.attribute("line", of.line);
        json_.attribute("is_async", of.is_async);
        text("becomes", of.becomes);
        text("sync_name", of.sync_name);
        text("async_name", of.async_name);
        strings("demanded_by", of.demanded_by);
        text("refusal", of.refusal);
        json_.attribute("kept", of.kept);
    }

    void relationship(const AuditedRelationship& of) {
        text("model", of.model);
        text("name", of.name);
        text("target", of.target);
        text("path", of.path);
        json_.attribute("line", of.line);
        text("loading", of.loading);
        text("cardinality", of.cardinality);
        json_.attributeArray("reads", [&] {
            for (const AuditedRead& read : of.reads)
                json_.object([&] {
                    text("path", read.path);
                    json_.attribute("line", read.line);
                    text("status", read.status);
                    json_.attribute("loaded", read.loaded);
                });
        });
        text("suggestion", of.suggestion);
        text("why", of.why);
    }

    llvm::json::OStream json_;
};

} // namespace

std::string checklist_json(const Checklist& checklist) {
    std::string out;
    llvm::raw_string_ostream os(out);
    Writer(os).write(checklist);
    os << '\n';
    return out;
}

} // namespace sqlawait
