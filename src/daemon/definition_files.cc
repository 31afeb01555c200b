#include "daemon/definition_files.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"

#include <map>

#include <sys/stat.h>

namespace ctrd::daemon {

namespace {

// A link to a file is one; reading anything else might never end.
void checkIsFile(const std::string& path) {
    struct stat status;
    if (stat(path.c_str(), &status) < 0) throw SystemError("read '" + path + "'");
    if (!S_ISREG(status.st_mode)) throw invalidArgument("'" + path + "' is not a file");
}

} // namespace

std::vector<DefinitionFile> readDefinitionFiles(const std::string& directory) {
    std::vector<DefinitionFile> files;
    std::map<std::string, std::string> definedBy; // names to paths
    for (const auto& name : listDir(directory)) {
        const std::string path = joinPath(directory, name);
        if (name[0] == '.' || !endsWith(name, ".xml")) continue;
        try {
            checkIsFile(path);
            DefinitionFile file = {path, spec::definitionFromXml(readFile(path), path)};
            const auto [at, isFirst] = definedBy.emplace(file.definition.name, path);
            if (!isFirst)
                throw invalidArgument(path + ": " + at->second + " defines container '" +
                                      at->first + "' already");
            files.push_back(std::move(file));
        } catch (const Error& e) {
            log::error(std::string("definitions: ") + e.what());
        }
    }
    return files;
}

} // namespace ctrd::daemon
