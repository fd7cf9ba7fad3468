// What Knowledge says: type templates (knowledge.h has their grammar), elements, awaits, rows.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

TypeId Inference::column_value(const ColumnInfo& column) {
    const llvm::StringRef type = column.type;
    const auto is = [&](std::initializer_list<llvm::StringRef> names) { return llvm::is_contained(names, type); };
    if (is({"String", "Text", "Unicode", "UnicodeText", "VARCHAR", "CHAR", "TEXT", "Enum", "str", "AutoString"}))
        return types_.external_instance("builtins.str");
    if (is({"Integer", "BigInteger", "SmallInteger", "INTEGER", "BIGINT", "int"}))
        return types_.external_instance("builtins.int");
    if (is({"Boolean", "bool"}))
        return types_.external_instance("builtins.bool");
    if (is({"Float", "Numeric", "float", "Decimal"}))
        return types_.external_instance("builtins.float");
    if (is({"DateTime", "datetime", "TIMESTAMP"}))
        return types_.external_instance("datetime.datetime");
    // Whatever it is, it is plain data: never a session, a query or an object of the program.
    return types_.external_instance("sqlalchemy.ColumnValue");
}

/// What a row holds for one argument of select(): an entity for a class, a value for a column.
TypeId Inference::column_of(TypeId argument) {
    TypeId value = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(argument).vec()) {
        const llvm::StringRef name = types_.external_class(atom);
        if (atom.kind == Atom::Kind::none)
            continue;
        if (atom.kind == Atom::Kind::class_ || (atom.kind == Atom::Kind::type_variable && atom.bound))
            value = types_.join(value, instance_of(types_.make({atom})));
        else if (name == "sqlalchemy.orm.InstrumentedAttribute" && !atom.args.empty())
            value = types_.join(value, atom.args[0]);
        else
            value = types_.join(value, atom.kind == Atom::Kind::unknown
                                           ? TypeStore::unknown
                                           : types_.external_instance("sqlalchemy.ColumnValue"));
    }
    return value;
}

/// The row of `select(*args)`: the instance for one mapped class, else a Row.
TypeId Inference::row_of(const CallFrame& frame) {
    if (frame.unpacked)
        return types_.external_instance("sqlalchemy.engine.Row", {TypeStore::unknown});
    std::vector<TypeId> values;
    values.reserve(frame.positional.size());
    for (const TypeId arg : frame.positional)
        values.push_back(column_of(arg));
    if (values.size() != 1)
        return types_.external_instance("sqlalchemy.engine.Row", std::move(values));
    const TypeId value = values[0];
    if (value == TypeStore::nothing || types_.has_unknown(value))
        return value == TypeStore::nothing ? value : TypeStore::unknown;
    const bool entity = types_.all(frame.positional[0], [](const Atom& atom) {
        return atom.kind == Atom::Kind::class_ || (atom.kind == Atom::Kind::type_variable && atom.bound);
    });
    return entity ? value : types_.external_instance("sqlalchemy.engine.Row", std::move(values));
}

bool Inference::is_enum(ClassId id) const {
    return llvm::any_of(table_.external_bases(id), [](llvm::StringRef base) { return base.starts_with("enum."); });
}

namespace {

/// Iterators may name one another in a circle.
constexpr unsigned max_iterators = 8;

} // namespace

