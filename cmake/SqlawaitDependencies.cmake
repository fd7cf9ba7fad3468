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

# libgit2.a without its network parts where that links, which starts in no time; else the shared library.
find_path(GIT2_INCLUDE_DIR git2.h REQUIRED)
find_library(GIT2_LIBRARY git2 REQUIRED)
find_package(ZLIB REQUIRED)
set(static_git "")
foreach(archive git2 mbedcrypto http_parser pcre2-8)
  string(TOUPPER "${archive}" upper)
  find_library(${upper}_ARCHIVE "lib${archive}.a")
  list(APPEND static_git "${${upper}_ARCHIVE}")
endforeach()
set(offline "${CMAKE_CURRENT_LIST_DIR}/libgit2/offline.c")
if(NOT DEFINED SQLAWAIT_STATIC_GIT)
  if(NOT static_git MATCHES "NOTFOUND")
    try_compile(static_git_links "${CMAKE_BINARY_DIR}/probe-git"
      SOURCES "${CMAKE_CURRENT_LIST_DIR}/libgit2/probe.c" "${offline}"
      CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${GIT2_INCLUDE_DIR}"
      LINK_LIBRARIES ${static_git} ZLIB::ZLIB)
  endif()
  set(SQLAWAIT_STATIC_GIT "${static_git_links}" CACHE BOOL "Link libgit2.a, without its network")
  message(STATUS "libgit2 linked statically: ${static_git_links}")
endif()
add_library(sqlawait_git INTERFACE)
target_include_directories(sqlawait_git SYSTEM INTERFACE "${GIT2_INCLUDE_DIR}")
if(SQLAWAIT_STATIC_GIT)
  # An object file, which comes first on the link line: its definitions win over libgit2's members.
  add_library(sqlawait_git_offline OBJECT "${offline}")
  add_library(sqlawait_git_archive STATIC IMPORTED)
  list(POP_FRONT static_git)
  set_target_properties(sqlawait_git_archive PROPERTIES IMPORTED_LOCATION "${GIT2_ARCHIVE}")
  target_link_libraries(sqlawait_git_archive INTERFACE ${static_git} ZLIB::ZLIB)
  target_link_libraries(sqlawait_git INTERFACE $<TARGET_OBJECTS:sqlawait_git_offline> sqlawait_git_archive)
else()
  target_link_libraries(sqlawait_git INTERFACE "${GIT2_LIBRARY}")
endif()

find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
add_library(sqlawait_toml INTERFACE)
target_include_directories(sqlawait_toml SYSTEM INTERFACE "${TOMLPLUSPLUS_INCLUDE_DIR}")
