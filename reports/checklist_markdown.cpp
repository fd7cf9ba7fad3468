// The checklist as GitHub shows it: first what one has to decide, then what is there, then what is to be done file by
// file; lists are folded.
#include "reports/checklist_markdown.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <set>

namespace sqlawait::markdown {

std::string number(std::size_t value) { return value == 0 ? "" : std::to_string(value); }

namespace {

std::string hours(double minutes) {
    std::string out;
    llvm::raw_string_ostream os(out);
    if (minutes < 60)
        os << llvm::format("%.0f min", minutes);
    else if (minutes < 60 * 12)
        os << llvm::format("%.0f h", minutes / 60);
    else
        os << llvm::format("%.0f days", minutes / 360); // of six hours at the desk
    return out;
}

} // namespace

std::string range(const Effort& effort) {
    const std::string low = hours(effort.low), high = hours(effort.high);
    const llvm::StringRef unit = llvm::StringRef(low).split(' ').second;
    return (llvm::StringRef(high).ends_with(unit) ? llvm::StringRef(low).split(' ').first.str() : low) + " to " + high;
}

std::string box(bool done) { return done ? "- [x] " : "- [ ] "; }

namespace {

bool is_done(const ChecklistFile& file) { return file.status == FileStatus::done; }

class Page {
  public:
    explicit Page(const Checklist& checklist) : c_(checklist), os_(out_) {}

    std::string write() {
        prerequisites();
        person();
        write_hazards(os_, c_);
        unrecognised();
        layers();
        operations();
        order();
        write_files(os_, c_);
        write_loads(os_, c_);
        write_twins(os_, c_);
        write_blocking_calls(os_, c_);
        write_relationships(os_, c_);
        rest();
        return head() + std::move(out_);
    }

  private:
    /// With a list of the sections behind it, which stand in `out_` already.
    std::string head() {
        std::string out;
        llvm::raw_string_ostream os(out);
        std::size_t work = 0, done = 0;
        for (const ChecklistFile& file : c_.files) {
            work += file.has_work() ? 1 : 0;
            done += is_done(file) ? 1 : 0;
        }
        os << "# " << text(c_.project) << ": from Session to AsyncSession\n\n";
        const std::size_t all = work + done;
        const std::size_t filled = all == 0 ? 0 : done * 20 / all;
        os << "**" << done << " of " << count(all, "file") << " done** `";
        for (std::size_t i = 0; i < 20; ++i)
            os << (i < filled ? "\u2588" : "\u2591");
        os << "`\n\n";
        Rows rows = {
            {"synchronous operations", std::to_string(c_.total.sites)},
            {"rewritten by the tool", std::to_string(c_.total.automatic)},
            {"for a person, with the reason", std::to_string(c_.total.person)},
            {"kept synchronous on purpose", std::to_string(c_.total.kept)},
            {"functions that become `async def`",
             std::to_string(c_.turn_async) + " of " + std::to_string(c_.functions)},
            {"functions needed in both forms", std::to_string(c_.twins)},
            {"files to be moved", std::to_string(work) + " of " + std::to_string(c_.files.size())},
            {"effort with the tool", range(c_.effort)},
        };
        if (c_.migrations.sites > 0)
            rows.push_back({"in migrations, which stay synchronous", std::to_string(c_.migrations.sites)});
        table(os, {"in short", "#"}, rows);
        os << "Effort: " << effort_formula() << ". A day has six hours.\n\n";
        os << "Made by `sqlawait report`. Run it again at any time: what is moved is ticked off.\n\n";
        llvm::StringRef rest = out_;
        for (bool first = true; !rest.empty();) {
            const auto [line, behind] = rest.split('\n');
            rest = behind;
            if (!line.starts_with("## "))
                continue;
            const llvm::StringRef title = line.drop_front(3);
            std::string anchor = title.lower();
            std::replace(anchor.begin(), anchor.end(), ' ', '-');
            os << (first ? "" : " \u00b7 ") << '[' << title << "](#" << anchor << ')';
            first = false;
        }
        os << "\n\n";
        return out;
    }