TypeId Inference::element_of(TypeId type, unsigned depth) {
    if (depth > max_iterators)
        return TypeStore::unknown;
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(type).vec()) {
        if (atom.kind == Atom::Kind::none)
            continue;
        if (atom.kind == Atom::Kind::literal) {
            out = types_.join(out, types_.external_instance("builtins.str"));
            continue;
        }
        // `for kind in Kind`
        if (atom.kind == Atom::Kind::class_ && is_enum(ClassId{atom.id})) {
            out = types_.join(out, types_.instance(ClassId{atom.id}));
            continue;
        }
        const ClassId iterated = atom.kind == Atom::Kind::instance ? ClassId{atom.id}
                                 : atom.kind == Atom::Kind::class_ ? table_.metaclass(ClassId{atom.id})
                                                                   : ClassId();
        if (iterated) {
            const FunctionId iter = table_.method(iterated, "__iter__");
            if (!iter) {
                out = types_.join(out, TypeStore::unknown);
                continue;
            }
            const TypeMap variables =
                atom.kind == Atom::Kind::instance ? variables_of(atom, symbols_.function(iter).owner) : TypeMap();
            const TypeId iterator = types_.substitute(result_of(iter), variables);
            if (iterator == type) { // __iter__ returns self: its elements are what __next__ gives
                const FunctionId next = table_.method(iterated, "__next__");
                out = types_.join(out, next ? result_of(next) : TypeStore::unknown);
            } else {
                out = types_.join(out, element_of(iterator, depth + 1));
            }
            continue;
        }
        if (atom.kind != Atom::Kind::external_instance) {
            out = types_.join(out, TypeStore::unknown);
            continue;
        }
        const llvm::StringRef name = types_.text(atom.id);
        if (name == "builtins.tuple" || name == "sqlalchemy.engine.Row") {
            for (const TypeId arg : atom.args)
                out = types_.join(out, arg);
            continue;
        }
        const ClassKnowledge* known = knowledge_.class_(name);
        if (known != nullptr && !known->iterates.empty()) {
            CallFrame frame;
            frame.receiver = types_.make({atom});
            out = types_.join(out, apply_template(known->iterates, frame));
        } else if (name == "builtins.str") {
            out = types_.join(out, types_.external_instance("builtins.str"));
        } else if (!atom.args.empty()) {
            out = types_.join(out, atom.args[0]);
        } else if (known == nullptr && !name.starts_with("builtins.") && !name.starts_with("typing.")) {
            out = types_.join(out, types_.external_instance((name + "[]").str()));
        } else if (llvm::is_contained({"builtins.list", "builtins.set", "builtins.dict", "builtins.frozenset"}, name)) {
            out = types_.join(out, atom.args.empty() ? TypeStore::unknown : atom.args[0]);
        } else {
            out = types_.join(out, TypeStore::unknown);
        }
    }
    return out;
}

TypeId Inference::async_element_of(TypeId type, unsigned depth) {
    if (depth > max_iterators)
        return TypeStore::unknown;
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(type).vec()) {
        const TypeId one = types_.make({atom});
        if (atom.kind == Atom::Kind::instance) {
            const FunctionId iter = table_.method(ClassId{atom.id}, "__aiter__");
            const FunctionId next = table_.method(ClassId{atom.id}, "__anext__");
            const TypeId iterator = iter ? result_of(iter) : TypeStore::unknown;
            const bool itself = types_.some(
                iterator, [&](const Atom& given) { return given.kind == Atom::Kind::instance && given.id == atom.id; });
            TypeId given = TypeStore::unknown;
            if (iter && !itself)
                given = async_element_of(iterator, depth + 1);
            else if (next)
                given = awaited(result_of(next));
            out = types_.join(out, given);
            continue;
        }
        const llvm::StringRef name = types_.external_class(atom);
        const ClassKnowledge* known = name.empty() ? nullptr : knowledge_.class_(name);
        if (known != nullptr && !known->async_iterates.empty()) {
            CallFrame frame;
            frame.receiver = one;
            out = types_.join(out, apply_template(known->async_iterates, frame));
        } else {
            out = types_.join(out, element_of(one));
        }
    }
    return out;
}

TypeId Inference::awaited(TypeId type) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(type).vec()) {
        const llvm::StringRef name = types_.external_class(atom);
        const ClassKnowledge* known = name.empty() ? nullptr : knowledge_.class_(name);
        if (name == "typing.Coroutine" && !atom.args.empty())
            out = types_.join(out, atom.args[0]);
        else if (known != nullptr && !known->awaits.empty()) {
            CallFrame frame;
            frame.receiver = types_.make({atom});
            out = types_.join(out, apply_template(known->awaits, frame));
        } else if (atom.kind == Atom::Kind::external_instance && knowledge_.class_(name) == nullptr &&
                   !name.starts_with("builtins.") && !name.starts_with("typing."))
            out = types_.join(out, types_.make({atom})); // a foreign awaitable gives foreign things
        else if (atom.kind != Atom::Kind::none)
            out = types_.join(out, TypeStore::unknown);
    }
    return out;
}

