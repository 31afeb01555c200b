#include "storage/parts.h"

#include "base/path.h"
#include "base/strings.h"

namespace ctrd::storage {

std::string partOf(const std::string& root, const std::string& id) {
    return joinPath(root, kPartMark + id);
}

std::vector<std::string> partsIn(const std::string& root) {
    std::vector<std::string> paths;
    for (const auto& name : listDir(root))
        if (startsWith(name, kPartMark)) paths.push_back(joinPath(root, name));
    return paths;
}

std::vector<std::string> wholeIn(const std::string& root) {
    std::vector<std::string> names;
    for (const auto& name : listDir(root))
        if (name[0] != '.') names.push_back(name);
    return names;
}

} // namespace ctrd::storage
