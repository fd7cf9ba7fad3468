#include "rewriters/manifests/pytest_settings.h"

#include "rewriters/manifests/toml_layout.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace sqlawait {

namespace {

struct Setting {
    llvm::StringLiteral key;
    llvm::StringLiteral value;
};
constexpr Setting settings[] = {
    {"asyncio_mode", "auto"},
    {"asyncio_default_fixture_loop_scope", "session"},
    {"asyncio_default_test_loop_scope", "session"},
};

llvm::StringRef folder_of(llvm::StringRef path) {
    const std::size_t slash = path.rfind('/');
    return slash == llvm::StringRef::npos ? "" : path.take_front(slash);
}

llvm::StringRef base_name(llvm::StringRef path) { return path.substr(path.rfind('/') + 1); }

/// pytest's section of a file: where its header ends and which settings it has already.
struct Section {
    bool toml = false;
    Offset header_end = 0;
    std::map<std::string, ByteRange> values;
};

std::optional<Section> toml_section(const SourceText& source) {
    constexpr llvm::StringLiteral table = "tool.pytest.ini_options";
    const TomlLayout layout = toml_layout(source.text);
    const auto header = llvm::find_if(layout.headers, [&](const TomlHeader& one) { return one.table == table; });
    if (header == layout.headers.end())
        return std::nullopt;
    Section out{true, header->end, {}};
    for (const TomlEntry& entry : layout.entries)
        if (entry.table == table)
            out.values[entry.key] = entry.value;
    return out;
}

std::optional<Section> ini_section(const SourceText& source, llvm::StringRef name) {
    std::optional<Section> out;
    bool inside = false;
    for (unsigned number = 1; number <= source.lines.line_count(); ++number) {
        const Offset begin = source.lines.line_begin(number);
        const llvm::StringRef line =
            llvm::StringRef(source.text).slice(begin, source.lines.line_begin(number + 1)).rtrim("\r\n");
        if (line.starts_with("[")) {
            inside = line.drop_front().split(']').first == name;
            if (inside)
                out = Section{false, begin + static_cast<Offset>(line.size()), {}};
            continue;
        }
        const std::size_t equals = line.find('=');
        if (!inside || equals == llvm::StringRef::npos || line.front() == ' ' || line.front() == '\t' ||
            line.front() == '#' || line.front() == ';')
            continue;
        const llvm::StringRef value = line.drop_front(equals + 1).trim();
        const auto at = static_cast<Offset>(value.data() - source.text.data());
        out->values[line.take_front(equals).trim().str()] = {at, at + static_cast<Offset>(value.size())};
    }
    return out;
}

/// In the order in which pytest looks for them in one folder.
std::optional<Section> section_of(const SourceText& source) {
    const llvm::StringRef name = base_name(source.path);
    if (name == "pytest.ini" || name == ".pytest.ini")
        return ini_section(source, "pytest");
    if (name == "pyproject.toml")
        return toml_section(source);
    if (name == "tox.ini")
        return ini_section(source, "pytest");
    if (name == "setup.cfg")
        return ini_section(source, "tool:pytest");
    return std::nullopt;
}

int rank(llvm::StringRef name) {
    constexpr llvm::StringLiteral order[] = {"pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"};
    return static_cast<int>(llvm::find(order, name) - std::begin(order));
}

std::string spell(const Setting& setting, bool toml) {
    const llvm::StringRef quote = toml ? "\"" : "";
    return (setting.key + " = " + quote + setting.value + quote).str();
}

std::vector<TextEdit> edits_of(const SourceText& source, const Section& section) {
    std::vector<TextEdit> out;
    std::string added;
    const bool scoped = llvm::any_of(
        section.values, [](const auto& entry) { return llvm::StringRef(entry.first).starts_with("asyncio_default_"); });
    for (const Setting& setting : settings) {
        const auto there = section.values.find(setting.key.str());
        if (there == section.values.end()) {
            if (setting.key == "asyncio_mode" || !scoped)
                added += "\n" + spell(setting, section.toml);
        } else if (setting.key == "asyncio_mode") {
            const llvm::StringRef value = source.slice(there->second).trim("\"'");
            if (value != setting.value)
                out.push_back({there->second, section.toml ? "\"auto\"" : "auto"});
        }
    }
    if (!added.empty())
        out.insert(out.begin(), {{section.header_end, section.header_end}, added});
    return out;
}

void merge(ManifestPlan& out, const SourceText& source, std::vector<TextEdit> edits) {
    auto file = llvm::find_if(out.files, [&](const PlannedManifest& one) { return one.path == source.path; });
    if (file == out.files.end()) {
        out.files.push_back({source.path, &source, {}});
        file = std::prev(out.files.end());
    }
    llvm::append_range(file->edits, edits);
    llvm::stable_sort(file->edits, [](const TextEdit& a, const TextEdit& b) { return a.range < b.range; });
}

std::string spell_all(bool toml) {
    std::string out;
    for (const Setting& setting : settings)
        out += spell(setting, toml) + "\n";
    return out;
}

/// pytest's table at the end of a pyproject.toml that has none.
TextEdit new_table(const SourceText& source) {
    const llvm::StringRef before = source.text;
    const auto end = static_cast<Offset>(before.size());
    const std::string gap = before.empty() ? "" : before.ends_with("\n") ? "\n" : "\n\n";
    return {{end, end}, gap + "[tool.pytest.ini_options]\n" + spell_all(true)};
}

/// The nearest pyproject.toml at or above a test that names pytest, which is where the tests are run; nullptr if none.
const Manifest* declares_pytest(const Program& program, llvm::StringRef test) {
    const Manifest* out = nullptr;
    for (const Manifest& manifest : program.manifests) {
        const llvm::StringRef path = manifest.source.path;
        const llvm::StringRef folder = folder_of(path);
        const bool above =
            folder.empty() || (test.starts_with(folder) && test.drop_front(folder.size()).starts_with("/"));
        if (base_name(path) == "pyproject.toml" && above && manifest.editable() &&
            llvm::StringRef(manifest.source.text).contains("pytest") &&
            (out == nullptr || folder_of(out->source.path).size() < folder.size()))
            out = &manifest;
    }
    return out;
}

} // namespace