TypeId Inference::result_of(FunctionId id) {
    const FunctionInfo& info = symbols_.function(id);
    const FunctionTraits& traits = traits_[id.value];
    const TypeId annotated = return_annotations_[id.value];
    if (info.is_generator) {
        TypeId yielded = read(yield_slot(id));
        if ((yielded == TypeStore::nothing || types_.has_unknown(yielded)) && annotated != TypeStore::nothing)
            if (const TypeId element = element_of(annotated);
                element != TypeStore::nothing && !types_.has_unknown(element))
                yielded = element;
        if (traits.is_context_manager)
            return types_.external_instance("contextlib.GeneratorContextManager", {yielded});
        if (traits.is_async_context_manager)
            return types_.external_instance("contextlib.AsyncGeneratorContextManager", {yielded});
        return types_.external_instance(info.is_async ? "typing.AsyncGenerator" : "typing.Generator", {yielded});
    }
    TypeId returned = read(return_slot(id));
    if (annotated != TypeStore::nothing && is_informative(annotated)) {
        // What the body gives is nearer to the truth than what people wrote, where it is known.
        const bool empty = returned == TypeStore::nothing || returned == types_.none();
        if (empty || types_.has_unknown(returned))
            returned = annotated;
    }
    return info.is_async ? types_.external_instance("typing.Coroutine", {returned}) : returned;
}

TypeId Inference::call_result(TypeId callee) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(callee).vec()) {
        CallFrame frame;
        CallInfo info;
        out = types_.join(out, call_atom(atom, frame, info));
    }
    return out;
}

/// What a framework hands to a parameter for a dependency: generators give what they yield.
TypeId Inference::injected(TypeId callee) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(call_result(callee)).vec()) {
        const llvm::StringRef name = types_.external_class(atom);
        if ((name == "typing.Generator" || name == "typing.AsyncGenerator" || name == "typing.Coroutine" ||
             name.ends_with("GeneratorContextManager")) &&
            !atom.args.empty())
            out = types_.join(out, atom.args[0]);
        else
            out = types_.join(out, types_.make({atom}));
    }
    return out;
}

TypeId Inference::entered(TypeId type, bool asynchronous) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(type).vec()) {
        if (atom.kind == Atom::Kind::instance) {
            const FunctionId enter = table_.method(ClassId{atom.id}, asynchronous ? "__aenter__" : "__enter__");
            TypeId given = enter ? result_of(enter) : TypeStore::unknown;
            if (!enter) { // a Session subclass, say
                for (const std::string& base : table_.external_bases(ClassId{atom.id}))
                    if (const ClassKnowledge* known = knowledge_.class_(base); known != nullptr)
                        if (const std::string& text = asynchronous ? known->async_enters : known->enters;
                            text == "self")
                            given = types_.make({atom});
            } else if (asynchronous) {
                given = awaited(given);
            }
            if (enter)
                given = types_.substitute(given, variables_of(atom, symbols_.function(enter).owner));
            out = types_.join(out, given);
            continue;
        }
        const llvm::StringRef name = types_.external_class(atom);
        const ClassKnowledge* known = name.empty() ? nullptr : knowledge_.class_(name);
        if (known != nullptr && !(asynchronous ? known->async_enters : known->enters).empty()) {
            CallFrame frame;
            frame.receiver = types_.make({atom});
            out = types_.join(out, apply_template(asynchronous ? known->async_enters : known->enters, frame));
        } else if (name.ends_with("GeneratorContextManager") && !atom.args.empty()) {
            out = types_.join(out, atom.args[0]);
        } else if (!name.empty() && known == nullptr) {
            out = types_.join(out, types_.make({atom}));
        } else if (atom.kind != Atom::Kind::none) {
            out = types_.join(out, TypeStore::unknown);
        }
    }
    return out;
}

