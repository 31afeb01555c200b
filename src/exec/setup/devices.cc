#include "exec/setup/devices.h"

#include "base/error.h"
#include "kernel/mount.h"
#include "kernel/rooted_path.h"

#include <cerrno>

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace ctrd::exec::setup {

using kernel::RootedPath;

namespace {

mode_t typeBits(char type) {
    switch (type) {
        case 'b':
            return S_IFBLK;
        case 'p':
            return S_IFIFO;
        default:
            return S_IFCHR;
    }
}

void makeNode(int root, const DeviceNode& node) {
    RootedPath path(root, node.path, RootedPath::Parents::Create, RootedPath::Links::KeepLast);
    try {
        path.createDevice(typeBits(node.type) | (node.mode & 07777),
                          makedev(node.major, node.minor), node.uid, node.gid);
    } catch (const SystemError& e) {
        if (e.errorNumber() != EPERM || path.exists()) throw;
        path.createFile();
        kernel::mountAt({"bind", node.path, "", {}, ""}, path);
    }
}

struct Link {
    const char* path;
    const char* content;
};
constexpr Link kLinks[] = {
    {"/dev/ptmx", "pts/ptmx"},          {"/dev/fd", "/proc/self/fd"},
    {"/dev/stdin", "/proc/self/fd/0"},  {"/dev/stdout", "/proc/self/fd/1"},
    {"/dev/stderr", "/proc/self/fd/2"}, {"/dev/core", "/proc/kcore"},
};

} // namespace

void makeDevices(int root, const std::vector<DeviceNode>& nodes) {
    for (const auto& node : nodes)
        makeNode(root, node);
    for (const auto& link : kLinks) {
        RootedPath path(root, link.path, RootedPath::Parents::Create, RootedPath::Links::KeepLast);
        if (!path.isDirectory()) path.createLink(link.content);
    }
}

} // namespace ctrd::exec::setup
