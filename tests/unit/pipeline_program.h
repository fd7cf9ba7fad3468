// A program of a few files in a folder of its own, run through the real pipeline.
#pragma once

#include "tools/sqlawait/pipeline.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace sqlawait {

class PipelineProgram {
  public:
    explicit PipelineProgram(std::initializer_list<std::pair<std::string, std::string>> files) {
        const std::string pattern = (std::filesystem::temp_directory_path() / "sqlawait-XXXXXX").native();
        std::vector<char> name(pattern.begin(), pattern.end());
        name.push_back('\0');
        EXPECT_NE(mkdtemp(name.data()), nullptr);
        root = name.data();
        for (const auto& [path, text] : files) {
            const std::filesystem::path file = root / path;
            std::filesystem::create_directories(file.parent_path());
            std::ofstream(file, std::ios::binary) << text;
        }
        options.load.root = root.native();
    }
    explicit PipelineProgram(const std::string& text) : PipelineProgram({{"main.py", text}}) {}
    PipelineProgram(const PipelineProgram&) = delete;
    PipelineProgram& operator=(const PipelineProgram&) = delete;
    ~PipelineProgram() {
        std::error_code ignored;
        std::filesystem::remove_all(root, ignored);
    }

    /// Runs up to a pass; the analysis lives as long as this does.
    Analysis& run(Pass last) {
        options.last = last;
        PassTimer timer;
        PipelineResult result = run_pipeline(options, timer);
        EXPECT_EQ(result.error, "");
        analysis_ = std::move(result.analysis);
        return *analysis_;
    }
    /// The new text of a file after the whole pipeline; the old one where nothing changed.
    std::string migrated(const std::string& path = "main.py") {
        const Analysis& analysis = run(Pass::verify);
        for (const FilePatch& patch : analysis.patches)
            if (patch.path == path)
                return patch.after;
        for (const auto& module : analysis.program.modules)
            if (module->source.path == path)
                return module->source.text;
        ADD_FAILURE() << "no file " << path;
        return "";
    }

    std::filesystem::path root;
    PipelineOptions options;

  private:
    std::unique_ptr<Analysis> analysis_;
};

} // namespace sqlawait
