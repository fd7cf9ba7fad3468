#include "analysis/project/declared_packages.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <set>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace sqlawait {

namespace {

bool is_name_character(char c) { return llvm::isAlnum(c) || c == '-' || c == '_' || c == '.'; }

std::string normalised(llvm::StringRef name) {
    std::string out;
    for (const char c : name)
        if (llvm::isAlnum(c))
            out += llvm::toLower(c);
        else if (out.empty() || out.back() != '-')
            out += '-';
    return out;
}

/// PEP 508: `name[extras] version ; marker`.
void add_requirement(llvm::StringRef text, llvm::StringRef path, unsigned line, Declarations& out) {
    text = text.split(" #").first.split(';').first.trim();
    if (text.empty() || text.front() == '#' || text.front() == '-' || text.contains("://"))
        return;
    const llvm::StringRef name = text.take_while(is_name_character);
    llvm::StringRef rest = text.drop_front(name.size()).ltrim();
    if (rest.consume_front("["))
        rest = rest.split(']').second.ltrim();
    if (name.empty() || (!rest.empty() && !llvm::StringRef("=<>!~(").contains(rest.front())))
        return;
    out.packages.push_back({normalised(name), rest.trim().str(), path.str(), line});
}

unsigned line_of(const toml::node& node) { return static_cast<unsigned>(node.source().begin.line); }

void add_list(const toml::node* list, llvm::StringRef path, Declarations& out) {
    if (list == nullptr || list->as_array() == nullptr)
        return;
    for (const toml::node& item : *list->as_array())
        if (const auto text = item.value<std::string>())
            add_requirement(*text, path, line_of(item), out);
}

/// `name = "version"` or `name = { version = "..." }`, as in Poetry and Pipfile.
void add_table(const toml::node* table, llvm::StringRef path, Declarations& out) {
    if (table == nullptr || table->as_table() == nullptr)
        return;
    for (const auto& [key, value] : *table->as_table()) {
        std::string version = value.value<std::string>().value_or("");
        if (const toml::table* inner = value.as_table())
            version = (*inner)["version"].value<std::string>().value_or("");
        if (version == "*")
            version.clear();
        // Poetry's "2.1" and "^2.1" both mean from there on, below the next major version.
        DeclaredPackage package{normalised(std::string_view(key.str())), version, path.str(), line_of(value)};
        (package.name == "python" ? out.pythons : out.packages).push_back(std::move(package));
    }
}

void add_pyproject(llvm::StringRef path, const toml::table& file, Declarations& out) {
    if (const auto python = file.at_path("project.requires-python"); python.is_string())
        out.pythons.push_back({"python", *python.value<std::string>(), path.str(), line_of(*python.node())});
    add_list(file.at_path("project.dependencies").node(), path, out);
    for (const char* const groups : {"project.optional-dependencies", "dependency-groups"})
        if (const toml::table* table = file.at_path(groups).as_table())
            for (const auto& [name, list] : *table)
                add_list(&list, path, out);
    add_table(file.at_path("tool.poetry.dependencies").node(), path, out);
    add_table(file.at_path("tool.poetry.dev-dependencies").node(), path, out);
    if (const toml::table* groups = file.at_path("tool.poetry.group").as_table())
        for (const auto& [name, group] : *groups)
            if (const toml::table* table = group.as_table())
                add_table(table->get("dependencies"), path, out);
}

/// Lines that are requirements where `inside` holds: of setup.cfg's install_requires and the like.
void add_setup_cfg(llvm::StringRef path, llvm::ArrayRef<llvm::StringRef> lines, Declarations& out) {
    bool inside = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        llvm::StringRef line = lines[i].rtrim();
        const auto number = static_cast<unsigned>(i + 1);
        if (!line.empty() && !llvm::isSpace(line.front())) {
            const auto [key, value] = line.split('=');
            const llvm::StringRef name = key.trim();
            inside = name == "install_requires" || name == "tests_require" || line == "[options.extras_require]" ||
                     (inside && line.front() != '[' && value.empty());
            if (name == "python_requires")
                out.pythons.push_back({"python", value.trim().str(), path.str(), number});
            line = value;
        }
        if (inside)
            add_requirement(line.trim(), path, number, out);
    }
}

void add_lines(llvm::StringRef path, llvm::StringRef name, llvm::StringRef text, Declarations& out) {
    llvm::SmallVector<llvm::StringRef, 64> lines;
    text.split(lines, '\n');
    if (name == "setup.cfg")
        return add_setup_cfg(path, lines, out);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        llvm::StringRef line = lines[i].trim();
        const auto number = static_cast<unsigned>(i + 1);
        const auto python = [&](llvm::StringRef version) {
            if (!version.empty())
                out.pythons.push_back({"python", ("==" + version).str(), path.str(), number});
        };
        if (name == ".python-version" || name == "runtime.txt") {
            line.consume_front("python-");
            if (!line.starts_with("#"))
                python(line.take_while([](char c) { return llvm::isDigit(c) || c == '.'; }));
        } else if (name.starts_with("Dockerfile")) {
            if (line.consume_front_insensitive("from ") && line.contains("python:"))
                python(line.split("python:").second.take_while([](char c) { return llvm::isDigit(c) || c == '.'; }));
        } else if (name.starts_with("environment.")) {
            if (line.consume_front("- ")) {
                const llvm::StringRef package = line.take_while(is_name_character);
                llvm::StringRef version = line.drop_front(package.size());
                const std::string exact = version.starts_with("=") && !version.starts_with("==") ? "=" : "";
                if (package == "python")
                    out.pythons.push_back({"python", exact + version.str(), path.str(), number});
                else
                    add_requirement((package + exact + version).str(), path, number, out);
            }
        } else {
            add_requirement(line, path, number, out);
        }
    }
}

