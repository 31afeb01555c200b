// The two steps of a container whose namespaces somebody else made: its file system, then its
// first process.

#include "base/error.h"
#include "base/fd_passing.h"
#include "base/strings.h"
#include "exec/setup/agent.h"
#include "exec/setup/child.h"
#include "exec/setup/first_process.h"
#include "exec/setup/handover.h"
#include "exec/setup/process.h"
#include "exec/setup/report.h"
#include "exec/setup/rootfs.h"
#include "exec/setup/stdio.h"
#include "exec/setup/sysctl.h"
#include "init/modes.h"
#include "kernel/cgroup.h"
#include "kernel/mount.h"

#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::init {

using exec::setup::Handover;

namespace {

void enterNamespaces(const Handover& handover) {
    for (const auto& space : handover.namespaces)
        kernel::enterNamespace(space.second.get(), space.first);
}

pid_t parentOf(const std::string& process) {
    for (const auto& line : split(readFile("/proc/" + process + "/status"), '\n'))
        if (startsWith(line, "PPid:"))
            return static_cast<pid_t>(parseInt(trim(line.substr(5))).value_or(0));
    return 0;
}

// The host's number of the container's first process; a shell may stand between it and this one.
pid_t findFirstProcess(pid_t starter) {
    std::string process = "self";
    for (pid_t parent = parentOf(process); parent > 1; parent = parentOf(process)) {
        if (parent == starter) break;
        process = std::to_string(parent);
    }
    return static_cast<pid_t>(parseInt(process).value_or(0));
}

std::string buildRoot(int socket) {
    const Handover handover = exec::setup::receiveHandover(socket);
    if (!handover.cover.empty()) kernel::unmountLazily(handover.cover);
    const pid_t first = findFirstProcess(handover.starter);
    enterNamespaces(handover);
    exec::setup::setSysctls(handover.command.sysctls);
    exec::setup::furnishRoot(handover.command, handover.console);
    return std::to_string(first);
}

[[noreturn]] void serveAsAgent(int socket) {
    exec::setup::placeStdio({});
    exec::setup::startSession();
    exec::setup::becomeAgent("/proc/self/exe", socket);
}

void becomeFirst(int socket) {
    exec::setup::resetSignals();
    Handover handover = exec::setup::receiveHandover(socket);
    exec::setup::dieWithParent();
    enterNamespaces(handover);
    kernel::enterCgroup(handover.cgroups);
    handover.cgroups.clear();
    umask(022);
    exec::setup::finishRoot(handover.command);
    exec::setup::setNames(handover.command);
    if (handover.agent) serveAsAgent(socket);
    exec::setup::placeStdio(handover.stdio);
    exec::setup::setProcAttributes(handover.command.process);
    exec::setup::becomeFirstProgram(handover.command, handover.console);
}

} // namespace

int build(int socket) {
    try {
        sendPacket(socket, buildRoot(socket));
        return 0;
    } catch (const std::exception&) {
        sendPacket(socket, exec::setup::describeFailure(std::current_exception()));
        return 1;
    }
}

int beFirst(int socket) {
    Pipe report = Pipe::create();
    sendPacket(socket, "", {report.readEnd.get()});
    report.readEnd.reset();
    exec::setup::runReporting(report.writeEnd.get(), [&] { becomeFirst(socket); });
}

} // namespace ctrd::init
