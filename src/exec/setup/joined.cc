#include "exec/setup/joined.h"

#include "base/error.h"
#include "exec/setup/child.h"
#include "exec/setup/first_process.h"
#include "exec/setup/process.h"
#include "exec/setup/report.h"
#include "exec/setup/stdio.h"
#include "kernel/cgroup.h"
#include "kernel/namespace.h"

#include <cerrno>

#include <sys/stat.h>

namespace ctrd::exec::setup {

using kernel::NamespaceKind;

JoinedContainer openContainer(pid_t firstProcess, const Command& command) {
    JoinedContainer container;
    try {
        container.mount = kernel::openNamespace(firstProcess, NamespaceKind::Mount);
        container.uts = kernel::openNamespace(firstProcess, NamespaceKind::Uts);
        container.ipc = kernel::openNamespace(firstProcess, NamespaceKind::Ipc);
        container.net = kernel::openNamespace(firstProcess, NamespaceKind::Net);
        if (command.pid.mode != NamespaceMode::Host)
            container.pid = kernel::openNamespace(firstProcess, NamespaceKind::Pid);
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOENT && e.errorNumber() != ESRCH) throw;
        throw conflict("container " + command.id +
                       " is not running, or this kernel is older than " +
                       "EL6.7's and cannot run another process in it");
    }
    return container;
}

void runJoined(const JoinedContainer& container, const ProcessSpec& process, const Stdio& stdio) {
    dieWithParent();
    placeStdio(stdio);
    setProcAttributes(process);
    forbidTracing();
    kernel::enterCgroup(container.cgroups);
    kernel::enterNamespace(container.ipc.get(), NamespaceKind::Ipc);
    kernel::enterNamespace(container.uts.get(), NamespaceKind::Uts);
    kernel::enterNamespace(container.net.get(), NamespaceKind::Net);
    kernel::enterNamespace(container.mount.get(), NamespaceKind::Mount);
    umask(022);
    startSession();
    if (process.tty) takeTerminal(process);
    becomeProgram(process);
}

} // namespace ctrd::exec::setup
