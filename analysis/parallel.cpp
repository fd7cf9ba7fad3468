#include "analysis/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace sqlawait {

void for_each_index(std::size_t count, unsigned jobs, llvm::function_ref<void(std::size_t)> work) {
    std::atomic<std::size_t> next = 0;
    const auto drain = [&] {
        for (std::size_t index = next++; index < count; index = next++)
            work(index);
    };
    std::vector<std::thread> helpers;
    const std::size_t wanted = std::min<std::size_t>(jobs, count);
    for (std::size_t i = 1; i < wanted; ++i)
        helpers.emplace_back(drain);
    drain();
    for (std::thread& helper : helpers)
        helper.join();
}

} // namespace sqlawait
