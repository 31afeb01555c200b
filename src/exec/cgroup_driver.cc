#include "exec/cgroup_driver.h"

#include "base/log.h"
#include "base/process.h"
#include "exec/network_counters.h"
#include "exec/setup/agent.h"
#include "exec/setup/child.h"
#include "exec/setup/joined.h"
#include "kernel/cgroup/files.h"
#include "kernel/cgroup/oom.h"

#include <cerrno>
#include <csignal>

#include <unistd.h>

namespace ctrd::exec {

Started CgroupDriver::start(const Command& command, Stdio stdio) {
    command_ = command;
    hasNetwork_ = static_cast<bool>(stdio.networkNamespace);
    try {
        const Started started = startContainer(stdio);
        pid_ = started.pid;
        return started;
    } catch (const StartError&) {
        throw;
    } catch (const Error& e) {
        throw StartError(e.kind(), e.what(), kNotStarted);
    }
}

ExitStatus CgroupDriver::exitStatus(int rawWaitStatus) {
    const WaitStatus waited{rawWaitStatus};
    ExitStatus status;
    status.code = waited.code();
    if (waited.signalled()) status.signal = WTERMSIG(rawWaitStatus);
    status.oomKilled = ranOutOfMemory();
    // In a pid namespace of its own the kernel has killed them all with the first.
    if (command_.pid.mode != NamespaceMode::Private) cgroup().signalAll(SIGKILL);
    pid_ = -1;
    return status;
}

pid_t CgroupDriver::exec(const ProcessSpec& process, Stdio stdio) {
    try {
        requireRunning("run another process in");
        if (cgroup().isFrozen())
            throw conflict("container " + command_.id +
                           " is paused: unpause it to run another process in it");
        if (agent_) return setup::execByAgent(agent_, process, stdio);
        setup::JoinedContainer container = setup::openContainer(pid_, command_);
        container.cgroups = cgroup().directories();
        setup::Child child(0, container.pid, [&] { setup::runJoined(container, process, stdio); });
        child.waitForProgram();
        return child.release();
    } catch (const StartError&) {
        throw;
    } catch (const Error& e) {
        throw StartError(e.kind(), e.what(), kNotStarted);
    }
}

void CgroupDriver::signal(int signal) {
    requireRunning("signal");
    const bool everyone = signal == SIGKILL && command_.pid.mode != NamespaceMode::Private;
    if (everyone) cgroup().signalAll(signal);
    if (::kill(pid_, signal) < 0 && !everyone)
        throw SystemError("send signal " + std::to_string(signal) + " to container " + command_.id);
    // Old kernels deliver it to a frozen process only when that runs again.
    if (signal == SIGKILL && cgroup().isFrozen()) cgroup().thaw();
}

void CgroupDriver::pause() {
    requireRunning("pause");
    if (cgroup().isFrozen()) throw conflict("container " + command_.id + " is already paused");
    cgroup().freeze();
}

void CgroupDriver::unpause() {
    requireRunning("unpause");
    if (!cgroup().isFrozen()) throw conflict("container " + command_.id + " is not paused");
    cgroup().thaw();
}

std::vector<pid_t> CgroupDriver::pids() {
    return cgroup().pids();
}

kernel::Stats CgroupDriver::stats() {
    kernel::Stats stats;
    cgroup().stats(stats);
    if (hasNetwork_ && pid_ > 0)
        stats.networks = parseNetworkCounters(
            kernel::readIfThere("/proc/" + std::to_string(pid_) + "/net/dev").value_or(""));
    return stats;
}

void CgroupDriver::update(const kernel::Resources& resources) {
    cgroup().set(resources);
}

int CgroupDriver::oomEvent() {
    if (!oomForCaller_) oomForCaller_ = openOom();
    return oomForCaller_.get();
}

void CgroupDriver::clean(const Command& command) {
    try {
        command_.id = command.id;
        command_.cgroupPath = command.cgroupPath;
        cgroup_.reset();
        if (cgroup().exists()) cgroup().destroy();
    } catch (const std::exception& e) {
        log::error("cannot clean up after container " + command.id + ": " + e.what());
    }
    oomForCaller_.reset();
    oomForExit_.reset();
    agent_.reset();
}

void CgroupDriver::refuseUsedCgroup() {
    if (!cgroup().exists()) return;
    if (!cgroup().pids().empty())
        throw conflict("processes of an earlier run are still in the cgroup '" +
                       command_.cgroupPath + "'");
    cgroup().destroy();
}

void CgroupDriver::makeCgroup() {
    cgroup().create(command_.resources);
    // Kernels that count the killed need no event to know of them.
    const std::string memory = cgroup().directory("memory");
    if (!memory.empty() && !kernel::oomKills(memory)) oomForExit_ = openOom();
}

void CgroupDriver::requireRunning(const std::string& doing) const {
    if (pid_ <= 0)
        throw conflict("cannot " + doing + " container " + command_.id + ": it is not running");
}

kernel::Cgroup& CgroupDriver::cgroup() {
    if (!tree_) tree_ = kernel::openCgroupDirectories();
    if (!cgroup_) cgroup_.emplace(*tree_, command_.cgroupPath);
    return *cgroup_;
}

Fd CgroupDriver::openOom() {
    const std::string memory = cgroup().directory("memory");
    return memory.empty() ? Fd() : kernel::openOomEvent(memory);
}

bool CgroupDriver::ranOutOfMemory() {
    const std::string memory = cgroup().directory("memory");
    if (memory.empty()) return false;
    if (const auto kills = kernel::oomKills(memory)) return *kills > 0;
    uint64_t events = 0;
    return oomForExit_ && !command_.resources.oomKillDisable &&
           read(oomForExit_.get(), &events, sizeof events) == sizeof events && events > 0;
}

void probeCgroups(const std::string& driver) {
    if (geteuid() != 0) throw notSupported("the " + driver + " driver needs root");
    const auto tree = kernel::openCgroupDirectories();
    if (tree->mountPoint("devices").empty())
        throw notSupported("the " + driver +
                           " driver needs the cgroup controller 'devices': start the cgconfig "
                           "service or mount it");
}

} // namespace ctrd::exec
