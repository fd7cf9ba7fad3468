# What a wheel holds beside its Python files, and the places where shells look for completions.
if(NOT DEFINED SKBUILD_PROJECT_NAME)
  return()
endif()

if(SQLAWAIT_PROGRAM)
  install(PROGRAMS "${SQLAWAIT_PROGRAM}" DESTINATION sqlawait/bin RENAME sqlawait COMPONENT wheel)
else()
  install(PROGRAMS $<TARGET_FILE:sqlawait> DESTINATION sqlawait/bin COMPONENT wheel)
endif()
install(FILES "${PROJECT_SOURCE_DIR}/completions/sqlawait.bash" RENAME sqlawait COMPONENT wheel
        DESTINATION "${SKBUILD_DATA_DIR}/share/bash-completion/completions")
install(FILES "${PROJECT_SOURCE_DIR}/completions/_sqlawait" COMPONENT wheel
        DESTINATION "${SKBUILD_DATA_DIR}/share/zsh/site-functions")
install(FILES "${PROJECT_SOURCE_DIR}/completions/sqlawait.fish" COMPONENT wheel
        DESTINATION "${SKBUILD_DATA_DIR}/share/fish/vendor_completions.d")
