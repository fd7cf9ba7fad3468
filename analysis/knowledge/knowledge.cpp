// Questions to the tables; reading.cpp fills them.
#include "analysis/knowledge/knowledge.h"

#include "analysis/knowledge/embedded.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

namespace sqlawait {

namespace {

// A table may rename a thing that another table renames again, and a careless one in a circle.
constexpr unsigned max_renames = 8;

/// Calls `visit` with a class and its bases, nearest first, each once; stops at the first true.
template <typename Visit> bool walk_bases(const Knowledge& knowledge, const ClassKnowledge* start, Visit visit) {
    llvm::SmallVector<const ClassKnowledge*, 8> queue{start};
    llvm::StringSet<> seen;
    for (std::size_t i = 0; i < queue.size(); ++i) {
        const ClassKnowledge* current = queue[i];
        if (current == nullptr || !seen.insert(current->name).second)
            continue;
        if (visit(*current))
            return true;
        for (const std::string& base : current->bases)
            queue.push_back(knowledge.class_(base));
    }
    return false;
}

/// Answers that passes ask for again and again, by name; of one content of the tables at a time.
template <typename Answer> class Remembered {
  public:
    template <typename Find> const Answer& of(std::uint64_t content, llvm::StringRef name, Find find) {
        if (content != content_) {
            answers_.clear();
            content_ = content;
        }
        const auto known = answers_.find(name);
        return known != answers_.end() ? known->second : answers_.try_emplace(name, find()).first->second;
    }

  private:
    std::uint64_t content_ = 0;
    llvm::StringMap<Answer> answers_;
};

template <typename Map> std::vector<llvm::StringRef> sorted_keys(const Map& map) {
    std::vector<llvm::StringRef> keys;
    for (const auto& entry : map)
        keys.push_back(entry.first());
    llvm::sort(keys);
    return keys;
}

} // namespace

std::string Knowledge::canonical(llvm::StringRef dotted) const {
    thread_local Remembered<std::string> known;
    return known.of(content_, dotted, [&] { return find_canonical(dotted); });
}

/// `"*.metadata.create_all"`: a member of a member, of a class of which nothing else is known.
std::string Knowledge::of_any_class(const std::string& name) const {
    const auto [object, method] = llvm::StringRef(name).rsplit('.');
    const auto [owner, attribute] = object.rsplit('.');
    if (attribute.empty() || functions_.contains(name) || classes_.contains(owner))
        return name;
    const auto found = aliases_.find(("*." + attribute + "." + method).str());
    return found == aliases_.end() ? name : found->second;
}

std::string Knowledge::find_canonical(llvm::StringRef dotted) const {
    std::string name = dotted.str();
    for (unsigned step = 0; step < max_renames; ++step) {
        // The whole name, else the longest part before a dot that has another name.
        llvm::StringRef head = name;
        auto found = aliases_.find(head);
        while (found == aliases_.end() && head.contains('.')) {
            head = head.rsplit('.').first;
            // A name that the tables know is not renamed by the name of its module.
            if (head.size() + 1 < name.size() && (classes_.contains(name) || functions_.contains(name)))
                return name;
            found = aliases_.find(head);
        }
        if (found == aliases_.end())
            return of_any_class(name);
        name = found->second + llvm::StringRef(name).drop_front(head.size()).str();
    }
    return name;
}

const ClassKnowledge* Knowledge::class_(llvm::StringRef dotted) const {
    auto found = classes_.find(dotted);
    if (found == classes_.end())
        found = classes_.find(canonical(dotted));
    return found == classes_.end() ? nullptr : &found->second;
}

const FunctionKnowledge* Knowledge::function(llvm::StringRef dotted) const {
    auto found = functions_.find(dotted);
    if (found == functions_.end()) {
        const std::string name = canonical(dotted);
        found = functions_.find(name);
        for (llvm::StringRef head = name; found == functions_.end() && head.contains('.');) {
            head = head.rsplit('.').first;
            found = functions_.find((llvm::Twine(head) + ".*").str());
        }
    }
    return found == functions_.end() ? nullptr : &found->second;
}

const MemberKnowledge* Knowledge::member(llvm::StringRef class_name, llvm::StringRef name) const {
    const MemberKnowledge* result = nullptr;
    walk_bases(*this, class_(class_name), [&](const ClassKnowledge& known) {
        auto found = known.members.find(name);
        if (found == known.members.end() && !name.starts_with("__"))
            found = known.members.find("*");
        if (found != known.members.end())
            result = &found->second;
        return result != nullptr;
    });
    return result;
}

Role Knowledge::role(llvm::StringRef dotted) const {
    thread_local Remembered<Role> known;
    return known.of(content_, dotted, [&] { return find_role(dotted); });
}

Role Knowledge::find_role(llvm::StringRef dotted) const {
    if (const FunctionKnowledge* known = function(dotted); known != nullptr && known->role != Role::none)
        return known->role;
    Role result = Role::none;
    walk_bases(*this, class_(dotted), [&](const ClassKnowledge& known) {
        result = known.role;
        return result != Role::none;
    });
    if (result == Role::none && dotted.contains('.'))
        return method_role(dotted);
    return result;
}

Role Knowledge::method_role(llvm::StringRef dotted) const {
    const std::string name = canonical(dotted);
    const auto [owner, method] = llvm::StringRef(name).rsplit('.');
    const MemberKnowledge* known = member(owner, method);
    return known == nullptr ? Role::none : known->role;
}

bool Knowledge::is_subclass(llvm::StringRef dotted, llvm::StringRef base) const {
    const std::string wanted = canonical(base);
    if (canonical(dotted) == wanted)
        return true;
    return walk_bases(*this, class_(dotted), [&](const ClassKnowledge& known) { return known.name == wanted; });
}

Entry Knowledge::method_entry(llvm::StringRef class_name, llvm::StringRef method) const {
    const MemberKnowledge* known = member(class_name, method);
    return known == nullptr ? Entry::none : known->decorates;
}

std::vector<llvm::StringRef> Knowledge::class_names() const { return sorted_keys(classes_); }

std::vector<std::string> Knowledge::provided_attributes() const {
    std::vector<std::string> out;
    for (const auto& entry : classes_)
        for (const auto& [keyword, attribute] : entry.second.provides)
            out.push_back(attribute);
    llvm::sort(out);
    return out;
}

std::vector<llvm::StringRef> Knowledge::function_names() const { return sorted_keys(functions_); }

std::vector<std::pair<llvm::StringRef, llvm::StringRef>> Knowledge::alias_names() const {
    std::vector<std::pair<llvm::StringRef, llvm::StringRef>> pairs;
    for (const auto& entry : aliases_)
        pairs.emplace_back(entry.first(), entry.second);
    llvm::sort(pairs);
    return pairs;
}

Knowledge built_in_knowledge() {
    Knowledge knowledge;
    for (const EmbeddedFile& file : embedded_knowledge()) {
        const std::string error = knowledge.add(file.name.str() + ".toml", file.text);
        if (!error.empty())
            llvm::report_fatal_error(llvm::StringRef(error), /*gen_crash_diag=*/false);
    }
    return knowledge;
}

} // namespace sqlawait
