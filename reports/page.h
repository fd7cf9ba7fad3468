// The checklist as one HTML page that needs no network: overview, files with a filter, the source with each finding
// and its reason, who demands a function's colour. Works with a keyboard and a screen reader, dark and light.
#pragma once

#include "reports/checklist.h"

#include <map>
#include <string>

namespace sqlawait {

/// `sources`: texts by path, of files that are to be shown whole. Without a file's text the page shows what the
/// findings quote of it.
[[nodiscard]] std::string checklist_page(const Checklist& checklist, const std::map<std::string, std::string>& sources);

} // namespace sqlawait
