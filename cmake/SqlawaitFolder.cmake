# sqlawait_folder(<target> [EXCLUDE <regex>...])
#
# One folder, one target: makes <target> a static library of every .cpp under the current folder, found
# by globbing so that adding a file edits no list. Includes are written from the repository's root.
function(sqlawait_folder target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "EXCLUDE")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/node_modules/")
  foreach(regex IN LISTS arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${regex}")
  endforeach()
  if(NOT sources)
    set(empty "${CMAKE_CURRENT_BINARY_DIR}/${target}_empty.cpp")
    file(CONFIGURE OUTPUT "${empty}" CONTENT "// Nothing here yet.\n")
    set(sources "${empty}")
  endif()
  add_library(${target} STATIC ${sources})
  sqlawait_own_code(${target})
endfunction()

# Warnings, include root and precompiled headers, for a target with code of ours.
function(sqlawait_own_code target)
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE sqlawait_options)
  target_link_libraries(${target} PUBLIC sqlawait_llvm)
  if(NOT target STREQUAL "sqlawait_common_headers")
    target_precompile_headers(${target} REUSE_FROM sqlawait_common_headers)
  endif()
endfunction()

# The headers that nearly every file needs, compiled once and shared by all targets.
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/common_headers.cpp" CONTENT "// Only holds the headers.\n")
add_library(sqlawait_common_headers OBJECT "${CMAKE_BINARY_DIR}/common_headers.cpp")
sqlawait_own_code(sqlawait_common_headers)
target_precompile_headers(sqlawait_common_headers PRIVATE
  <algorithm> <cstddef> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string>
  <string_view> <tuple> <utility> <variant> <vector>
  <llvm/ADT/ArrayRef.h> <llvm/ADT/DenseMap.h> <llvm/ADT/DenseSet.h> <llvm/ADT/STLExtras.h>
  <llvm/ADT/SmallVector.h> <llvm/ADT/StringExtras.h> <llvm/ADT/StringMap.h> <llvm/ADT/StringRef.h>
  <llvm/ADT/StringSet.h> <llvm/ADT/StringSwitch.h> <llvm/ADT/Twine.h>
  <llvm/Support/Error.h> <llvm/Support/raw_ostream.h>)
