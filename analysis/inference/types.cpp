#include "analysis/inference/types.h"

#include "llvm/ADT/Hashing.h"

#include <algorithm>

namespace sqlawait {

TypeStore::TypeStore() {
    types_.emplace_back(); // nothing
    depths_.push_back(0);
    index_.emplace(types_[0], nothing);
    types_.push_back({Atom{}}); // unknown
    depths_.push_back(0);
    index_.emplace(types_[1], unknown);
    types_.push_back({Atom{.kind = Atom::Kind::unknown, .bound = true}});
    depths_.push_back(0);
    index_.emplace(types_[2], too_many);
}

std::uint32_t TypeStore::intern(llvm::StringRef text) {
    const auto found = string_index_.find(std::string_view(text.data(), text.size()));
    if (found != string_index_.end())
        return found->second;
    const auto id = static_cast<std::uint32_t>(strings_.size());
    strings_.push_back(text.str());
    string_index_.emplace(text.str(), id);
    return id;
}

TypeId TypeStore::make(std::vector<Atom> atoms) {
    const auto is_literal = [](const Atom& atom) { return atom.kind == Atom::Kind::literal; };
    const Atom string{.kind = Atom::Kind::external_instance, .id = intern("builtins.str")};
    const bool has_string = std::find(atoms.begin(), atoms.end(), string) != atoms.end();
    if (has_string || std::count_if(atoms.begin(), atoms.end(), is_literal) > max_literals) {
        std::erase_if(atoms, is_literal);
        if (!has_string)
            atoms.push_back(string);
    }
    std::sort(atoms.begin(), atoms.end());
    atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
    unsigned depth = 0;
    for (const Atom& atom : atoms)
        if (atom.kind == Atom::Kind::unknown && atom.bound)
            return too_many;
    for (const Atom& atom : atoms) {
        for (const TypeId arg : atom.args)
            depth = std::max(depth, this->depth(arg) + 1);
        if (atom.receiver)
            depth = std::max(depth, this->depth(atom.receiver) + 1);
    }
    if (atoms.size() > max_atoms || depth > max_depth)
        return too_many;
    const auto found = index_.find(atoms);
    if (found != index_.end())
        return found->second;
    const TypeId id{static_cast<std::uint32_t>(types_.size())};
    index_.emplace(atoms, id);
    types_.push_back(std::move(atoms));
    depths_.push_back(depth);
    return id;
}

TypeId TypeStore::join(TypeId a, TypeId b) {
    if (a == b || b == nothing)
        return a;
    if (a == nothing)
        return b;
    const std::uint64_t pair = (static_cast<std::uint64_t>(a.value) << 32U) | b.value;
    if (const auto found = joined_.find(pair); found != joined_.end())
        return found->second;
    std::vector<Atom> atoms = types_[a.value];
    const std::vector<Atom> more = types_[b.value]; // a copy: joining arguments adds types
    // Containers of one class join their arguments, list[A] | list[B] is list[A | B], and a method its
    // receivers; without that, nested ones would multiply.
    for (const Atom& atom : more) {
        const bool holder = atom.kind == Atom::Kind::external_instance;
        // Dictionaries of constant keys have the keys of both; beside one of other keys they are just dictionaries.
        const auto filled = [&](const Atom& one) {
            return is_record(one) || (is_dictionary(one) && one.args[1] != nothing);
        };
        const auto beside = std::find_if(atoms.begin(), atoms.end(), [&](const Atom& one) {
            return holder && filled(atom) && filled(one) && (is_record(one) || is_record(atom));
        });
        if (beside != atoms.end()) {
            if (*beside == atom)
                continue;
            const TypeId merged = joined_dictionaries(*beside, atom);
            atoms.erase(beside);
            atoms = types_[join(make(std::move(atoms)), merged).value];
            continue;
        }
        const bool method = atom.bound && (atom.kind == Atom::Kind::function || atom.kind == Atom::Kind::external);
        const auto same = std::find_if(atoms.begin(), atoms.end(), [&](const Atom& other) {
            return (holder || method) && other.kind == atom.kind && other.id == atom.id && other.bound == atom.bound &&
                   other.args.size() == atom.args.size() && other != atom;
        });
        if (same == atoms.end()) {
            atoms.push_back(atom);
            continue;
        }
        Atom merged = *same;
        for (std::size_t i = 0; i < merged.args.size(); ++i)
            merged.args[i] = join(merged.args[i], atom.args[i]);
        if (method && merged.receiver && atom.receiver)
            merged.receiver = join(merged.receiver, atom.receiver);
        *same = std::move(merged);
    }
    const TypeId out = make(std::move(atoms));
    joined_[pair] = out;
    return out;
}

std::size_t TypeStore::Hash::operator()(const std::vector<Atom>& atoms) const {
    llvm::hash_code out = llvm::hash_value(atoms.size());
    for (const Atom& atom : atoms) {
        out = llvm::hash_combine(out, static_cast<unsigned>(atom.kind), atom.bound, atom.id, atom.receiver.value);
        for (const TypeId arg : atom.args)
            out = llvm::hash_combine(out, arg.value);
    }
    return out;
}

TypeId TypeStore::record(const std::map<std::string, TypeId>& entries) {
    TypeId keys = nothing, values = nothing;
    for (const auto& [key, value] : entries) {
        keys = join(keys, literal(key));
        values = join(values, value);
    }
    std::vector<TypeId> args{keys, values};
    if (entries.size() <= max_literals)
        for (const Atom& key : atoms(keys))
            if (const auto found = entries.find(text(key.id).str()); found != entries.end())
                args.push_back(found->second);
    if (args.size() != entries.size() + 2)
        args.resize(2);
    return external_instance("builtins.dict", std::move(args));
}

bool TypeStore::is_dictionary(const Atom& atom) const {
    return atom.args.size() >= 2 && external_class(atom) == "builtins.dict";
}

bool TypeStore::is_record(const Atom& atom) const { return atom.args.size() > 2 && is_dictionary(atom); }

TypeId TypeStore::joined_dictionaries(const Atom& a, const Atom& b) {
    if (!is_record(a) || !is_record(b))
        return external_instance("builtins.dict", {join(a.args[0], b.args[0]), join(a.args[1], b.args[1])});
    std::map<std::string, TypeId> all = entries(a);
    for (const auto& [key, value] : entries(b))
        if (const auto [at, fresh] = all.try_emplace(key, value); !fresh)
            at->second = join(at->second, value);
    return record(all);
}

std::map<std::string, TypeId> TypeStore::entries(const Atom& atom) const {
    std::map<std::string, TypeId> out;
    if (!is_record(atom))
        return out;
    const llvm::ArrayRef<Atom> keys = atoms(atom.args[0]);
    for (std::size_t i = 0; i < keys.size() && i + 2 < atom.args.size(); ++i)
        out[text(keys[i].id).str()] = atom.args[i + 2];
    return out;
}

TypeId TypeStore::entry(const Atom& dictionary, llvm::StringRef key) const {
    if (dictionary.args.size() < 2)
        return unknown;
    if (is_record(dictionary)) {
        const auto all = entries(dictionary);
        if (const auto found = all.find(key.str()); found != all.end())
            return found->second;
    }
    return dictionary.args[1];
}

TypeId TypeStore::none() { return make({Atom{.kind = Atom::Kind::none}}); }
TypeId TypeStore::module(ModuleId id) { return make({Atom{.kind = Atom::Kind::module, .id = id.value}}); }

TypeId TypeStore::external(llvm::StringRef dotted) {
    return make({Atom{.kind = Atom::Kind::external, .id = intern(dotted)}});
}

TypeId TypeStore::external_method(llvm::StringRef dotted, TypeId receiver) {
    return make({Atom{.kind = Atom::Kind::external, .bound = true, .id = intern(dotted), .receiver = receiver}});
}

TypeId TypeStore::external_instance(llvm::StringRef class_name, std::vector<TypeId> args) {
    return make({Atom{.kind = Atom::Kind::external_instance, .id = intern(class_name), .args = std::move(args)}});
}

TypeId TypeStore::class_object(ClassId id, std::vector<TypeId> args) {
    return make({Atom{.kind = Atom::Kind::class_, .id = id.value, .args = std::move(args)}});
}

TypeId TypeStore::instance(ClassId id, std::vector<TypeId> args) {
    return make({Atom{.kind = Atom::Kind::instance, .id = id.value, .args = std::move(args)}});
}

TypeId TypeStore::function(FunctionId id) { return make({Atom{.kind = Atom::Kind::function, .id = id.value}}); }

TypeId TypeStore::bound_function(FunctionId id, TypeId receiver) {
    return make({Atom{.kind = Atom::Kind::function, .bound = true, .id = id.value, .receiver = receiver}});
}

TypeId TypeStore::literal(llvm::StringRef value) {
    return make({Atom{.kind = Atom::Kind::literal, .id = intern(value)}});
}

TypeId TypeStore::type_variable(llvm::StringRef name, bool as_class) {
    return make({Atom{.kind = Atom::Kind::type_variable, .bound = as_class, .id = intern(name)}});
}

TypeId TypeStore::without_none(TypeId id) {
    std::vector<Atom> atoms = types_[id.value];
    std::erase_if(atoms, [](const Atom& atom) { return atom.kind == Atom::Kind::none; });
    return make(std::move(atoms));
}

TypeId TypeStore::substitute(TypeId id, const std::map<std::string, TypeId, std::less<>>& variables) {
    if (variables.empty())
        return id;
    TypeId out = nothing;
    const std::vector<Atom> atoms = types_[id.value]; // a copy: making types moves the table
    for (const Atom& atom : atoms) {
        if (atom.kind == Atom::Kind::type_variable) {
            const auto found = variables.find(strings_[atom.id]);
            if (found == variables.end()) {
                out = join(out, make({atom}));
                continue;
            }
            TypeId value = found->second;
            if (atom.bound) { // the class: turn instances into their classes
                std::vector<Atom> classes = types_[value.value];
                for (Atom& one : classes) {
                    if (one.kind == Atom::Kind::instance)
                        one.kind = Atom::Kind::class_;
                    else if (one.kind == Atom::Kind::type_variable)
                        one.bound = true;
                    else if (one.kind == Atom::Kind::external_instance)
                        one = Atom{.kind = Atom::Kind::external, .id = one.id};
                }
                value = make(std::move(classes));
            }
            out = join(out, value);
            continue;
        }
        Atom copy = atom;
        for (TypeId& arg : copy.args)
            arg = substitute(arg, variables);
        if (copy.kind == Atom::Kind::function && copy.receiver)
            copy.receiver = substitute(copy.receiver, variables);
        out = join(out, make({std::move(copy)}));
    }
    return out;
}

void TypeStore::set_names(std::vector<std::string> classes, std::vector<std::string> functions,
                          std::vector<std::string> modules) {
    class_names_ = std::move(classes);
    function_names_ = std::move(functions);
    module_names_ = std::move(modules);
}

std::string TypeStore::to_string(TypeId id) const {
    if (id == nothing)
        return "nothing";
    std::string out;
    for (const Atom& atom : atoms(id)) {
        if (!out.empty())
            out += " | ";
        switch (atom.kind) {
        case Atom::Kind::unknown: out += "unknown"; break;
        case Atom::Kind::none: out += "None"; break;
        case Atom::Kind::module: out += "module " + module_names_[atom.id]; break;
        case Atom::Kind::external: out += "type " + strings_[atom.id]; break;
        case Atom::Kind::external_instance: out += strings_[atom.id]; break;
        case Atom::Kind::class_: out += "type " + class_names_[atom.id]; break;
        case Atom::Kind::instance: out += class_names_[atom.id]; break;
        case Atom::Kind::function: out += "def " + function_names_[atom.id]; break;
        case Atom::Kind::literal: out += "'" + strings_[atom.id] + "'"; break;
        case Atom::Kind::type_variable: out += (atom.bound ? "type ~" : "~") + strings_[atom.id]; break;
        }
        if (!atom.args.empty()) {
            out += '[';
            for (std::size_t i = 0; i < atom.args.size(); ++i)
                out += (i == 0 ? "" : ", ") + to_string(atom.args[i]);
            out += ']';
        }
    }
    return out;
}

} // namespace sqlawait
