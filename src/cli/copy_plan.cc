#include "cli/copy_plan.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"

namespace ctrd::cli {

namespace {

bool meansContent(const std::string& path) {
    return path == "." || endsWith(path, "/.");
}

std::string parentOf(const std::string& path) {
    return meansContent(path) ? cleanPath(path) : dirName(cleanPath(path));
}

} // namespace

std::string archiveName(const std::string& path) {
    const std::string clean = cleanPath(path);
    if (clean == "/") return "/";
    return meansContent(path) ? "." : baseName(clean);
}

bool assertsDirectory(const std::string& path) {
    return endsWith(path, "/") || meansContent(path);
}

CopyPlan planCopy(const CopyEnd& source, const std::string& name, const CopyEnd& destination) {
    if (destination.exists && destination.isDirectory) return {destination.path, name, name};
    if (destination.exists && source.isDirectory)
        throw invalidArgument("cannot copy a directory to '" + destination.path +
                              "', which is a file");
    if (!destination.exists && !source.isDirectory && assertsDirectory(destination.path))
        throw invalidArgument("no such directory: '" + destination.path + "'");
    return {parentOf(destination.path), name, archiveName(destination.path)};
}

std::string planned(const CopyPlan& plan, const std::string& name) {
    if (plan.from == plan.to) return name;
    if (plan.from == "/") return plan.to + (startsWith(name, "/") ? name : "/" + name);
    if (name == plan.from) return plan.to;
    if (startsWith(name, plan.from + "/")) return plan.to + name.substr(plan.from.size());
    return name;
}

} // namespace ctrd::cli