bool declares(llvm::StringRef name) {
    return name == "pyproject.toml" || name == "setup.cfg" || name == "Pipfile" || name == ".python-version" ||
           name == "runtime.txt" || name == "Dockerfile" || name == "environment.yml" || name == "environment.yaml" ||
           (name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in")));
}

std::vector<unsigned> numbers_of(llvm::StringRef version) {
    std::vector<unsigned> out;
    llvm::SmallVector<llvm::StringRef, 4> parts;
    version.trim().split(parts, '.');
    for (const llvm::StringRef part : parts) {
        unsigned number = 0;
        if (part.take_while(llvm::isDigit).getAsInteger(10, number))
            break;
        out.push_back(number);
    }
    return out;
}

llvm::SmallVector<llvm::StringRef, 4> clauses_of(llvm::StringRef requirement) {
    llvm::SmallVector<llvm::StringRef, 4> out;
    requirement.trim("() ").split(out, ',');
    for (llvm::StringRef& clause : out)
        clause = clause.trim();
    return out;
}

} // namespace

const DeclaredPackage* Declarations::package(llvm::StringRef normalised) const {
    const auto found =
        llvm::find_if(packages, [&](const DeclaredPackage& package) { return package.name == normalised; });
    return found == packages.end() ? nullptr : &*found;
}

void add_declarations(llvm::StringRef path, llvm::StringRef text, Declarations& out) {
    const llvm::StringRef name = path.rsplit('/').second.empty() ? path : path.rsplit('/').second;
    const std::size_t before = out.packages.size() + out.pythons.size();
    if (name == "pyproject.toml" || name == "Pipfile") {
        const toml::parse_result parsed = toml::parse(std::string_view(text.data(), text.size()), path.str());
        if (!parsed)
            return;
        if (name == "pyproject.toml")
            add_pyproject(path, parsed.table(), out);
        for (const char* const section : {"packages", "dev-packages"})
            if (name == "Pipfile")
                add_table(parsed.table().get(section), path, out);
    } else {
        add_lines(path, name, text, out);
    }
    if (out.packages.size() + out.pythons.size() > before)
        out.files.push_back(path.str());
}

Declarations read_declarations(llvm::StringRef root, llvm::ArrayRef<std::string> paths) {
    std::set<std::string> folders{""};
    for (llvm::StringRef path : paths)
        for (std::size_t slash = path.rfind('/'); slash != llvm::StringRef::npos; slash = path.rfind('/')) {
            path = path.take_front(slash);
            if (!folders.insert(path.str()).second)
                break;
        }
    folders.insert("requirements");
    Declarations out;
    std::vector<std::string> files;
    for (const std::string& folder : folders) {
        const std::string absolute = root.str() + (folder.empty() ? "" : "/" + folder);
        std::error_code error;
        for (llvm::sys::fs::directory_iterator entry(absolute, error), end; entry != end && !error;
             entry.increment(error)) {
            const llvm::StringRef name = llvm::sys::path::filename(entry->path());
            if (declares(name) || (folder == "requirements" && (name.ends_with(".txt") || name.ends_with(".in"))))
                files.push_back((folder.empty() ? "" : folder + "/") + name.str());
        }
    }
    llvm::sort(files);
    for (const std::string& file : files)
        if (const auto buffer = llvm::MemoryBuffer::getFile(root + "/" + file))
            add_declarations(file, (*buffer)->getBuffer(), out);
    return out;
}

std::vector<unsigned> lowest_version(llvm::StringRef requirement) {
    for (llvm::StringRef clause : clauses_of(requirement)) {
        for (const llvm::StringRef sign : {">=", "==", "~=", "^", ">", "="})
            if (clause.consume_front(sign))
                return numbers_of(clause);
        if (!clause.empty() && llvm::isDigit(clause.front()))
            return numbers_of(clause);
    }
    return {};
}

bool rules_out_from(llvm::StringRef requirement, llvm::ArrayRef<unsigned> version) {
    for (llvm::StringRef clause : clauses_of(requirement)) {
        const auto at_most = [&](llvm::StringRef text) {
            const std::vector<unsigned> limit = numbers_of(text);
            return !limit.empty() &&
                   !std::lexicographical_compare(version.begin(), version.end(), limit.begin(), limit.end());
        };
        if (clause.consume_front("<=") || clause.consume_front("==")) {
            const std::vector<unsigned> limit = numbers_of(clause);
            if (!limit.empty() &&
                std::lexicographical_compare(limit.begin(), limit.end(), version.begin(), version.end()))
                return true;
        } else if (clause.consume_front("<")) {
            if (at_most(clause))
                return true;
        } else if (clause.consume_front("^") || clause.consume_front("~=")) {
            const std::vector<unsigned> from = numbers_of(clause);
            if (!from.empty() && !version.empty() && from.front() < version.front())
                return true;
        }
    }
    return false;
}

} // namespace sqlawait
