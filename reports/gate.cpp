#include "reports/gate.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"

namespace sqlawait {

namespace {

constexpr std::int64_t baseline_version = 1;

} // namespace

bool is_counted(const ReportedFinding& finding, GateOptions options) {
    return finding.counts && (finding.status == FindingStatus::remaining ||
                              (options.include_kept && finding.status == FindingStatus::kept));
}

GateCounts count_findings(llvm::ArrayRef<ReportedFinding> findings, GateOptions options) {
    GateCounts counts;
    for (const ReportedFinding& finding : findings) {
        if (!finding.counts)
            continue;
        counts.remaining += finding.status == FindingStatus::remaining ? 1 : 0;
        counts.kept += finding.status == FindingStatus::kept ? 1 : 0;
        counts.suppressed += finding.status == FindingStatus::suppressed ? 1 : 0;
        if (is_counted(finding, options)) {
            ++counts.by_kind[finding.kind];
            ++counts.by_code[finding.code];
            ++counts.by_file[finding.path];
        }
    }
    return counts;
}

std::string fingerprint(const ReportedFinding& finding) {
    llvm::SHA256 hash;
    for (const std::string* part : {&finding.path, &finding.function, &finding.code, &finding.tokens}) {
        hash.update(*part);
        hash.update(llvm::StringRef("\0", 1));
    }
    return llvm::toHex(hash.final(), /*LowerCase=*/true).substr(0, 32);
}

unsigned Baseline::total() const {
    unsigned total = 0;
    for (const auto& [fingerprint, entry] : entries)
        total += entry.count;
    return total;
}

Baseline make_baseline(llvm::ArrayRef<ReportedFinding> findings, GateOptions options) {
    Baseline baseline;
    for (const ReportedFinding& finding : findings) {
        if (!is_counted(finding, options))
            continue;
        Baseline::Entry& entry = baseline.entries[fingerprint(finding)];
        entry.finding.path = finding.path;
        entry.finding.function = finding.function;
        entry.finding.code = finding.code;
        entry.finding.text = finding.text;
        ++entry.count;
    }
    return baseline;
}

BaselineResult read_baseline(llvm::StringRef file_name, llvm::StringRef json) {
    const auto fail = [&](const llvm::Twine& what) { return BaselineResult{{}, (file_name + ": " + what).str()}; };
    llvm::Expected<llvm::json::Value> value = llvm::json::parse(json);
    if (!value)
        return fail("not a baseline: " + llvm::toString(value.takeError()));
    const llvm::json::Object* object = value->getAsObject();
    const llvm::json::Array* findings = object == nullptr ? nullptr : object->getArray("findings");
    if (findings == nullptr)
        return fail("not a baseline: it has no findings");
    if (object->getInteger("version") != baseline_version)
        return fail("a baseline of another version; write it anew with --update-baseline");
    BaselineResult result;
    for (const llvm::json::Value& item : *findings) {
        const llvm::json::Object* entry = item.getAsObject();
        const auto text = [&](llvm::StringRef key) {
            return entry == nullptr ? std::string() : entry->getString(key).value_or("").str();
        };
        const std::int64_t count = entry == nullptr ? 0 : entry->getInteger("count").value_or(0);
        const std::string print = text("fingerprint");
        if (print.empty() || count <= 0)
            return fail("not a baseline: a finding without a fingerprint or a count");
        Baseline::Entry& to = result.baseline.entries[print];
        to.finding.path = text("path");
        to.finding.function = text("function");
        to.finding.code = text("code");
        to.finding.text = text("text");
        to.count += static_cast<unsigned>(count);
    }
    return result;
}

std::string write_baseline(const Baseline& baseline) {
    // Sorted by what a person looks for; the order of hashes would shuffle with each change.
    std::vector<const std::pair<const std::string, Baseline::Entry>*> entries;
    entries.reserve(baseline.entries.size());
    for (const auto& entry : baseline.entries)
        entries.push_back(&entry);
    llvm::sort(entries, [](const auto* a, const auto* b) {
        const ReportedFinding& x = a->second.finding;
        const ReportedFinding& y = b->second.finding;
        return std::tie(x.path, x.function, x.code, x.text) < std::tie(y.path, y.function, y.code, y.text);
    });
    std::string out;
    llvm::raw_string_ostream os(out);
    llvm::json::OStream json(os, 1);
    json.object([&] {
        json.attribute("version", baseline_version);
        json.attributeArray("findings", [&] {
            for (const auto* entry : entries)
                json.object([&] {
                    json.attribute("path", entry->second.finding.path);
                    json.attribute("function", entry->second.finding.function);
                    json.attribute("code", entry->second.finding.code);
                    json.attribute("text", llvm::json::fixUTF8(entry->second.finding.text));
                    json.attribute("count", entry->second.count);
                    json.attribute("fingerprint", entry->first);
                });
        });
    });
    os << '\n';
    return out;
}

BaselineComparison compare(const Baseline& baseline, std::vector<ReportedFinding>& findings, GateOptions options,
                           llvm::function_ref<bool(llvm::StringRef)> exists) {
    std::map<std::string, unsigned> left; // of each entry, what no finding has taken yet
    for (const auto& [print, entry] : baseline.entries)
        left[print] = entry.count;
    std::vector<ReportedFinding*> open;
    for (ReportedFinding& finding : findings) {
        if (!is_counted(finding, options))
            continue;
        const auto entry = left.find(fingerprint(finding));
        if (entry != left.end() && entry->second > 0) {
            --entry->second;
            finding.in_baseline = true;
        } else {
            open.push_back(&finding);
        }
    }
    // What was edited in place; then what lies in a file that is there no longer under the name it had.
    BaselineComparison out;
    using Key = std::tuple<std::string, std::string, std::string>;
    const auto pair_off = [&](auto entry_takes_part, auto key_of) {
        std::map<Key, std::vector<unsigned*>> by_key;
        for (auto& [print, count] : left)
            if (const ReportedFinding& entry = baseline.entries.at(print).finding; count > 0 && entry_takes_part(entry))
                by_key[key_of(entry)].push_back(&count);
        llvm::erase_if(open, [&](ReportedFinding* finding) {
            const auto found = by_key.find(key_of(*finding));
            if (found == by_key.end() || found->second.empty())
                return false;
            if (--*found->second.back() == 0)
                found->second.pop_back();
            finding->in_baseline = true;
            ++out.changed;
            return true;
        });
    };
    pair_off([](const ReportedFinding&) { return true; },
             [](const ReportedFinding& one) { return Key(one.path, one.function, one.code); });
    pair_off([&](const ReportedFinding& one) { return !exists(one.path); },
             [](const ReportedFinding& one) { return Key(one.function, one.code, one.text); });
    for (const ReportedFinding* finding : open)
        out.added.push_back(*finding);
    for (const auto& [print, count] : left)
        out.gone += count;
    return out;
}

std::pair<Baseline, Baseline> split_baseline(const Baseline& baseline,
                                             llvm::function_ref<bool(llvm::StringRef)> wanted) {
    std::pair<Baseline, Baseline> out;
    for (const auto& entry : baseline.entries)
        (wanted(entry.second.finding.path) ? out.first : out.second).entries.insert(entry);
    return out;
}

Baseline join_baselines(Baseline a, const Baseline& b) {
    a.entries.insert(b.entries.begin(), b.entries.end());
    return a;
}

} // namespace sqlawait
