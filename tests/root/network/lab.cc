#include "root/network/lab.h"

#include "base/error.h"
#include "base/process.h"
#include "base/strings.h"
#include "kernel/netlink.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>
#include <thread>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ctrd::network {

namespace {

void enter(const Fd& networkNamespace) {
    if (syscall(SYS_setns, networkNamespace.get(), CLONE_NEWNET) != 0)
        throw SystemError("enter a network namespace");
}

void bringUp(const std::string& link, const std::string& address) {
    kernel::Netlink netlink;
    netlink.addAddress(link, kernel::parseSubnet(address, "lab"));
    kernel::LinkChange change;
    change.up = true;
    netlink.changeLink(link, change);
}

// Before any test, because a skipped program says so by its exit code.
const bool kIsRoot = [] {
    if (geteuid() == 0) return true;
    std::cout << "skipped: network namespaces need root" << std::endl;
    std::exit(77);
}();

} // namespace

void Lab::setUp() {
    real_ = namespaceOf(getpid());
    enter(createNamespace().get());
}

void Lab::tearDown() {
    enter(real_);
}

BridgeOptions Lab::options() {
    BridgeOptions options;
    options.bridge = "lab0";
    options.bip = "10.77.0.1/24";
    return options;
}

void Lab::runIn(const Fd& networkNamespace, const std::function<void()>& action) {
    std::async(std::launch::async, [&] {
        enter(networkNamespace);
        action();
    }).get();
}

std::string Lab::outputIn(const Fd& networkNamespace, const std::vector<std::string>& argv) {
    std::string text;
    runIn(networkNamespace, [&] { text = runCommand(argv); });
    return text;
}

std::string Lab::output(const std::string& command) {
    return runCommand(splitWords(command));
}

bool Lab::pings(const Fd& from, const std::string& address) {
    bool answered = false;
    runIn(from, [&] { answered = hostPings(address); });
    return answered;
}

bool Lab::hostPings(const std::string& address) {
    try {
        runCommand({"busybox", "ping", "-c", "1", "-W", "1", address});
        return true;
    } catch (const Error&) {
        return false;
    }
}

Fd Lab::makeWorld() {
    Fd world = createNamespace().get();
    const Fd host = namespaceOf(static_cast<pid_t>(syscall(SYS_gettid)));
    runIn(world, [&] {
        const auto peerThread = static_cast<pid_t>(syscall(SYS_gettid));
        std::async(std::launch::async, [&] {
            enter(host);
            kernel::Netlink().addVeth({"uplink", 1400, ""}, {"world", 0, ""}, peerThread);
            bringUp("uplink", "198.51.100.1/24");
        }).get();
        bringUp("world", "198.51.100.2/24");
    });
    CPPUNIT_ASSERT(comesTrue([] { return kernel::Netlink().findLink("uplink")->working; }));
    kernel::Netlink().addDefaultRoute("uplink", *kernel::parseIpv4("198.51.100.2"));
    return world;
}

std::string Lab::interfaces() {
    std::vector<std::string> names;
    for (const kernel::LinkInfo& link : kernel::Netlink().links())
        names.push_back(link.name);
    std::sort(names.begin(), names.end());
    return join(names, " ");
}

std::string Lab::rules() {
    std::string text;
    for (const std::string& line : split(kernel::Iptables::find().save({"nat", "filter"}), '\n')) {
        if (startsWith(line, "#")) continue;
        text += line.substr(0, line.find(" [")) + "\n"; // ":FORWARD ACCEPT [12:345]"
    }
    return text;
}

bool Lab::comesTrue(const std::function<bool()>& condition) {
    for (int i = 0; i < 500 && !condition(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
}

Lab::Container Lab::start(Driver& driver, const EndpointRequest& request) {
    Container container{createNamespace().get(), driver.createEndpoint(request)};
    driver.join(container.endpoint, container.networkNamespace.get());
    return container;
}

void Lab::stop(Driver& driver, const Container& container) {
    driver.leave(container.endpoint);
    driver.deleteEndpoint(container.endpoint);
}

} // namespace ctrd::network
