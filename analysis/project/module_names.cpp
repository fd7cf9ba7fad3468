#include "analysis/project/module_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>

namespace sqlawait {

namespace {

using Parts = llvm::SmallVector<llvm::StringRef, 8>;

llvm::StringRef folder_of(llvm::StringRef path) {
    const std::size_t slash = path.rfind('/');
    return slash == llvm::StringRef::npos ? llvm::StringRef() : path.take_front(slash);
}

llvm::StringRef base_of(llvm::StringRef path) { return path.substr(path.rfind('/') + 1); }

llvm::StringRef without_suffix(llvm::StringRef name) {
    if (!name.consume_back(".pyi"))
        name.consume_back(".py");
    return name;
}

/// The parts of the path as a module's name has them: no suffix, no `__init__`.
Parts module_parts(llvm::StringRef path) {
    Parts parts;
    path.split(parts, '/');
    parts.back() = without_suffix(parts.back());
    if (parts.back() == "__init__")
        parts.pop_back();
    return parts;
}

bool is_identifier(llvm::StringRef part) {
    return !part.empty() && !llvm::isDigit(part.front()) &&
           llvm::all_of(part, [](char c) { return llvm::isAlnum(c) || c == '_' || !llvm::isASCII(c); });
}

bool contains(llvm::ArrayRef<std::string> sorted, llvm::StringRef item) {
    return std::binary_search(sorted.begin(), sorted.end(), item,
                              [](llvm::StringRef a, llvm::StringRef b) { return a < b; });
}

void sort_unique(std::vector<std::string>& items) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

void add_name(std::vector<std::string>& names, llvm::ArrayRef<llvm::StringRef> parts) {
    if (parts.empty() || !llvm::all_of(parts, is_identifier))
        return;
    std::string name = llvm::join(parts, ".");
    if (!llvm::is_contained(names, name))
        names.push_back(std::move(name));
}

/// The folder that the first `depth` parts of a path name.
std::string folder_at(llvm::ArrayRef<llvm::StringRef> folders, std::size_t depth) {
    return llvm::join(folders.take_front(depth), "/");
}

} // namespace

FolderFacts::FolderFacts(llvm::ArrayRef<std::string> paths, llvm::ArrayRef<std::string> project_folders)
    : source_roots_(project_folders.begin(), project_folders.end()) {
    for (const std::string& path : paths) {
        if (without_suffix(base_of(path)) == "__init__")
            packages_.push_back(folder_of(path).str());
    }
    sort_unique(packages_);
    for (const std::string& package : packages_) {
        const llvm::StringRef outside = folder_of(package);
        if (!package.empty() && !is_package(outside))
            source_roots_.push_back(outside.str());
    }
    for (const std::string& path : paths) {
        const llvm::StringRef folder = folder_of(path);
        for (llvm::StringRef up = folder; !up.empty(); up = folder_of(up)) {
            if (base_of(up) == "src" && !is_package(up))
                source_roots_.push_back(up.str());
        }
    }
    source_roots_.emplace_back();
    sort_unique(source_roots_);
}

bool FolderFacts::is_package(llvm::StringRef folder) const { return contains(packages_, folder); }

bool FolderFacts::is_source_root(llvm::StringRef folder) const { return contains(source_roots_, folder); }

std::vector<std::string> names_by_place(const FolderFacts& folders, llvm::StringRef root, llvm::StringRef path) {
    Parts folder_parts;
    folder_of(path).split(folder_parts, '/', -1, /*KeepEmpty=*/false);
    const Parts parts = module_parts(path);

    std::vector<std::string> names;
    // Above the outermost package: where the interpreter has to start for the package to be whole.
    std::size_t top = folder_parts.size();
    while (top > 0 && folders.is_package(folder_at(folder_parts, top)))
        --top;
    const bool in_package = top < folder_parts.size();
    if (in_package)
        add_name(names, llvm::ArrayRef(parts).drop_front(top));
    // Then from every likely start above, the nearest first; the root is one.
    for (std::size_t depth = std::min(top, parts.size()) + 1; depth-- > 0;) {
        if (folders.is_source_root(folder_at(folder_parts, depth)))
            add_name(names, llvm::ArrayRef(parts).drop_front(depth));
    }
    // The root may be a package itself, imported from the folder above.
    if (folders.is_package("")) {
        Parts from_above{base_of(root)};
        from_above.append(parts.begin(), parts.end());
        add_name(names, from_above);
    }
    // `versions/2024-01-first.py` can't be imported by a statement, and still needs a name.
    if (names.empty())
        names.push_back(parts.empty() ? base_of(root).str() : llvm::join(parts, "."));
    return names;
}

namespace {

/// Every dotted name that absolute imports mention, prefixes included, with how often.
struct ImportedNames {
    llvm::StringMap<unsigned> counts;
    llvm::StringSet<> folders_with_relative; // folders in which some file uses `from . import`
    llvm::StringMap<llvm::StringSet<>> first_parts; // folder -> first parts that its files import
    std::vector<llvm::StringSet<>> of_module;       // by ModuleId: first parts

