#include "engine/mount_points.h"

#include "archive/tar_writer.h"

namespace ctrd::engine {

namespace {

constexpr const char* kDirectories[] = {"dev", "etc", "proc", "sys"};
constexpr const char* kFiles[] = {"etc/hostname", "etc/hosts", "etc/resolv.conf"};

struct Link {
    const char *name, *target;
};
// Those in /dev some exec drivers make before they mount something on it.
constexpr Link kLinks[] = {
    {"dev/fd", "/proc/self/fd"},      {"dev/stderr", "/proc/self/fd/2"},
    {"dev/stdin", "/proc/self/fd/0"}, {"dev/stdout", "/proc/self/fd/1"},
    {"etc/mtab", "/proc/mounts"},
};

std::string makeTar() {
    archive::StringSink out;
    archive::TarWriter writer(out);
    for (const char* name : kDirectories) {
        archive::Entry entry;
        entry.type = archive::EntryType::Directory;
        entry.name = name;
        entry.mode = 0755;
        writer.add(entry);
    }
    for (const char* name : kFiles)
        writer.addFile(name, "");
    for (const auto& [name, target] : kLinks) {
        archive::Entry entry;
        entry.type = archive::EntryType::Symlink;
        entry.name = name;
        entry.target = target;
        entry.mode = 0777;
        writer.add(entry);
    }
    writer.finish();
    return out.release();
}

} // namespace

const std::string& mountPointsTar() {
    static const std::string kTar = makeTar();
    return kTar;
}

} // namespace ctrd::engine