/// The row that executing a statement gives.
TypeId Inference::executed(TypeId statement) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(statement).vec()) {
        const llvm::StringRef name = types_.external_class(atom);
        const bool holds_row =
            !atom.args.empty() && (knowledge_.role(name) == Role::select || knowledge_.role(name) == Role::statement ||
                                   knowledge_.role(name) == Role::query);
        if (holds_row)
            out = types_.join(out, atom.args[0]);
        else if (atom.kind != Atom::Kind::none)
            out = types_.join(out, types_.external_instance("sqlalchemy.engine.Row", {TypeStore::unknown}));
    }
    return out;
}

/// The first column of a row; an entity is its own.
TypeId Inference::scalar_of(TypeId row) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(row).vec()) {
        if (types_.external_class(atom) == "sqlalchemy.engine.Row")
            out = types_.join(out, atom.args.empty() ? TypeStore::unknown : atom.args[0]);
        else
            out = types_.join(out, types_.make({atom}));
    }
    return out;
}

TypeId Inference::apply_template(llvm::StringRef text, const CallFrame& frame) {
    if (text.empty())
        return TypeStore::unknown;
    llvm::StringRef rest = text;
    return parse_alternatives(rest, frame);
}

TypeId Inference::parse_alternatives(llvm::StringRef& text, const CallFrame& frame) {
    TypeId out = parse_template(text, frame);
    for (text = text.ltrim(); text.consume_front("|"); text = text.ltrim())
        out = types_.join(out, parse_template(text, frame));
    return out;
}

/// One alternative of a template; advances `text` past it.
TypeId Inference::parse_template(llvm::StringRef& text, const CallFrame& frame) {
    text = text.ltrim();
    const llvm::StringRef word =
        text.take_while([](char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$' || c == '*'; });
    text = text.drop_front(word.size());
    if (word.starts_with("$"))
        return receiver_argument(word.drop_front(), frame.receiver);
    if (word == "self")
        return frame.receiver;
    if (word == "None")
        return types_.none();
    if (word == "unknown" || word == "Any")
        return TypeStore::unknown;
    if (word == "args") {
        TypeId out = TypeStore::nothing;
        for (const TypeId type : frame.positional)
            out = types_.join(out, type);
        return frame.unpacked ? types_.join(out, TypeStore::unknown) : out;
    }
    if (word.starts_with("arg.")) {
        for (const auto& [name, type] : frame.keywords)
            if (name == word.drop_front(4))
                return type;
        return TypeStore::nothing;
    }
    if (unsigned index = 0; word.starts_with("arg") && !word.drop_front(3).getAsInteger(10, index))
        return index < frame.positional.size() ? frame.positional[index]
               : frame.unpacked                ? TypeStore::unknown
                                               : TypeStore::nothing;
    if (text.consume_front("("))
        return parse_function(word, text, frame);
    std::vector<TypeId> args;
    if (text.consume_front("[")) {
        while (!text.ltrim().starts_with("]") && !text.empty()) {
            args.push_back(parse_alternatives(text, frame));
            text.consume_front(",");
        }
        text = text.ltrim();
        text.consume_front("]");
    }
    return types_.external_instance(knowledge_.canonical(word), std::move(args));
}

/// $0, $1, $*: the receiver's type arguments.
TypeId Inference::receiver_argument(llvm::StringRef which, TypeId receiver) {
    unsigned index = 0;
    const bool any = which == "*";
    if (!any && which.getAsInteger(10, index))
        return TypeStore::unknown;
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(receiver).vec()) {
        if (atom.kind != Atom::Kind::external_instance && atom.kind != Atom::Kind::external)
            continue;
        if (atom.args.empty())
            out = types_.join(out, TypeStore::unknown);
        else if (any)
            for (const TypeId arg : atom.args)
                out = types_.join(out, arg);
        else if (index < atom.args.size())
            out = types_.join(out, atom.args[index]);
    }
    return out;
}

/// row(...): the columns of all arguments, behind those of a row where one is named before them.
TypeId Inference::row_of_template(llvm::ArrayRef<TypeId> inner, bool all_arguments, const CallFrame& frame) {
    CallFrame row;
    row.unpacked = all_arguments && frame.unpacked;
    if (inner.size() > (all_arguments ? 1U : 0U) && all_arguments) { // columns added behind a row
        for (const Atom& atom : types_.atoms(inner[0]).vec()) {
            if (types_.external_class(atom) == "sqlalchemy.engine.Row")
                row.positional.insert(row.positional.end(), atom.args.begin(), atom.args.end());
            else
                row.positional.push_back(types_.make({atom}));
        }
        std::vector<TypeId> values = row.positional;
        for (const TypeId arg : frame.positional)
            values.push_back(column_of(arg));
        return types_.external_instance("sqlalchemy.engine.Row", std::move(values));
    }
    row.positional = all_arguments ? frame.positional : inner.vec();
    return row_of(row);
}

/// The row itself; of a single entity the row of one column.
TypeId Inference::row_holding(TypeId row) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(row).vec()) {
        const TypeId one = types_.make({atom});
        const bool is_row = atom.kind == Atom::Kind::unknown || types_.external_class(atom) == "sqlalchemy.engine.Row";
        out = types_.join(out, is_row ? one : types_.external_instance("sqlalchemy.engine.Row", {one}));
    }
    return out;
}

