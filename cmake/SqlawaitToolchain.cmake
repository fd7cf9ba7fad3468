# Language level, warnings, link options and ccache, for every target of the project.
# `sqlawait_options` carries what is ours alone; third-party sources never link it.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

# -O2: the hot loops are in tree-sitter and LLVM, -O3 only makes the program larger.
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

option(SQLAWAIT_WERROR "Treat warnings in our own code as errors" ON)
option(SQLAWAIT_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

# Unused parts of LLVM and libgit2 are dropped function by function.
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections -Wl,--as-needed)
if(SQLAWAIT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
else()
  # The program runs on machines with an older libstdc++, and starts faster without it.
  add_link_options(-static-libstdc++ -static-libgcc)
endif()

add_library(sqlawait_options INTERFACE)
target_compile_definitions(sqlawait_options INTERFACE SQLAWAIT_VERSION="${PROJECT_VERSION}")
target_compile_options(sqlawait_options INTERFACE
  $<$<BOOL:${SQLAWAIT_WERROR}>:-Werror>
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi
  -Wcast-qual -Wold-style-cast -Wundef -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside std::string, std::optional and LLVM's containers, where all is well
  # (GCC bugs 105329, 105593, 105651, 105562).
  target_compile_options(sqlawait_options INTERFACE
    -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-dangling-pointer)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers are only cached with this sloppiness.
  set(launcher "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" "${CCACHE_PROGRAM}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
