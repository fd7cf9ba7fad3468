// Programs written inside of tests, up to links, and places in them.
//
//     const TestProgram program{{"app/db.py", "Base = declarative_base()\n"}, {"app/main.py", "from .db import
//     ^Base\n"}}; program.symbols.resolve_expression(program.module("app/main.py").id, program.marked());
//
// Module names are the path's: "app/db.py" is app.db, and under "src/" first without and then with it. A `^`
// right before a name or a bracket marks a place and is taken out of the text, which must not use it otherwise.
#pragma once

#include "analysis/linking/linking.h"
#include "analysis/project/program.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sqlawait {

/// Files in path order, parsed.
inline Program program_from(std::vector<std::pair<std::string, std::string>> files) {
    Program program;
    llvm::sort(files);
    for (auto& [path, text] : files) {
        auto module = std::make_unique<Module>();
        module->id = ModuleId{static_cast<std::uint32_t>(program.modules.size())};
        llvm::StringRef name = path;
        module->is_stub = name.ends_with(".pyi");
        name = name.take_front(name.rfind('.'));
        module->is_package = name == "__init__" || name.ends_with("/__init__");
        if (module->is_package)
            name = name.drop_back(llvm::StringRef("__init__").size()).rtrim('/');
        const auto dotted = [](llvm::StringRef part) {
            std::string out = part.str();
            std::replace(out.begin(), out.end(), '/', '.');
            return out;
        };
        if (llvm::StringRef inside = name; inside.consume_front("src/"))
            module->names.push_back(dotted(inside));
        module->names.push_back(dotted(name));
        module->source = make_source(path, std::move(text));
        module->tree = parse(module->source);
        program.modules.push_back(std::move(module));
    }
    return program;
}

/// Takes the marks out of a text and gives their places.
inline std::vector<Offset> take_marks(std::string& text) {
    std::vector<Offset> marks;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\n';
        if (text[i] == '^' && (llvm::isAlnum(next) || llvm::StringRef("_\"'([{").contains(next)))
            marks.push_back(static_cast<Offset>(out.size()));
        else
            out += text[i];
    }
    text = std::move(out);
    return marks;
}

/// The innermost node at an offset: a marked name is its identifier, a marked bracket what it opens.
inline Node node_at(const SyntaxTree& tree, Offset offset) { return tree.at(offset); }

/// The nth node, from 0, with exactly this text; the innermost where several have it.
inline Node find_node(const SyntaxTree& tree, llvm::StringRef text, unsigned nth = 0) {
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if (!node.named() || node.text() != text)
            continue;
        const Node inner = node.named_child(0);
        if (inner && inner.range() == node.range())
            continue;
        if (nth-- == 0)
            return node;
    }
    ADD_FAILURE() << "no such text: " << text.str();
    return tree.root();
}

/// One file with marks, bound.
struct Snippet {
    explicit Snippet(std::string text) : offsets(take_marks(text)), source(make_source("snippet.py", std::move(text))) {
        tree = parse(source);
        EXPECT_TRUE(tree.clean()) << print_tree(tree);
        bindings = bind(tree);
    }
    Snippet(const Snippet&) = delete;
    Snippet& operator=(const Snippet&) = delete;

    [[nodiscard]] Node marked(unsigned nth = 0) const { return node_at(tree, offsets.at(nth)); }
    [[nodiscard]] Node find(llvm::StringRef text, unsigned nth = 0) const { return find_node(tree, text, nth); }
    [[nodiscard]] unsigned line(NodeId node) const { return source.lines.at(tree.node(node).begin()).line; }

    std::vector<Offset> offsets;
    SourceText source;
    SyntaxTree tree;
    ModuleBindings bindings;
};

/// Several files with marks, bound and linked.
struct TestProgram {
    TestProgram(std::initializer_list<std::pair<std::string, std::string>> files) {
        std::vector<std::pair<std::string, std::string>> texts(files);
        llvm::sort(texts);
        std::vector<std::vector<Offset>> offsets;
        for (auto& [path, text] : texts)
            offsets.push_back(take_marks(text));
        program = program_from(texts);
        std::vector<ModuleBindings> bindings;
        for (const auto& one : program.modules) {
            EXPECT_TRUE(one->tree.clean()) << one->source.path << '\n' << print_tree(one->tree);
            bindings.push_back(bind(one->tree));
            for (const Offset offset : offsets[one->id.value])
                marks.push_back({one->id, node_at(one->tree, offset).id()});
        }
        symbols = link(program, std::move(bindings));
    }
    TestProgram(const TestProgram&) = delete;
    TestProgram& operator=(const TestProgram&) = delete;

    [[nodiscard]] const Module& module(llvm::StringRef path) const {
        for (const auto& one : program.modules)
            if (one->source.path == path)
                return *one;
        ADD_FAILURE() << "no such file: " << path.str();
        return *program.modules.front();
    }
    [[nodiscard]] Node node(Place place) const { return program.module(place.module).tree.node(place.node); }
    /// Marks are counted through the files in path order.
    [[nodiscard]] Place mark(unsigned nth = 0) const { return marks.at(nth); }
    [[nodiscard]] Node marked(unsigned nth = 0) const { return node(marks.at(nth)); }

    Program program;
    SymbolTable symbols;
    std::vector<Place> marks;
};

} // namespace sqlawait
