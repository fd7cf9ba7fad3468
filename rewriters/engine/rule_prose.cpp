#include "rewriters/engine/rule_prose.h"

#include "analysis/knowledge/embedded.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

llvm::ArrayRef<EmbeddedFile> embedded_rule_prose(); // generated, sorted by name

llvm::StringRef rule_prose(llvm::StringRef rule_name) {
    const auto files = embedded_rule_prose();
    const auto* found = llvm::lower_bound(
        files, rule_name, [](const EmbeddedFile& file, llvm::StringRef name) { return file.name < name; });
    return found != files.end() && found->name == rule_name ? found->text : llvm::StringRef();
}

} // namespace sqlawait
