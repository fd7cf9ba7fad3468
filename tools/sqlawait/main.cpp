#include "llvm/Support/raw_ostream.h"

#include <string_view>

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    llvm::outs() << "sqlawait " SQLAWAIT_VERSION "\n";
    return 0;
  }
  llvm::errs() << "sqlawait: not built yet\n";
  return 2;
}