    void add(const Module& module, llvm::StringRef dotted) {
        const llvm::StringRef first = dotted.take_until([](char c) { return c == '.'; });
        first_parts[folder_of(module.source.path)].insert(first);
        of_module[module.id.value].insert(first);
        for (std::size_t end = dotted.size(); end != llvm::StringRef::npos; end = dotted.take_front(end).rfind('.'))
            ++counts[dotted.take_front(end)];
    }
};

/// `a . b` is a legal spelling of `a.b`.
std::string dotted_text(Node name) {
    std::string text;
    for (const char c : name.text()) {
        if (llvm::isAlnum(c) || c == '_' || c == '.' || !llvm::isASCII(c))
            text += c;
    }
    return text;
}

Node imported(Node name) { return name.is(Kind::aliased_import) ? name.child(Field::name) : name; }

void collect_imports(const Module& module, ImportedNames& names) {
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node node = module.tree.node(id);
        if (node.is(Kind::import_statement)) {
            for (const Node name : node.children(Field::name))
                names.add(module, dotted_text(imported(name)));
        } else if (node.is(Kind::import_from_statement)) {
            const Node from = node.child(Field::module_name);
            if (from.is(Kind::relative_import)) {
                names.folders_with_relative.insert(folder_of(module.source.path));
                continue;
            }
            const std::string base = dotted_text(from);
            names.add(module, base);
            for (const Node name : node.children(Field::name))
                ++names.counts[base + "." + dotted_text(imported(name))];
        }
    }
}

unsigned count(const ImportedNames& imports, llvm::StringRef name) { return imports.counts.lookup(name); }

/// Whether the module's folder is run as a folder of scripts that import one another by bare names, and this
/// bare name is one of them: some file beside it imports the name, nobody knows the module by a longer one,
/// the module is no wrapper that imports the library whose name it bears, and Python has no such module.
bool imported_by_bare_name(const Module& module, const ImportedNames& imports, llvm::StringRef bare) {
    const llvm::StringRef folder = folder_of(module.source.path);
    const auto beside = imports.first_parts.find(folder);
    return beside != imports.first_parts.end() && beside->second.contains(bare) &&
           !imports.folders_with_relative.contains(folder) && !is_standard_module(bare) &&
           !imports.of_module[module.id.value].contains(bare) &&
           llvm::all_of(module.names, [&](const std::string& name) { return count(imports, name) == 0; });
}

/// Folders that code puts on `sys.path`.
class PathFolders {
  public:
    explicit PathFolders(const Module& module) : module_(module) {}

    /// `sys.path.append(os.path.join(os.path.dirname(__file__), "lib"))`, `sys.path.insert(0, str(HERE / "lib"))`: the
    /// folders that this may be, from the root; none when the text does not tell.
    std::vector<std::string> of_call(Node call) {
        const Node function = call.child(Field::function);
        const auto given = call.child(Field::arguments).named_children();
        if (given.empty() || (function.text() != "sys.path.append" && function.text() != "sys.path.insert"))
            return {};
        up_ = 0;
        from_file_ = false;
        names_.clear();
        if (!read(given.back(), max_names))
            return {};
        std::vector<std::string> out;
        if (from_file_)
            add(module_.source.path, out);
        else // from where the program is started: the root, or the file's folder
            for (const llvm::StringRef start : {llvm::StringRef(), folder_of(module_.source.path)})
                add(start, out);
        return out;
    }

  private:
    static constexpr unsigned max_names = 4; // HERE = ...; LIB = HERE / "lib"

    void add(llvm::StringRef start, std::vector<std::string>& out) const {
        Parts parts;
        start.split(parts, '/', -1, /*KeepEmpty=*/false);
        if (parts.size() < up_)
            return;
        parts.truncate(parts.size() - up_);
        for (const llvm::StringRef name : names_) {
            if (name == "..") {
                if (parts.empty())
                    return;
                parts.pop_back();
            } else if (!name.empty() && name != ".") {
                parts.push_back(name);
            }
        }
        out.push_back(llvm::join(parts, "/"));
    }

