// Runs one function over the indices 0..count on several threads. Each call writes only to its own
// slot, so that the result never depends on the number of threads.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstddef>

namespace sqlawait {

/// `work` is called once for every index, from up to `jobs` threads, in no certain order. Returns when all
/// is done. With `jobs` 0 or 1 everything runs on the calling thread.
void for_each_index(std::size_t count, unsigned jobs, llvm::function_ref<void(std::size_t)> work);

} // namespace sqlawait
