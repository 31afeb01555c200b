#include "exec/lxc/templates.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/places.h"
#include "base/strings.h"

#include <climits>

#include <unistd.h>

namespace ctrd::exec::lxc {

namespace {

std::string besideThisProgram() {
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    const std::string program(path, length > 0 ? static_cast<size_t>(length) : 0);
    return cleanPath(joinPath(dirName(program), "../lxc-templates"));
}

std::vector<Setting> parseTemplate(const std::string& path, const std::string& text) {
    std::vector<Setting> settings;
    int number = 0;
    for (const auto& raw : split(text, '\n')) {
        ++number;
        const std::string line = trim(raw);
        if (line.empty() || line[0] == '#') continue;
        try {
            settings.push_back(parseSetting(line));
        } catch (const Error& e) {
            throw invalidArgument(path + ":" + std::to_string(number) + ": " + e.what());
        }
    }
    return settings;
}

} // namespace

std::vector<std::string> templateDirectories() {
    return {joinPath(places::kSettings, "ctrd/lxc-templates"), besideThisProgram(),
            joinPath(places::kData, "lxc-templates")};
}

std::vector<Setting> readTemplate(const std::string& name,
                                  const std::vector<std::string>& directories) {
    for (const auto& directory : directories) {
        const std::string path = joinPath(directory, name + ".conf");
        if (isRegularFile(path)) return parseTemplate(path, readFile(path));
    }
    throw notFound("the lxc driver's '" + name + ".conf' is in none of " + join(directories, ", ") +
                   ": is ctrd installed completely?");
}

} // namespace ctrd::exec::lxc
