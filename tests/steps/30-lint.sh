# clang-format on every file, clang-tidy on what changed.
tools/dev/lint.sh