/// The row itself; of a row of one column that column.
TypeId Inference::single_of(TypeId row) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(row).vec()) {
        const bool one_column = types_.external_class(atom) == "sqlalchemy.engine.Row" && atom.args.size() == 1;
        out = types_.join(out, one_column ? atom.args[0] : types_.make({atom}));
    }
    return out;
}

/// word(X, Y): a function of templates; `text` stands behind its opening bracket.
TypeId Inference::parse_function(llvm::StringRef word, llvm::StringRef& text, const CallFrame& frame) {
    const std::optional<TemplateFunction> function = template_function_of_name(word);
    if (!function) // reading a table refuses it
        return TypeStore::unknown;
    if (*function == TemplateFunction::the) { // an outside thing itself
        const llvm::StringRef name = text.take_until([](char c) { return c == ')'; });
        text = text.drop_front(std::min(name.size() + 1, text.size()));
        return types_.external(knowledge_.canonical(name.trim()));
    }
    std::vector<TypeId> inner;
    bool all_arguments = false;
    while (!text.ltrim().starts_with(")") && !text.empty()) {
        text = text.ltrim();
        const bool args = text.starts_with("args") && (text.size() == 4 || !llvm::isAlnum(text[4]));
        all_arguments |= args && *function == TemplateFunction::row;
        inner.push_back(parse_alternatives(text, frame));
        text.consume_front(",");
    }
    text = text.ltrim();
    text.consume_front(")");
    const TypeId first = inner.empty() ? TypeStore::nothing : inner[0];
    switch (*function) {
    case TemplateFunction::the: break; // above
    case TemplateFunction::row: return row_of_template(inner, all_arguments, frame);
    case TemplateFunction::default_:
        return first != TypeStore::nothing ? first : inner.size() > 1 ? inner[1] : TypeStore::unknown;
    case TemplateFunction::instance: return instance_of(first);
    case TemplateFunction::element: return element_of(first);
    case TemplateFunction::awaited: return awaited(first);
    case TemplateFunction::entered: return entered(first, false);
    case TemplateFunction::returns: return call_result(first);
    case TemplateFunction::provided: return injected(first);
    case TemplateFunction::executed: return executed(first);
    case TemplateFunction::scalar: return scalar_of(first);
    case TemplateFunction::as_row: return row_holding(first);
    case TemplateFunction::single: return single_of(first);
    }
    return TypeStore::unknown;
}

} // namespace sqlawait
