# sqlawait_embed(<target> FUNCTION <name> FILES <file>...)
#
# Embeds text files into <target>: generates a .cpp that defines
#   llvm::ArrayRef<sqlawait::EmbeddedFile> sqlawait::<name>();
# sorted by name, a file's name being its base name without extension. Two files of one name are an error.
function(sqlawait_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FUNCTION" "FILES")
  set(names "")
  foreach(file IN LISTS arg_FILES)
    cmake_path(GET file STEM LAST_ONLY name)
    if(name IN_LIST names)
      message(FATAL_ERROR "${file}: another embedded file has the name '${name}'")
    endif()
    list(APPEND names "${name}")
  endforeach()

  # The list is a file of its own so that a removed text also causes a rebuild.
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${arg_FUNCTION}.cpp")
  set(listing "${CMAKE_CURRENT_BINARY_DIR}/${arg_FUNCTION}.txt")
  list(JOIN arg_FILES "\n" lines)
  file(CONFIGURE OUTPUT "${listing}" CONTENT "${lines}" @ONLY)
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DLISTING=${listing}" "-DOUTPUT=${output}" "-DFUNCTION=${arg_FUNCTION}" -P "${script}"
    DEPENDS "${listing}" "${script}" ${arg_FILES}
    COMMENT "Embedding ${arg_FUNCTION}" VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