    void prerequisites() {
        os_ << "## Before anything else\n\n";
        for (const Prerequisite& one : c_.prerequisites) {
            os_ << box(one.state == Prerequisite::State::fine) << one.what << ": " << text(one.found);
            if (!one.advice.empty())
                os_ << "; " << one.advice;
            os_ << '\n';
        }
        for (const ProjectProblem& note : c_.notes)
            os_ << box(false) << (note.path == "." ? "" : code(note.path) + ": ") << text(note.message) << '\n';
        for (const std::string& file : c_.declaration_files)
            os_ << (&file == &c_.declaration_files.front() ? "\nDeclared in " : ", ") << code(file);
        os_ << (c_.declaration_files.empty() ? "\n" : ".\n\n");
    }

    void layers() {
        struct Sums {
            unsigned files = 0, work = 0, done = 0, lines = 0, sync = 0, async = 0, mixed = 0;
            ChecklistCounts counts;
        };
        std::map<unsigned, std::pair<llvm::StringRef, Sums>> sums;
        Sums kept;
        unsigned mixed = 0;
        for (const ChecklistFile& file : c_.files) {
            auto& [name, of] = sums[layer_rank(file.layer)];
            name = file.layer;
            for (Sums* to : {&of, file.status == FileStatus::kept ? &kept : nullptr}) {
                if (to == nullptr)
                    continue;
                ++to->files;
                to->work += file.has_work() ? 1 : 0;
                to->done += is_done(file) ? 1 : 0;
                to->lines += file.inventory.lines;
                to->sync += file.inventory.sync_functions;
                to->async += file.inventory.async_functions;
                to->counts += file.counts;
            }
            mixed += file.inventory.mixed_functions;
        }
        os_ << "## Layers\n\n";
        Rows rows;
        const auto add = [&](const std::string& name, const Sums& of) {
            rows.push_back({name, number(of.files), number(of.work), number(of.done), number(of.lines), number(of.sync),
                            number(of.async), number(of.counts.sites), number(of.counts.automatic),
                            number(of.counts.person), number(of.counts.kept)});
        };
        for (const auto& [rank, entry] : sums)
            add(entry.first.str(), entry.second);
        add("*all of it kept sync*", kept);
        table(os_,
              {"layer", "#files", "#to move", "#done", "#lines", "#`def`", "#`async def`", "#sites", "#tool", "#person",
               "#kept"},
              rows);
        if (mixed > 0)
            os_ << count(mixed, "function") << " that are `async def` today run synchronous session I/O inside: "
                << "each of them holds up the whole event loop while the database answers.\n\n";
    }

    void operations() {
        std::map<std::string, unsigned> now, awaited;
        for (const ChecklistFile& file : c_.files) {
            for (const auto& [name, times] : file.inventory.operations)
                now[name] += times;
            for (const auto& [name, times] : file.inventory.awaited)
                awaited[name] += times;
        }
        std::set<std::string> names;
        for (const auto* counts : {&now, &awaited})
            for (const auto& [name, times] : *counts)
                names.insert(name);
        std::vector<std::string> sorted(names.begin(), names.end());
        llvm::stable_sort(sorted, [&](const std::string& a, const std::string& b) { return now[a] > now[b]; });
        os_ << "## Operations\n\nCalls of a session by method, as the source is now.\n\n";
        Rows calls, sites;
        for (const std::string& name : sorted)
            if (now[name] + awaited[name] > 0)
                calls.push_back({code(name), number(now[name]), number(awaited[name])});
        table(os_, {"operation", "#synchronous", "#asynchronous"}, calls);
        os_ << "What waits for the database, and what becomes of it. A query that is kept in a variable counts where "
               "it "
               "is built and where it runs.\n\n";
        for (const auto& [name, counts] : c_.by_operation)
            sites.push_back({code(name), number(counts.sites), number(counts.automatic), number(counts.person),
                             number(counts.kept)});
        llvm::stable_sort(sites, [&](const auto& a, const auto& b) { return std::stoul(a[1]) > std::stoul(b[1]); });
        table(os_, {"kind", "#sites", "#tool", "#person", "#kept"}, sites);
    }

