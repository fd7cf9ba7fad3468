// TOML into Knowledge: the one place that includes toml++. Strict, because a misspelt key would be
// a fact that silently is not known: an unknown key, a wrong type of value, an unknown role or entry
// is an error that names the file and the line.
#include "analysis/knowledge/knowledge.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include "llvm/ADT/Twine.h"
#include <toml++/toml.h>

#include <atomic>

namespace sqlawait {

namespace {

llvm::StringRef ref(std::string_view text) { return {text.data(), text.size()}; }

} // namespace

class TableReader {
  public:
    TableReader(Knowledge& knowledge, llvm::StringRef file) : knowledge_(knowledge), file_(file) {}

    std::string read(llvm::StringRef text) {
        const toml::parse_result parsed = toml::parse(std::string_view(text.data(), text.size()));
        if (!parsed) {
            const toml::parse_error& error = parsed.error();
            return place(error.source()) + ref(error.description()).str();
        }
        for (const auto& [key, value] : parsed.table()) {
            if (key == "aliases")
                read_aliases(value);
            else if (key == "class")
                for_each_table(value, "class", [&](const toml::table& table) { read_class(table); });
            else if (key == "function")
                for_each_table(value, "function", [&](const toml::table& table) { read_alike(table); });
            else if (key == "functions")
                read_functions(value);
            else
                unknown_key(key, "a knowledge file");
        }
        return error_;
    }

  private:
    // Only the first error is kept: the rest often follow from it.

    [[nodiscard]] std::string place(const toml::source_region& region) const {
        return (file_ + ":" + llvm::Twine(region.begin.line) + ": ").str();
    }
    void fail(const toml::source_region& region, const llvm::Twine& message) {
        if (error_.empty())
            error_ = place(region) + message.str();
    }
    void unknown_key(const toml::key& key, llvm::StringRef where) {
        fail(key.source(), "unknown key '" + ref(key.str()) + "' in " + where);
    }

    void text(const toml::key& key, const toml::node& node, std::string& out) {
        if (const auto* value = node.as_string())
            out = value->get();
        else
            fail(node.source(), "'" + ref(key.str()) + "' is to be a string");
    }
    /// A type template: what stands before an opening bracket has to be a function that is known.
    void type_template(const toml::key& key, const toml::node& node, std::string& out) {
        text(key, node, out);
        llvm::StringRef before = out;
        for (std::size_t at = before.rfind('('); at != llvm::StringRef::npos; at = before.rfind('(')) {
            before = before.take_front(at);
            const std::size_t begin = before.find_last_of(" ,([|");
            const llvm::StringRef word = before.substr(begin == llvm::StringRef::npos ? 0 : begin + 1);
            if (!template_function_of_name(word))
                fail(node.source(), "unknown function '" + word + "' in the template '" + out + "'");
        }
    }
    void flag(const toml::key& key, const toml::node& node, bool& out) {
        if (const auto* value = node.as_boolean())
            out = value->get();
        else
            fail(node.source(), "'" + ref(key.str()) + "' is to be true or false");
    }
    template <typename Use> void for_each_text(const toml::key& key, const toml::node& node, Use use) {
        const toml::array* array = node.as_array();
        if (array == nullptr)
            return fail(node.source(), "'" + ref(key.str()) + "' is to be a list of strings");
        for (const toml::node& element : *array) {
            if (const auto* value = element.as_string())
                use(value->get());
            else
                fail(element.source(), "'" + ref(key.str()) + "' is to be a list of strings");
        }
    }
    template <typename Use> void for_each_table(const toml::node& node, llvm::StringRef name, Use use) {
        const toml::array* array = node.as_array();
        if (array == nullptr)
            return fail(node.source(), "'" + name + "' is to be a list of tables: [[" + name + "]]");
        for (const toml::node& element : *array) {
            if (const toml::table* table = element.as_table())
                use(*table);
            else
                fail(element.source(), "'" + name + "' is to be a list of tables: [[" + name + "]]");
        }
    }
    template <typename Use> void for_each_entry(const toml::key& key, const toml::node& node, Use use) {
        if (const toml::table* table = node.as_table()) {
            for (const auto& [name, value] : *table)
                use(name, value);
        } else {
            fail(node.source(), "'" + ref(key.str()) + "' is to be a table");
        }
    }
    void role(const toml::key& key, const toml::node& node, Role& out) {
        std::string name;
        text(key, node, name);
        if (const std::optional<Role> known = role_of_name(name))
            out = *known;
        else
            fail(node.source(), "unknown role '" + llvm::Twine(name) + "'");
    }
    void entry(const toml::key& key, const toml::node& node, Entry& out) {
        std::string name;
        text(key, node, name);
        if (const std::optional<Entry> known = entry_of_name(name))
            out = *known;
        else
            fail(node.source(),
                 "unknown way of calling '" + llvm::Twine(name) + "': awaits, sync, transparent or unknown");
    }
    void callbacks(const toml::key& key, const toml::node& node, std::vector<Callback>& out) {
        out.clear();
        for_each_entry(key, node, [&](const toml::key& name, const toml::node& value) {
            Callback callback;
            callback.argument = ref(name.str()).str();
            entry(name, value, callback.entry);
            out.push_back(std::move(callback));
        });
    }
    void names_of(const toml::key& key, const toml::node& node, llvm::StringRef canonical) {
        for_each_text(key, node, [&](llvm::StringRef name) { knowledge_.aliases_[name] = canonical.str(); });
    }