    /// What an expression says of a folder; false when it says something else as well.
    bool read(Node expression, unsigned names) {
        const SyntaxTree& tree = expression.tree();
        for (NodeId id = expression.id(); id < tree.record(expression.id()).subtree_end; ++id) {
            const Node node = tree.node(id);
            if (node.is(Kind::string_content)) {
                Parts parts;
                node.text().split(parts, '/', -1, /*KeepEmpty=*/true);
                if (parts.front().empty() && names_.empty())
                    return false; // an absolute path is none of the program's
                names_.append(parts.begin(), parts.end());
            } else if (node.is(Kind::subscript) && node.child(Field::value).text().ends_with(".parents")) {
                unsigned index = 0;
                if (node.child(Field::subscript).text().getAsInteger(10, index))
                    return false;
                up_ += index + 1;
            } else if (node.is(Kind::interpolation) || (node.is(Kind::identifier) && !read_name(node, names))) {
                return false;
            }
        }
        return true;
    }

    bool read_name(Node node, unsigned names) {
        const llvm::StringRef name = node.text();
        if (name == "__file__") {
            from_file_ = true;
            return true;
        }
        if (name == "dirname" || name == "parent") {
            ++up_;
            return true;
        }
        static constexpr llvm::StringLiteral plain[] = {
            "os",       "path",    "pathlib",  "Path",    "str",      "join",     "abspath",  "realpath",
            "normpath", "resolve", "absolute", "parents", "as_posix", "joinpath", "PurePath", "fspath"};
        if (llvm::is_contained(plain, name))
            return true;
        if (names == 0 || node.parent().is(Kind::attribute))
            return false;
        for (NodeId id = 0; id < module_.tree.size(); ++id)
            if (const Node made = module_.tree.node(id);
                made.is(Kind::assignment) && made.child(Field::right) && made.child(Field::left).text() == name)
                return read(made.child(Field::right), names - 1);
        return false;
    }

    const Module& module_;
    std::size_t up_ = 0;
    bool from_file_ = false;
    Parts names_;
};

/// Names of modules below folders that are put on the path, where no other module has the name.
void add_names_on_path(Program& program) {
    llvm::StringSet<> folders, names;
    for (const std::unique_ptr<Module>& module : program.modules) {
        for (const std::string& name : module->names)
            names.insert(name);
        if (module->source.text.find("sys.path") == std::string::npos)
            continue;
        for (NodeId id = 0; id < module->tree.size(); ++id)
            if (const Node call = module->tree.node(id); call.is(Kind::call))
                for (const std::string& folder : PathFolders(*module).of_call(call))
                    folders.insert(folder);
    }
    for (const std::unique_ptr<Module>& module : program.modules) {
        const Parts parts = module_parts(module->source.path);
        for (std::size_t depth = 1; depth < parts.size(); ++depth) {
            if (!folders.contains(folder_at(parts, depth)) || is_standard_module(parts[depth]))
                continue;
            const auto rest = llvm::ArrayRef(parts).drop_front(depth);
            if (names.insert(llvm::join(rest, ".")).second)
                add_name(module->names, rest);
        }
    }
}

} // namespace

void refine_names(Program& program) {
    ImportedNames imports;
    imports.of_module.resize(program.modules.size());
    for (const std::unique_ptr<Module>& module : program.modules)
        collect_imports(*module, imports);

    add_names_on_path(program);
    llvm::StringSet<> script_folders;
    for (const std::unique_ptr<Module>& module : program.modules) {
        const Parts parts = module_parts(module->source.path);
        if (!module->is_package && !parts.empty() && imported_by_bare_name(*module, imports, parts.back()))
            script_folders.insert(folder_of(module->source.path));
    }
    for (const std::unique_ptr<Module>& module : program.modules) {
        const Parts parts = module_parts(module->source.path);
        // A spelling of two parts or more that is found in an import is no coincidence.
        for (std::size_t depth = 1; depth + 1 < parts.size(); ++depth) {
            const auto rest = llvm::ArrayRef(parts).drop_front(depth);
            if (count(imports, llvm::join(rest, ".")) > 0)
                add_name(module->names, rest);
        }
        if (parts.size() > 1 && !module->is_package && !is_standard_module(parts.back()) &&
            script_folders.contains(folder_of(module->source.path)))
            add_name(module->names, {parts.back()});
        llvm::stable_sort(module->names, [&](const std::string& a, const std::string& b) {
            return count(imports, a) > count(imports, b);
        });
    }
}

} // namespace sqlawait
