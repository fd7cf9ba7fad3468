#include "analysis/project/configuration.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <filesystem>
#include <limits>
#include <variant>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace sqlawait {

namespace {

namespace fs = std::filesystem;

using Choices = std::vector<llvm::StringRef>;

struct Text {
    std::optional<std::string> Configuration::* member;
    Choices choices; // empty: any
};
struct File {
    std::optional<std::string> Configuration::* member;
};
struct Number {
    std::optional<unsigned> Configuration::* member;
};
struct Switch {
    std::optional<bool> Configuration::* member;
};
struct List {
    std::vector<std::string> Configuration::* member;
    bool files = false;
};

struct Key {
    llvm::StringRef name;
    std::variant<Text, File, Number, Switch, List> value;
};

const std::vector<Key>& keys() {
    using C = Configuration;
    static const std::vector<Key> table = {
        {"stage", Text{&C::stage, {"select", "loads", "async", "clean", "all"}}},
        {"strategy", Text{&C::strategy, {"replace", "twin"}}},
        {"form", Text{&C::form, {"statement", "expression"}}},
        {"driver", Text{&C::driver, {"asyncpg", "psycopg", "aiosqlite", "aiomysql", "asyncmy"}}},
        {"safety", Text{&C::safety, {"safe", "suggested"}}},
        {"color", Text{&C::color, {"auto", "always", "never"}}},
        {"feature-flag", Text{&C::feature_flag, {}}},
        {"trace", File{&C::trace}},
        {"baseline", File{&C::baseline}},
        {"max", Number{&C::max}},
        {"jobs", Number{&C::jobs}},
        {"proof", Switch{&C::proof}},
        {"include-kept", Switch{&C::include_kept}},
        {"allow-dirty", Switch{&C::allow_dirty}},
        {"quiet", Switch{&C::quiet}},
        {"verbose", Switch{&C::verbose}},
        {"only", List{&C::only}},
        {"exclude", List{&C::exclude}},
        {"keep-sync", List{&C::keep_sync}},
        {"session-names", List{&C::session_names}},
        {"session-types", List{&C::session_types}},
        {"entry-points", List{&C::entry_points}},
        {"knowledge", List{&C::knowledge, true}},
    };
    return table;
}

/// Flags that make sense for one run alone.
bool belongs_on_command_line(llvm::StringRef name) {
    static constexpr llvm::StringLiteral flags[] = {
        "write",          "output", "series", "update-baseline", "since",      "format", "merge",
        "stdin-filename", "root",   "config", "print",           "stop-after", "timings"};
    return llvm::is_contained(flags, name);
}

class Reader {
  public:
    explicit Reader(llvm::StringRef file) : file_(file), folder_(fs::path(file.str()).parent_path()) {
        result_.configuration.file = file.str();
    }

    ConfigurationResult read(const toml::table& table) {
        for (const auto& [key, node] : table) {
            if (result_.error.empty())
                read_key(std::string_view(key.str()), key.source(), node);
        }
        return std::move(result_);
    }

    ConfigurationResult fail(const toml::source_region& place, const std::string& message) {
        if (result_.error.empty())
            result_.error = file_.str() + ":" + std::to_string(place.begin.line) + ": " + message;
        return std::move(result_);
    }

  private:
    void read_key(llvm::StringRef name, const toml::source_region& place, const toml::node& node) {
        const auto key = llvm::find_if(keys(), [&](const Key& known) { return known.name == name; });
        if (key == keys().end()) {
            error(place, unknown(name));
            return;
        }
        std::visit([&](const auto& value) { set(name, value, node); }, key->value);
    }

    static std::string unknown(llvm::StringRef name) {
        if (belongs_on_command_line(name))
            return "'" + name.str() + "' can only be given on the command line";
        std::string message = "unknown key '" + name.str() + "'";
        unsigned best = 3;
        llvm::StringRef nearest;
        for (const Key& known : keys()) {
            const unsigned distance = known.name.edit_distance(name, true, best);
            if (distance < best) {
                best = distance;
                nearest = known.name;
            }
        }
        return nearest.empty() ? message : message + ", did you mean '" + nearest.str() + "'?";
    }

    void error(const toml::source_region& place, const std::string& message) {
        result_.error = file_.str() + ":" + std::to_string(place.begin.line) + ": " + message;
    }

    void wrong_type(llvm::StringRef name, const toml::node& node, llvm::StringRef wanted) {
        error(node.source(), "'" + name.str() + "' must be " + wanted.str());
    }

    [[nodiscard]] std::string absolute(const std::string& path) const {
        return (folder_ / path).lexically_normal().native();
    }