    void read_aliases(const toml::node& node) {
        const toml::table* table = node.as_table();
        if (table == nullptr)
            return fail(node.source(), "'aliases' is to be a table");
        for (const auto& [key, value] : *table)
            text(key, value, knowledge_.aliases_[ref(key.str())]);
    }

    void read_class(const toml::table& table) {
        const toml::node* name = table.get("name");
        if (name == nullptr || !name->is_string())
            return fail(table.source(), "a class needs a 'name'");
        const std::string& dotted = name->as_string()->get();
        // What another file said of the class stays where this one says nothing.
        ClassKnowledge& known = knowledge_.classes_[dotted];
        known.name = dotted;
        for (const auto& [key, value] : table) {
            if (std::string* field = text_field(known, key.str()))
                text(key, value, *field);
            else if (std::string* type = template_field(known, key.str()))
                type_template(key, value, *type);
            else if (key == "aliases")
                names_of(key, value, dotted);
            else if (key == "bases")
                read_bases(key, value, known);
            else if (key == "role")
                role(key, value, known.role);
            else if (key == "blocking")
                flag(key, value, known.blocking);
            else if (key == "callbacks")
                callbacks(key, value, known.callbacks);
            else if (key == "provides")
                for_each_entry(key, value, [&](const toml::key& argument, const toml::node& target) {
                    text(argument, target, known.provides.emplace_back(ref(argument.str()).str(), "").second);
                });
            else if (key == "chain")
                for_each_text(key, value, [&](llvm::StringRef method) { known.members[method].returns = "self"; });
            else if (key == "attributes")
                for_each_entry(key, value, [&](const toml::key& member, const toml::node& node) {
                    read_member(member, node, known.members[ref(member.str())], /*is_attribute=*/true);
                });
            else if (key == "methods")
                for_each_entry(key, value, [&](const toml::key& member, const toml::node& node) {
                    read_member(member, node, known.members[ref(member.str())], /*is_attribute=*/false);
                });
            else
                unknown_key(key, "a class");
        }
    }

    static std::string* text_field(ClassKnowledge& known, std::string_view key) {
        if (key == "name")
            return &known.name;
        if (key == "async_class")
            return &known.async_class;
        if (key == "resolver_prefix")
            return &known.resolver_prefix;
        return nullptr;
    }

    static std::string* template_field(ClassKnowledge& known, std::string_view key) {
        if (key == "call")
            return &known.call;
        if (key == "instance_call")
            return &known.instance_call;
        if (key == "iterates")
            return &known.iterates;
        if (key == "async_iterates")
            return &known.async_iterates;
        if (key == "enters")
            return &known.enters;
        if (key == "async_enters")
            return &known.async_enters;
        if (key == "awaits")
            return &known.awaits;
        if (key == "subscript")
            return &known.subscript;
        return nullptr;
    }

