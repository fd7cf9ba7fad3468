// What is different when a person looks on: colours on stdout, a progress bar on stderr.
#pragma once

#include "tools/sqlawait/options.h"

#include <chrono>

namespace sqlawait {

/// By --color, then NO_COLOR (https://no-color.org), then whether stdout is a terminal that can.
[[nodiscard]] bool colours_on_stdout(const Options& options);

/// A line on stderr that says how far the passes are; only on a terminal, only when it takes more than a second.
class ProgressBar {
  public:
    explicit ProgressBar(const Options& options);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    void show(Pass pass);

  private:
    bool wanted_;
    bool shown_ = false;
    unsigned rounds_ = 0;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace sqlawait