    /// What a person has to decide, by reason: one decision often settles many sites.
    void person() {
        std::map<std::string, std::vector<const ReportedFinding*>> by_reason;
        for (const ChecklistFile& file : c_.files)
            for (const ReportedFinding& finding : file.findings)
                if (needs_person(finding))
                    by_reason[root_reason(finding)].push_back(&finding);
        os_ << "## For a person\n\n";
        if (by_reason.empty()) {
            os_ << "Nothing: every synchronous operation is either rewritten or kept on purpose.\n\n";
            return;
        }
        std::vector<std::pair<std::string, std::vector<const ReportedFinding*>>> sorted(by_reason.begin(),
                                                                                        by_reason.end());
        llvm::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
        os_ << count(c_.total.person, "site") << ", " << count(sorted.size(), "reason")
            << "; a reason that is settled takes all of its sites along.\n\n";
        for (const auto& [reason, findings] : sorted) {
            open_details(os_, "<b>" + count(findings.size(), "site") + "</b>: " + html(reason));
            for (const ReportedFinding* finding : findings) {
                os_ << "- [ ] `" << finding->path << ':' << finding->line << "` " << finding->code << ' '
                    << text(finding->message);
                if (!finding->function.empty())
                    os_ << " in " << code(finding->function);
                os_ << '\n';
            }
            close_details(os_);
        }
    }

    void unrecognised() {
        struct Key {
            const ChecklistFile* file;
            std::string function, receiver;
            bool operator<(const Key& other) const {
                return std::tie(file->path, function, receiver) <
                       std::tie(other.file->path, other.function, other.receiver);
            }
        };
        std::map<Key, std::vector<const UnrecognisedCall*>> groups;
        std::size_t all = 0;
        for (const ChecklistFile& file : c_.files)
            for (const UnrecognisedCall& call : file.inventory.unrecognised) {
                groups[{&file, call.function, call.receiver}].push_back(&call);
                ++all;
            }
        if (groups.empty())
            return;
        os_ << "## Not recognised\n\n"
            << count(all, "call") << " that a session would understand, on something of which the source does not say "
            << "what it is. They are in no count above. Annotate it, or give its name to `session-names` in the "
               "configuration.\n\n";
        open_details(os_, count(groups.size(), "place"));
        for (const auto& [key, calls] : groups) {
            os_ << "- [ ] `" << key.file->path << ':' << calls.front()->line << "` " << code(key.receiver);
            if (!key.function.empty())
                os_ << " in " << code(key.function);
            os_ << ": ";
            std::set<std::string> methods;
            for (const UnrecognisedCall* call : calls)
                methods.insert(call->method);
            for (const std::string& method : methods)
                os_ << (method == *methods.begin() ? "" : ", ") << code(method);
            os_ << '\n';
        }
        close_details(os_);
    }

    void order() {
        struct Batch {
            std::size_t files = 0, high = 0;
            ChecklistCounts counts;
            Effort effort;
            std::set<std::pair<unsigned, std::string>> layers;
        };
        std::map<unsigned, Batch> batches;
        for (const ChecklistFile& file : c_.files)
            if (file.has_work()) {
                Batch& batch = batches[file.order.batch];
                ++batch.files;
                batch.high += file.priority == "high" ? 1 : 0;
                batch.counts += file.counts;
                batch.effort += file.effort;
                batch.layers.emplace(layer_rank(file.layer), file.layer);
            }
        os_ << "## Order\n\nA file comes after those whose functions, base classes or sessions it uses, where these "
               "change too. `sqlawait migrate --only FILE...` moves a part and keeps the rest working.\n\n"
            << "Priority: *high* for the foundation, base classes and files with ten callers or more in other files "
               "(functions that reach its session I/O), *middle* from three.\n\n";
        Rows rows;
        for (const auto& [index, batch] : batches) {
            std::string layers;
            for (const auto& [rank, name] : batch.layers)
                layers += (layers.empty() ? "" : ", ") + name;
            rows.push_back({"[" + std::to_string(index) + "](#batch-" + std::to_string(index) + ")",
                            number(batch.files), layers, number(batch.high), number(batch.counts.sites),
                            number(batch.counts.person), range(batch.effort)});
        }
        table(os_, {"#batch", "#files", "layers", "#high priority", "#sites", "#person", "effort"}, rows);
    }

    void rest() {
        if (c_.problems.empty())
            return;
        os_ << "## Files that could not be used\n\n";
        for (const ProjectProblem& problem : c_.problems) {
            os_ << "- `" << problem.path;
            if (problem.line > 0)
                os_ << ':' << problem.line;
            os_ << "` " << text(problem.message) << '\n';
        }
        os_ << '\n';
    }

    const Checklist& c_;
    std::string out_;
    llvm::raw_string_ostream os_;
};

} // namespace

} // namespace sqlawait::markdown

namespace sqlawait {

std::string checklist_markdown(const Checklist& checklist) { return markdown::Page(checklist).write(); }

} // namespace sqlawait