    void read_bases(const toml::key& key, const toml::node& node, ClassKnowledge& known) {
        known.bases.clear();
        for_each_text(key, node, [&](const std::string& base) { known.bases.push_back(base); });
    }

    /// Methods and attributes: `name = "template"`, or a table of what is to be said.
    void read_member(const toml::key& name, const toml::node& node, MemberKnowledge& out, bool is_attribute) {
        out = MemberKnowledge();
        out.is_attribute = is_attribute;
        if (node.is_string())
            return type_template(name, node, out.returns);
        for_each_entry(name, node, [&](const toml::key& key, const toml::node& value) {
            if (key == (is_attribute ? "type" : "returns"))
                type_template(key, value, out.returns);
            else if (key == "io")
                flag(key, value, out.io);
            else if (key == "blocking")
                flag(key, value, out.blocking);
            else if (key == "awaitable")
                flag(key, value, out.awaitable);
            else if (key == "async_form")
                text(key, value, out.async_form);
            else if (key == "refusal")
                text(key, value, out.refusal);
            else if (key == "role")
                role(key, value, out.role);
            else if (key == "decorates")
                entry(key, value, out.decorates);
            else if (key == "callbacks")
                callbacks(key, value, out.callbacks);
            else if (key == "context")
                text(key, value, out.context);
            else if (key == "receiver")
                type_template(key, value, out.receiver);
            else if (key == "hands")
                type_template(key, value, out.hands);
            else
                unknown_key(key, is_attribute ? "an attribute" : "a method");
        });
    }

    /// `[functions]`: one a line.
    void read_functions(const toml::node& node) {
        const toml::table* table = node.as_table();
        if (table == nullptr)
            return fail(node.source(), "'functions' is to be a table");
        for (const auto& [key, value] : *table) {
            FunctionKnowledge& known = knowledge_.functions_[ref(key.str())];
            known = FunctionKnowledge();
            known.name = ref(key.str()).str();
            if (value.is_string())
                type_template(key, value, known.returns);
            else
                for_each_entry(key, value,
                               [&](const toml::key& field, const toml::node& said) { read_field(field, said, known); });
        }
    }

    /// `[[function]]`: several names of which the same is to be said.
    void read_alike(const toml::table& table) {
        FunctionKnowledge common;
        std::vector<std::string> names;
        for (const auto& [key, value] : table) {
            if (key == "names")
                for_each_text(key, value, [&](const std::string& name) { names.push_back(name); });
            else
                read_field(key, value, common);
        }
        if (names.empty())
            fail(table.source(), "[[function]] needs 'names'");
        for (const std::string& name : names) {
            common.name = name;
            knowledge_.functions_[name] = common;
        }
    }

    void read_field(const toml::key& key, const toml::node& value, FunctionKnowledge& known) {
        if (key == "returns")
            type_template(key, value, known.returns);
        else if (key == "aliases" && !known.name.empty())
            names_of(key, value, known.name);
        else if (key == "role")
            role(key, value, known.role);
        else if (key == "io")
            flag(key, value, known.io);
        else if (key == "blocking")
            flag(key, value, known.blocking);
        else if (key == "awaitable")
            flag(key, value, known.awaitable);
        else if (key == "async_name")
            text(key, value, known.async_name);
        else if (key == "refusal")
            text(key, value, known.refusal);
        else if (key == "decorates")
            entry(key, value, known.decorates);
        else if (key == "callbacks")
            callbacks(key, value, known.callbacks);
        else if (key == "context")
            text(key, value, known.context);
        else if (key == "receiver")
            type_template(key, value, known.receiver);
        else if (key == "source")
            for_each_text(key, value, [&](const std::string& parameter) { known.source.push_back(parameter); });
        else
            unknown_key(key, "a function");
    }

    Knowledge& knowledge_;
    llvm::StringRef file_;
    std::string error_;
};

std::string Knowledge::add(llvm::StringRef file_name, llvm::StringRef toml) {
    static std::atomic<std::uint64_t> contents = 0;
    content_ = ++contents; // what is asked while the file is read is forgotten with it
    std::string error = TableReader(*this, file_name).read(toml);
    content_ = ++contents;
    return error;
}

} // namespace sqlawait
