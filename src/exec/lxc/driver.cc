#include "exec/lxc/driver.h"

#include "base/error.h"
#include "base/fd_passing.h"
#include "base/finally.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "exec/cgroup_driver.h"
#include "exec/lxc/library.h"
#include "exec/lxc/starter.h"
#include "exec/lxc/templates.h"
#include "exec/setup/agent.h"
#include "exec/setup/handover.h"
#include "exec/setup/report.h"
#include "kernel/tty.h"

#include <optional>

#include <unistd.h>

namespace ctrd::exec::lxc {

namespace {

using kernel::NamespaceKind;
using setup::Handover;

// The only place where newer versions look for hierarchies.
constexpr const char* kHierarchies = "/sys/fs/cgroup";
// Older ones insist on a group of their own, which stays empty.
constexpr const char* kOldGroups = "/lxc";

class LxcDriver : public CgroupDriver {
public:
    using CgroupDriver::CgroupDriver;

    std::string name() const override { return "lxc"; }

    void clean(const Command& command) override {
        CgroupDriver::clean(command);
        removeOldGroup(command.id);
    }

protected:
    Started startContainer(Stdio& stdio) override {
        Starter::Plan plan;
        std::vector<Setting> groupFiles;
        applyConfiguration(plan, groupFiles);
        refuseImpossible();
        refuseUsedCgroup();
        Finally undo([&] { clean(command_); });
        Handover handover = handOver(stdio);
        plan.cover = handover.cover;
        Starter starter(plan);
        handover.starter = starter.pid();
        const pid_t first = buildRoot(starter, handover);
        makeCgroup();
        setGroupFiles(groupFiles);
        starter.expect(first);
        startFirst(starter, handover);
        if (handover.agent)
            setup::startByAgent(agent_, command_.process, !handover.console.empty(), stdio);
        undo.dismiss();
        return {first, starter.release()};
    }

private:
    // Works the template and then the user's options into the Command.
    void applyConfiguration(Starter::Plan& plan, std::vector<Setting>& groupFiles) {
        age_ = Library().age(); // the starter loads its own
        const auto apply = [&](const std::vector<Setting>& settings) {
            Leftover leftover = applySettings(settings, age_, command_);
            groupFiles.insert(groupFiles.end(), leftover.cgroup.begin(), leftover.cgroup.end());
            return std::move(leftover.library);
        };
        plan.defaults = apply(
            readTemplate(command_.privileged ? "privileged" : "common", templateDirectories()));
        plan.settings = apply(parseSettings(command_.driverOptions));
        plan.command = command_;
        plan.initProgram = host_.initProgram;
    }

    void refuseImpossible() const {
        if (age_ == Age::Old && command_.pid.mode != NamespaceMode::Private)
            throw notSupported(
                "liblxc before 2.1 always makes a pid namespace: use the native driver with --pid");
    }

    // All that ctrd-init gets but the groups.  With an agent the streams stay, for its first
    // request.
    Handover handOver(Stdio& stdio) {
        Handover handover;
        handover.command = command_;
        handover.agent = !host_.joinsNamespaces;
        if (age_ == Age::New && isDirectory(kHierarchies)) handover.cover = kHierarchies;
        if (command_.process.tty) handover.console = kernel::ttyPath(stdio.in.get());
        const auto enter = [&](NamespaceKind kind, Fd space) {
            handover.namespaces.emplace_back(kind, std::move(space));
        };
        enter(NamespaceKind::Net, stdio.networkNamespace
                                      ? std::move(stdio.networkNamespace)
                                      : kernel::openNamespace(getpid(), NamespaceKind::Net));
        const auto join = [&](NamespaceKind kind, const Namespace& space) {
            if (space.mode == NamespaceMode::Host)
                enter(kind, kernel::openNamespace(getpid(), kind));
            if (space.mode == NamespaceMode::Join) enter(kind, kernel::openNamespace(space.path));
        };
        join(NamespaceKind::Ipc, command_.ipc);
        join(NamespaceKind::Uts, command_.uts);
        if (!handover.agent) handover.stdio = std::move(stdio);
        return handover;
    }

    // The answer of ctrd-init inside, or why there is none.
    static Packet answer(const Starter& starter) {
        std::optional<Packet> packet;
        try {
            packet = receivePacket(starter.inside().get());
        } catch (const SystemError&) {
            // ECONNRESET: it ended without having read all.
        }
        if (!packet) throw starter.failure();
        return std::move(*packet);
    }

    // Hands the Handover over; a starter that is gone already says why.
    static void tell(const Starter& starter, const Handover& handover) {
        try {
            setup::sendHandover(starter.inside().get(), handover);
        } catch (const SystemError&) {
            throw starter.failure();
        }
    }

    static pid_t buildRoot(const Starter& starter, const Handover& handover) {
        tell(starter, handover);
        const std::string text = answer(starter).bytes;
        const auto first = parseInt(text);
        if (!first || *first <= 1) throw setup::parseFailure(text);
        return static_cast<pid_t>(*first);
    }

    void startFirst(const Starter& starter, Handover& handover) {
        Packet packet = answer(starter);
        if (packet.fds.empty()) throw internalError("ctrd-init sent no report");
        handover.cgroups = kernel::openCgroup(cgroup().directories());
        tell(starter, handover);
        handover.stdio = {}; // or the streams would not end with the container
        setup::awaitProgram(packet.fds[0]);
        if (handover.agent) agent_ = duplicate(starter.inside().get());
    }

    void setGroupFiles(const std::vector<Setting>& files) {
        for (const auto& file : files) {
            const std::string controller = file.first.substr(0, file.first.find('.'));
            const std::string directory = cgroup().directory(controller);
            const std::string path = joinPath(directory, file.first);
            if (directory.empty() || !exists(path))
                throw invalidArgument("invalid lxc option 'lxc.cgroup." + file.first +
                                      "': this kernel has no such file");
            writeKernelFile(path, file.second);
        }
    }

    // Never one with processes: a container of somebody else's may have the name.
    static void removeOldGroup(const std::string& id) {
        try {
            const auto tree = kernel::openCgroupDirectories();
            const kernel::Cgroup group(*tree, joinPath(kOldGroups, id));
            if (group.exists() && group.pids().empty()) group.destroy();
        } catch (const std::exception& e) {
            log::warn("cannot remove liblxc's cgroup of container " + id + ": " + e.what());
        }
    }

    Age age_ = Age::New;
};

} // namespace

std::unique_ptr<Driver> createDriver(const Host& host) {
    return std::make_unique<LxcDriver>(host);
}

} // namespace ctrd::exec::lxc
