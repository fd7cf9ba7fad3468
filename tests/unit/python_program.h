// Python programs written inside of tests, analysed up to the colours. A program is one text with
// the files under headings:
//
//     PythonProgram program(R"py(
//     # file: app/db.py
//     engine = create_engine("sqlite://")
//     # file: app/main.py
//     ...
//     )py");
//     EXPECT_TRUE(program.colour("app.main.list_users").form.async);
//
// Without a heading the text is one file, main.py.
#pragma once

#include "analysis/colour/colour.h"
#include "analysis/project/program.h"

#include "llvm/ADT/StringRef.h"
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace sqlawait {

class PythonProgram {
  public:
    explicit PythonProgram(llvm::StringRef text, const ColourOptions& options = {}) {
        split(text);
        parse_program(program_, 1);
        std::vector<ModuleBindings> bindings;
        for (const auto& module : program_.modules) {
            EXPECT_TRUE(module->tree.clean()) << module->source.path;
            bindings.push_back(bind(module->tree));
        }
        symbols_ = link(program_, std::move(bindings));
        knowledge_ = built_in_knowledge();
        models_ = read_models(program_, symbols_, knowledge_);
        types_ = infer(program_, symbols_, models_, knowledge_, inference_);
        calls_ = build_call_graph(program_, symbols_, types_, knowledge_);
        queries_ = follow_queries(program_, symbols_, models_, knowledge_, types_, calls_);
        colours_ = sqlawait::colour(program_, symbols_, knowledge_, types_, calls_, queries_, options);
    }

    [[nodiscard]] FunctionId function(llvm::StringRef qualified_name) const {
        for (const FunctionInfo& info : symbols_.functions())
            if (info.qualified_name == qualified_name)
                return info.id;
        ADD_FAILURE() << "no function " << qualified_name.str() << " in\n" << print_symbols(program_, symbols_);
        return FunctionId{0};
    }
    [[nodiscard]] const ColouredFunction& colour(llvm::StringRef name) const {
        return colours_.function(function(name));
    }
    /// "sync", "async" or "both".
    [[nodiscard]] std::string form(llvm::StringRef name) const {
        const Form own = colour(name).form;
        return own.twin() ? "both" : own.async ? "async" : "sync";
    }
    [[nodiscard]] std::string value_form(llvm::StringRef name) const {
        for (const ColouredValue& value : colours_.values())
            if (symbols_.bindings(value.module).symbol(value.symbol).name == name)
                return value.form.twin() ? "both" : value.form.async ? "async" : "sync";
        ADD_FAILURE() << "no value " << name.str();
        return "";
    }
    [[nodiscard]] std::string types() const { return print_types(program_, symbols_, types_); }
    /// The type of the value that is assigned to this name, the last one.
    [[nodiscard]] std::string type(llvm::StringRef name) const {
        const std::string printed = types();
        const std::string mark = " assigned " + name.str() + ": ";
        const auto [before, found] = llvm::StringRef(printed).rsplit(mark);
        EXPECT_FALSE(found.empty()) << "no " << name.str() << " in\n" << printed;
        return found.split('\n').first.str();
    }
    [[nodiscard]] std::string calls() const { return print_calls(program_, symbols_, calls_); }
    [[nodiscard]] std::string colours() const { return print_colours(program_, symbols_, colours_); }
    [[nodiscard]] const CallGraph& graph() const { return calls_; }
    [[nodiscard]] const ColourTable& table() const { return colours_; }
    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] const SymbolTable& symbols() const { return symbols_; }
    [[nodiscard]] const ModelTable& models() const { return models_; }
    [[nodiscard]] const Knowledge& knowledge() const { return knowledge_; }
    [[nodiscard]] const TypeTable& type_table() const { return types_; }

  private:
    void add(std::string path, std::string text) {
        auto module = std::make_unique<Module>();
        module->id = ModuleId{static_cast<std::uint32_t>(program_.modules.size())};
        std::string name = llvm::StringRef(path).drop_back(3).str();
        module->is_package = llvm::StringRef(path).ends_with("__init__.py");
        if (module->is_package)
            name = llvm::StringRef(name).drop_back(std::string("/__init__").size()).str();
        for (char& c : name)
            if (c == '/')
                c = '.';
        module->names = {name};
        module->source = make_source(std::move(path), std::move(text));
        program_.modules.push_back(std::move(module));
    }

    void split(llvm::StringRef text) {
        constexpr llvm::StringLiteral heading = "# file: ";
        if (!text.contains(heading)) {
            add("main.py", text.ltrim('\n').str());
            return;
        }
        llvm::SmallVector<llvm::StringRef, 4> files;
        text.split(files, heading);
        for (const llvm::StringRef file : llvm::ArrayRef<llvm::StringRef>(files).drop_front()) {
            const auto [path, body] = file.split('\n');
            add(path.trim().str(), body.str());
        }
    }

    Program program_;
    SymbolTable symbols_;
    Knowledge knowledge_;
    ModelTable models_;
    InferenceOptions inference_;
    TypeTable types_;
    CallGraph calls_;
    QueryFlow queries_;
    ColourTable colours_;
};

/// What most programs begin with.
inline const std::string python_models = R"py(
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Session, relationship, sessionmaker

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)

)py";

} // namespace sqlawait
