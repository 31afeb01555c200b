#pragma once

#include <string>
#include <vector>

// What ctrd-helper does in a container's root (archive/container_tree.h); each takes the words
// behind its name and returns its answer.
namespace ctrd::archive {

// TREE PATH
std::string helperStat(const std::vector<std::string>& args);
// TREE PATH follow|keep, writes to kHelperOutput
std::string helperRead(const std::vector<std::string>& args);
// TREE PATH refuse|replace OWNER, reads descriptor 0
std::string helperWrite(const std::vector<std::string>& args);
// TREE, writes to kHelperOutput
std::string helperExport(const std::vector<std::string>& args);

} // namespace ctrd::archive
