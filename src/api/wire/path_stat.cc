#include "api/wire/path_stat.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/json.h"

#include <sys/stat.h>

namespace ctrd::api::wire {

namespace {

// Go's os package: these are part of its promise of compatibility.
constexpr uint32_t kGoDirectory = 1u << 31, kGoLink = 1u << 27, kGoDevice = 1u << 26,
                   kGoFifo = 1u << 25, kGoSocket = 1u << 24, kGoSetUid = 1u << 23,
                   kGoSetGid = 1u << 22, kGoCharDevice = 1u << 21, kGoSticky = 1u << 20;
constexpr uint32_t kGoTypes = kGoDirectory | kGoLink | kGoDevice | kGoFifo | kGoSocket;

struct TypeBits {
    mode_t type;
    uint32_t bits;
};
constexpr TypeBits kTypes[] = {
    {S_IFDIR, kGoDirectory}, {S_IFLNK, kGoLink}, {S_IFCHR, kGoDevice | kGoCharDevice},
    {S_IFBLK, kGoDevice},    {S_IFIFO, kGoFifo}, {S_IFSOCK, kGoSocket},
};
constexpr TypeBits kFlags[] = {{S_ISUID, kGoSetUid}, {S_ISGID, kGoSetGid}, {S_ISVTX, kGoSticky}};

} // namespace

bool PathStat::isDirectory() const {
    return (mode & kGoDirectory) != 0;
}
bool PathStat::isRegular() const {
    return (mode & kGoTypes) == 0;
}
bool PathStat::isLink() const {
    return (mode & kGoLink) != 0;
}

uint32_t goFileMode(mode_t mode) {
    uint32_t result = mode & 0777;
    for (const auto& [type, bits] : kTypes)
        if ((mode & S_IFMT) == type) result |= bits;
    for (const auto& [flag, bits] : kFlags)
        if ((mode & flag) != 0) result |= bits;
    return result;
}

std::string encodePathStat(const PathStat& stat) {
    return encodeBase64(dumpJson({{"name", stat.name},
                                  {"size", stat.size},
                                  {"mode", stat.mode},
                                  {"mtime", stat.mtime},
                                  {"linkTarget", stat.linkTarget}}));
}

PathStat decodePathStat(const std::string& header) {
    const auto text = decodeBase64(header);
    if (!text)
        throw invalidArgument(std::string("the header ") + kPathStatHeader + " is no base64: '" +
                              header + "'");
    const Json json = parseJson(*text, kPathStatHeader);
    PathStat stat;
    stat.name = getString(json, "name");
    stat.size = getInt(json, "size");
    stat.mode = static_cast<uint32_t>(getInt(json, "mode"));
    stat.mtime = getString(json, "mtime");
    stat.linkTarget = getString(json, "linkTarget");
    return stat;
}

} // namespace ctrd::api::wire
