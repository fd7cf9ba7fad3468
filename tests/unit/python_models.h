// Python modules in memory, up to their models, for the tests of the pass "models".
#pragma once

#include "analysis/models/models.h"
#include "analysis/project/program.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sqlawait {

class Models {
  public:
    Models(std::initializer_list<std::pair<llvm::StringRef, llvm::StringRef>> files) {
        for (const auto& [path, text] : files) {
            auto module = std::make_unique<Module>();
            module->id = ModuleId{static_cast<std::uint32_t>(program_.modules.size())};
            module->source = make_source(path.str(), text.ltrim('\n').str());
            std::string name = path.drop_back(3).str();
            std::replace(name.begin(), name.end(), '/', '.');
            module->is_package = llvm::StringRef(name).ends_with("__init__");
            if (module->is_package)
                name = llvm::StringRef(name).drop_back(llvm::StringRef(".__init__").size()).str();
            module->names = {name};
            program_.modules.push_back(std::move(module));
        }
        parse_program(program_, 1);
        std::vector<ModuleBindings> bindings;
        for (const auto& module : program_.modules) {
            EXPECT_TRUE(module->tree.clean()) << module->source.path;
            bindings.push_back(bind(module->tree));
        }
        symbols_ = link(program_, std::move(bindings));
        models_ = read_models(program_, symbols_, built_in_knowledge());
        printed_ = print_models(program_, symbols_, models_);
    }
    explicit Models(llvm::StringRef text) : Models({{"m.py", text}}) {}

    /// The printed lines of a model, its own line first, without the indentation.
    [[nodiscard]] std::string of(llvm::StringRef name) const {
        std::string out;
        bool inside = false;
        llvm::SmallVector<llvm::StringRef, 32> lines;
        llvm::StringRef(printed_).split(lines, '\n');
        for (const llvm::StringRef line : lines) {
            if (!line.starts_with(" "))
                inside = line.split(' ').second.split(' ').first == name;
            if (inside && !line.empty())
                out += line.ltrim().str() + "\n";
        }
        return out;
    }
    [[nodiscard]] bool has(llvm::StringRef model, llvm::StringRef line) const {
        return llvm::StringRef("\n" + of(model)).contains(("\n" + line + "\n").str());
    }
    [[nodiscard]] const std::string& printed() const { return printed_; }
    [[nodiscard]] const ModelTable& table() const { return models_; }
    [[nodiscard]] const SymbolTable& symbols() const { return symbols_; }

  private:
    Program program_;
    SymbolTable symbols_;
    ModelTable models_;
    std::string printed_;
};

#define EXPECT_LINE(models, model, line) EXPECT_TRUE((models).has(model, line)) << (models).printed()

/// What most of the models' tests begin with.
inline constexpr llvm::StringLiteral modern = R"py(
from typing import Annotated, Any, Dict, List, Optional, Set
from sqlalchemy import ForeignKey, String, Table, Column, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, backref
class Base(DeclarativeBase):
    pass
)py";

inline std::string with(llvm::StringRef head, llvm::StringRef body) { return (head + body.ltrim('\n')).str(); }

} // namespace sqlawait