    void set(llvm::StringRef name, const Text& text, const toml::node& node) {
        const std::optional<std::string> value = node.value_exact<std::string>();
        if (!value)
            wrong_type(name, node, "a string");
        else if (!text.choices.empty() && !llvm::is_contained(text.choices, *value))
            error(node.source(),
                  "'" + name.str() + "' is '" + *value + "' and must be one of " + llvm::join(text.choices, ", "));
        else
            result_.configuration.*text.member = *value;
    }

    void set(llvm::StringRef name, const File& file, const toml::node& node) {
        if (const std::optional<std::string> value = node.value_exact<std::string>())
            result_.configuration.*file.member = absolute(*value);
        else
            wrong_type(name, node, "the path of a file, as a string");
    }

    void set(llvm::StringRef name, const Number& number, const toml::node& node) {
        const std::optional<std::int64_t> value = node.value_exact<std::int64_t>();
        if (value && *value >= 0 && *value <= std::numeric_limits<int>::max())
            result_.configuration.*number.member = static_cast<unsigned>(*value);
        else
            wrong_type(name, node, "a whole number, 0 or more");
    }

    void set(llvm::StringRef name, const Switch& flag, const toml::node& node) {
        if (const std::optional<bool> value = node.value_exact<bool>())
            result_.configuration.*flag.member = *value;
        else
            wrong_type(name, node, "true or false");
    }

    void set(llvm::StringRef name, const List& list, const toml::node& node) {
        std::vector<std::string>& items = result_.configuration.*list.member;
        const auto add = [&](const toml::node& item) {
            const std::optional<std::string> value = item.value_exact<std::string>();
            if (value)
                items.push_back(list.files ? absolute(*value) : *value);
            else
                wrong_type(name, item, "a string or a list of strings");
            return value.has_value();
        };
        const toml::array* array = node.as_array();
        if (array == nullptr) {
            static_cast<void>(add(node));
            return;
        }
        for (const toml::node& item : *array) {
            if (!add(item))
                return;
        }
    }

    llvm::StringRef file_;
    fs::path folder_;
    ConfigurationResult result_;
};

bool is_pyproject(llvm::StringRef file) { return fs::path(file.str()).filename() == "pyproject.toml"; }

ConfigurationResult read_file(const std::string& file) {
    const auto buffer = llvm::MemoryBuffer::getFile(file);
    if (!buffer)
        return {{}, file + ": cannot be read: " + buffer.getError().message()};
    return parse_configuration(file, (*buffer)->getBuffer());
}

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
}

} // namespace

ConfigurationResult parse_configuration(llvm::StringRef file, llvm::StringRef toml) {
    const toml::parse_result parsed = toml::parse(std::string_view(toml), std::string_view(file));
    if (!parsed)
        return Reader(file).fail(parsed.error().source(), std::string(parsed.error().description()));
    const toml::table& whole = parsed.table();
    if (!is_pyproject(file))
        return Reader(file).read(whole);
    const toml::node_view<const toml::node> own = whole["tool"]["sqlawait"];
    if (!own)
        return {};
    if (!own.is_table())
        return Reader(file).fail(own.node()->source(), "'tool.sqlawait' must be a table");
    return Reader(file).read(*own.as_table());
}

ConfigurationResult read_configuration(llvm::StringRef root, llvm::StringRef file) {
    std::error_code error;
    if (!file.empty())
        return read_file(fs::absolute(file.str(), error).lexically_normal().native());
    const fs::path own = fs::path(root.str()) / "sqlawait.toml";
    const fs::path shared = fs::path(root.str()) / "pyproject.toml";
    ConfigurationResult result;
    if (is_there(shared))
        result = read_file(shared.native());
    if (!is_there(own) || !result.error.empty())
        return result;
    if (!result.configuration.file.empty())
        return {{}, shared.native() + ": [tool.sqlawait] and a sqlawait.toml beside it; keep one of them"};
    return read_file(own.native());
}

std::string find_root(llvm::StringRef path) {
    std::error_code error;
    fs::path start = fs::canonical(path.str(), error);
    if (error)
        return "";
    if (!fs::is_directory(start, error))
        start = start.parent_path();
    for (fs::path folder = start;; folder = folder.parent_path()) {
        if (is_there(folder / "pyproject.toml") || is_there(folder / "sqlawait.toml") || is_there(folder / ".git"))
            return folder.native();
        if (folder == folder.root_path())
            break;
    }
    // Without a project file it is the folder that the user is in, if the path is inside.
    const fs::path here = fs::current_path(error);
    const auto [rest, unused] = std::mismatch(here.begin(), here.end(), start.begin(), start.end());
    return rest == here.end() && !error ? here.native() : start.native();
}

} // namespace sqlawait
