#include "exec/native/container.h"

#include "base/error.h"
#include "base/strings.h"
#include "exec/setup/first_process.h"
#include "exec/setup/rootfs.h"
#include "exec/setup/sysctl.h"
#include "kernel/cgroup.h"
#include "kernel/namespace.h"

#include <unistd.h>

namespace ctrd::exec::native {

using kernel::NamespaceKind;

namespace {

void join(const Namespace& space, NamespaceKind kind) {
    if (space.mode != NamespaceMode::Join) return;
    kernel::enterNamespace(kernel::openNamespace(space.path).get(), kind);
}

// Ends without a word where the parent gave up or died: it does not listen then.
std::vector<std::string> waitForCgroups(const Fd& go) {
    const std::string lines = readAll(go.get());
    if (lines.empty()) _exit(0);
    return split(lines, '\n');
}

} // namespace

int cloneFlags(const Command& command) {
    int flags = kernel::cloneFlag(NamespaceKind::Mount);
    const auto add = [&](const Namespace& space, NamespaceKind kind) {
        if (space.mode == NamespaceMode::Private) flags |= kernel::cloneFlag(kind);
    };
    add(command.pid, NamespaceKind::Pid);
    add(command.uts, NamespaceKind::Uts);
    add(command.ipc, NamespaceKind::Ipc);
    return flags;
}

void prepareContainer(const Command& command, const Fd& networkNamespace,
                      const std::string& console, const Fd& go) {
    if (networkNamespace) kernel::enterNamespace(networkNamespace.get(), NamespaceKind::Net);
    join(command.ipc, NamespaceKind::Ipc);
    join(command.uts, NamespaceKind::Uts);
    setup::setSysctls(command.sysctls);
    setup::mountRoot(command.rootfs);
    setup::furnishRoot(command, console);
    kernel::enterCgroup(waitForCgroups(go));
    setup::enterRoot();
    setup::finishRoot(command);
    setup::setNames(command);
}

} // namespace ctrd::exec::native