void plan_pytest_settings(const Program& program, llvm::ArrayRef<std::string> tests, ManifestPlan& out) {
    for (const auto& module : program.modules)
        if (llvm::StringRef(module->source.text).contains("mark.anyio")) {
            out.notes.push_back(
                {module->source.path, 0, 0,
                 "runs tests with anyio, beside which pytest-asyncio's mode auto does not work; say how "
                 "the tests that became async are run"});
            return;
        }
    std::map<std::string, const Manifest*> by_folder; // the file that pytest takes in it
    for (const Manifest& manifest : program.manifests) {
        if (!section_of(manifest.source))
            continue;
        const Manifest*& known = by_folder[folder_of(manifest.source.path).str()];
        if (known == nullptr || rank(base_name(manifest.source.path)) < rank(base_name(known->source.path)))
            known = &manifest;
    }
    std::map<std::string, const Manifest*> chosen, begun;
    bool none = false;
    for (const llvm::StringRef test : tests) {
        const Manifest* found = nullptr;
        for (llvm::StringRef folder = folder_of(test);; folder = folder_of(folder)) {
            if (const auto known = by_folder.find(folder.str()); known != by_folder.end())
                found = known->second;
            if (found != nullptr || folder.empty())
                break;
        }
        if (found != nullptr)
            chosen[found->source.path] = found;
        else if (const Manifest* declaring = declares_pytest(program, test))
            begun[declaring->source.path] = declaring;
        else
            none = true;
    }
    for (const auto& [path, manifest] : chosen) {
        std::vector<TextEdit> edits = edits_of(manifest->source, *section_of(manifest->source));
        if (!edits.empty() && manifest->editable())
            merge(out, manifest->source, std::move(edits));
    }
    for (const auto& [path, manifest] : begun)
        merge(out, manifest->source, {new_table(manifest->source)});
    if (!none)
        return;
    const auto root =
        llvm::find_if(program.manifests, [](const Manifest& one) { return one.source.path == "pyproject.toml"; });
    if (root == program.manifests.end() || !root->editable())
        out.files.push_back({"pytest.ini", nullptr, {{{0, 0}, "[pytest]\n" + spell_all(false)}}});
    else if (!begun.contains(root->source.path))
        merge(out, root->source, {new_table(root->source)});
}

} // namespace sqlawait
