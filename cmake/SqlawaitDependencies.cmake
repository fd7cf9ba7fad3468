# The libraries from the system, as targets with SYSTEM includes:
#   sqlawait_llvm    LLVM Support and ADT, without clang's headers
#   sqlawait_clang   clang::tooling::Replacements, for rewriters/applying alone
#   sqlawait_git     libgit2
#   sqlawait_toml    toml++

find_package(LLVM 19.1 REQUIRED CONFIG)
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)

# Debian keeps the headers of LLVM and clang in one folder. Everybody gets a view of it that holds
# LLVM's alone, so that including clang outside of rewriters/applying does not compile.
set(llvm_view "${CMAKE_BINARY_DIR}/include-llvm")
file(MAKE_DIRECTORY "${llvm_view}")
foreach(folder llvm llvm-c)
  file(CREATE_LINK "${LLVM_INCLUDE_DIR}/${folder}" "${llvm_view}/${folder}" SYMBOLIC)
endforeach()

# The static archives, not libLLVM.so: that one is 130 MB and costs 20 ms at each start.
add_library(sqlawait_llvm INTERFACE)
target_include_directories(sqlawait_llvm SYSTEM INTERFACE "${llvm_view}")
target_link_libraries(sqlawait_llvm INTERFACE LLVMSupport Threads::Threads)

# Debian ships clang's archives without a CMake package.
add_library(sqlawait_clang INTERFACE)
target_include_directories(sqlawait_clang SYSTEM INTERFACE "${LLVM_INCLUDE_DIR}")
foreach(archive clangToolingCore clangRewrite clangLex clangBasic)
  target_link_libraries(sqlawait_clang INTERFACE "${LLVM_LIBRARY_DIR}/lib${archive}.a")
endforeach()
target_link_libraries(sqlawait_clang INTERFACE LLVMTargetParser sqlawait_llvm)

find_library(GIT2_LIBRARY git2 REQUIRED)
find_path(GIT2_INCLUDE_DIR git2.h REQUIRED)
add_library(sqlawait_git INTERFACE)
target_include_directories(sqlawait_git SYSTEM INTERFACE "${GIT2_INCLUDE_DIR}")
target_link_libraries(sqlawait_git INTERFACE "${GIT2_LIBRARY}")

find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
add_library(sqlawait_toml INTERFACE)
target_include_directories(sqlawait_toml SYSTEM INTERFACE "${TOMLPLUSPLUS_INCLUDE_DIR}")
