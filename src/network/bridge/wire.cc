#include "network/bridge/wire.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/log.h"
#include "kernel/bridge.h"
#include "kernel/netlink.h"

#include <chrono>
#include <future>
#include <thread>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ctrd::network {

namespace {

constexpr std::chrono::microseconds kWorkingPause(100);
constexpr std::chrono::seconds kWorkingDeadline(1);

kernel::LinkChange up() {
    kernel::LinkChange change;
    change.up = true;
    return change;
}

// The kernel notices the carrier of a new pair some time after both ends are up, in its own time,
// and lets frames pass the bridge only then; with the first port, the bridge itself gets its
// carrier after that.  A container that is faster loses its first packet, and with it a second
// until ARP asks again.
void waitUntilItWorks(kernel::Netlink& host, const Wire& wire) {
    const auto end = std::chrono::steady_clock::now() + kWorkingDeadline;
    for (const std::string& name : {wire.hostInterface, wire.bridge}) {
        for (;;) {
            const auto link = host.findLink(name);
            if (!link || link->working) break;
            if (std::chrono::steady_clock::now() > end)
                return log::debug("'" + name + "' has no carrier yet; a container waits for it");
            std::this_thread::sleep_for(kWorkingPause);
        }
    }
}

void layWireInThread(const Wire& wire, int networkNamespace) {
    // These stay with the host's namespace.
    kernel::Netlink host;
    kernel::BridgeControl bridges;
    if (syscall(SYS_setns, networkNamespace, CLONE_NEWNET) != 0)
        throw SystemError("enter the network namespace of a container");
    kernel::Netlink container;

    host.addVeth({wire.hostInterface, wire.mtu, ""}, {wire.interface, wire.mtu, wire.macAddress},
                 static_cast<pid_t>(syscall(SYS_gettid)));
    Finally undo([&] {
        try {
            host.deleteLink(wire.hostInterface);
        } catch (const Error&) {
            // The first failure is the one to report.
        }
    });
    bridges.attach(wire.bridge, wire.hostInterface);
    host.changeLink(wire.hostInterface, up());
    container.addAddress(wire.interface, wire.address);
    container.changeLink(wire.interface, up());
    if (wire.gateway != 0) container.addDefaultRoute(wire.interface, wire.gateway);
    waitUntilItWorks(host, wire);
    undo.dismiss();
}

} // namespace

void layWire(const Wire& wire, int networkNamespace) {
    std::async(std::launch::async, layWireInThread, std::cref(wire), networkNamespace).get();
}

bool unplugWire(const std::string& bridge, const std::string& hostInterface) {
    return kernel::BridgeControl().detach(bridge, hostInterface);
}

void removeWire(const std::string& hostInterface) {
    kernel::Netlink().deleteLink(hostInterface);
}

} // namespace ctrd::network
