#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/bridge.h"
#include "kernel/netlink.h"
#include "root/network/lab.h"

#include <atomic>
#include <thread>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::network {

using testing::expectEqual;
using testing::expectError;

// Endpoints and the namespaces they are put into.
class EndpointRootTest : public Lab {
    CPPUNIT_TEST_SUITE(EndpointRootTest);
    CPPUNIT_TEST(namespacesAreNewAndHaveALoopback);
    CPPUNIT_TEST(namespacesOfProcesses);
    CPPUNIT_TEST(looksAsAskedInside);
    CPPUNIT_TEST(sayWhenNoAddressIsLeft);
    CPPUNIT_TEST(keepNamedAddresses);
    CPPUNIT_TEST(areRestored);
    CPPUNIT_TEST(leaveNothingWhenJoiningFails);
    CPPUNIT_TEST(leaveTwice);
    CPPUNIT_TEST(giveTheirAddressOnAtOnce);
    CPPUNIT_TEST(loseNoFirstPacket);
    CPPUNIT_TEST(manyThreadsLeaveNothing);
    CPPUNIT_TEST_SUITE_END();

    static ino_t inode(const Fd& fd) {
        struct stat st {};
        CPPUNIT_ASSERT_EQUAL(0, fstat(fd.get(), &st));
        return st.st_ino;
    }

    // Whether the host says within so many milliseconds that nobody listens there.
    static bool isRefusedWithin(int milliseconds) {
        const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        struct sockaddr_in host {};
        host.sin_family = AF_INET;
        host.sin_port = htons(9);
        host.sin_addr.s_addr = htonl(*kernel::parseIpv4("10.77.0.1"));
        const auto* address = reinterpret_cast<const struct sockaddr*>(&host);
        CPPUNIT_ASSERT_EQUAL(0, connect(socket.get(), address, sizeof host));
        CPPUNIT_ASSERT_EQUAL(ssize_t(1), send(socket.get(), "x", 1, 0));
        struct pollfd answer {
            socket.get(), POLLIN, 0
        };
        return poll(&answer, 1, milliseconds) == 1;
    }

public:
    void namespacesAreNewAndHaveALoopback() {
        const Fd mine = namespaceOf(getpid()), made = createNamespace().get(),
                 other = createNamespace().get();
        CPPUNIT_ASSERT(inode(mine) == inode(namespaceOf(getpid())));
        CPPUNIT_ASSERT(inode(mine) != inode(made) && inode(made) != inode(other));
        CPPUNIT_ASSERT(pings(made, "127.0.0.1"));
    }

    void namespacesOfProcesses() {
        const pid_t child = fork();
        if (child == 0) _exit(0);
        siginfo_t info;
        CPPUNIT_ASSERT_EQUAL(0, waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT));
        expectError(ErrorKind::NotFound, std::to_string(child), [&] { namespaceOf(child); });
        waitpid(child, nullptr, 0);
        expectError(ErrorKind::NotFound, std::to_string(child), [&] { namespaceOf(child); });
    }

    void looksAsAskedInside() {
        BridgeOptions special = options();
        special.bip = "10.77.0.1/16";
        special.fixedCidr = "10.77.5.0/24";
        special.defaultGateway = "10.77.5.1";
        special.mtu = 1280;
        BridgeDriver driver(special);
        driver.createNetwork();
        EndpointRequest request;
        request.macAddress = "02:AA:00:00:00:07";
        const Container a = start(driver), b = start(driver, request);
        expectEqual("10.77.5.0", a.endpoint.address);
        expectEqual("10.77.5.2", b.endpoint.address);
        runIn(b.networkNamespace, [] {
            kernel::Netlink netlink;
            const auto eth0 = netlink.findLink("eth0");
            CPPUNIT_ASSERT(eth0 && eth0->up && netlink.findLink("lo")->up);
            expectEqual("02:aa:00:00:00:07", eth0->mac);
            CPPUNIT_ASSERT_EQUAL(1280, eth0->mtu);
            expectEqual("10.77.5.2/16", netlink.addressesOf("eth0").at(0).toString());
            CPPUNIT_ASSERT_EQUAL(size_t(2), netlink.routes().size());
            expectEqual("10.77.5.1", kernel::formatIpv4(netlink.routes().at(0).gateway));
        });
        runIn(a.networkNamespace,
              [] { expectEqual("02:42:0a:4d:05:00", kernel::Netlink().findLink("eth0")->mac); });
        for (const char* wrong : {"01:00:5e:00:00:01", "02:aa:00", "nonsense"}) {
            request.macAddress = wrong;
            expectError(ErrorKind::InvalidArgument, wrong, [&] { driver.createEndpoint(request); });
        }
        expectEqual("10.77.5.3", driver.createEndpoint({}).address); // no address was lost by that
    }

    void sayWhenNoAddressIsLeft() {
        BridgeOptions tiny = options();
        tiny.bip = "10.77.0.1/30";
        BridgeDriver driver(tiny);
        driver.createNetwork();
        const Container a = start(driver);
        expectEqual("10.77.0.2", a.endpoint.address);
        expectError(ErrorKind::Unavailable, "10.77.0.0/30", [&] { driver.createEndpoint({}); });
        stop(driver, a);
        const Container b = start(driver);
        expectEqual("10.77.0.2", b.endpoint.address);
        CPPUNIT_ASSERT(hostPings("10.77.0.2"));
    }

    void keepNamedAddresses() {
        BridgeDriver driver(options());
        driver.createNetwork();
        EndpointRequest request;
        request.address = "10.77.0.2";
        driver.createEndpoint(request);
        expectError(ErrorKind::Conflict, "10.77.0.2", [&] { driver.createEndpoint(request); });
        expectEqual("10.77.0.3", driver.createEndpoint({}).address);
        for (const char* wrong : {"10.77.1.2", "10.77.0.255", "x"}) {
            request.address = wrong;
            expectError(ErrorKind::InvalidArgument, wrong, [&] { driver.createEndpoint(request); });
        }
        request.address = "10.77.0.1"; // the bridge's own
        expectError(ErrorKind::Conflict, "10.77.0.1", [&] { driver.createEndpoint(request); });
    }

    void areRestored() {
        Container a;
        {
            BridgeDriver first(options());
            first.createNetwork();
            a = start(first);
        }
        BridgeDriver second(options());
        second.createNetwork();
        second.restoreEndpoint(a.endpoint);
        second.restoreEndpoint(a.endpoint); // the same one again is nothing new
        expectEqual("10.77.0.3", second.createEndpoint({}).address);
        Endpoint thief = a.endpoint;
        thief.endpointId = std::string(64, '0');
        expectError(ErrorKind::Conflict, "10.77.0.2", [&] { second.restoreEndpoint(thief); });
        stop(second, a);
        CPPUNIT_ASSERT(!hostPings(a.endpoint.address));
        second.restoreEndpoint(thief);
        // Its namespace lives on here, so the kernel does not clean up by itself.
        CPPUNIT_ASSERT(comesTrue(
            [&] { return !kernel::Netlink().findLink(a.endpoint.hostInterface).has_value(); }));
    }

    void leaveNothingWhenJoiningFails() {
        BridgeDriver driver(options());
        driver.createNetwork();
        const Container a = start(driver);
        const std::string links = interfaces();
        const auto expectNothingLeft = [&](const Endpoint& endpoint, const Fd& ns,
                                           const std::string& part) {
            expectError(ErrorKind::Internal, part, [&] { driver.join(endpoint, ns.get()); });
            expectEqual(links, interfaces());
        };
        const Endpoint second = driver.createEndpoint({});
        expectNothingLeft(second, a.networkNamespace, "File exists"); // has an eth0
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
        expectNothingLeft(a.endpoint, createNamespace().get(),
                          "File exists"); // the host's end is taken
        CPPUNIT_ASSERT(hostPings(a.endpoint.address));
        Endpoint astray = second;
        astray.gateway = "203.0.113.1"; // not behind eth0: the last step fails
        const Fd fresh = createNamespace().get();
        expectNothingLeft(astray, fresh, "203.0.113.1");
        runIn(fresh, [] { CPPUNIT_ASSERT(!kernel::Netlink().findLink("eth0")); });
        expectNothingLeft(second, openFile("/dev/null", 0), "enter the network namespace");
        output("ip link delete lab0");
        expectError(ErrorKind::Internal, "lab0", [&] { driver.join(second, fresh.get()); });
        CPPUNIT_ASSERT(!kernel::Netlink().findLink(second.hostInterface));
    }

    void leaveTwice() {
        BridgeDriver driver(options());
        driver.createNetwork();
        Container a = start(driver);
        driver.leave(a.endpoint);
        driver.leave(a.endpoint);
        driver.deleteEndpoint(a.endpoint);
        driver.deleteEndpoint(a.endpoint);
        driver.deleteNetwork();
        driver.leave(a.endpoint);
        driver.deleteEndpoint(a.endpoint);
    }

    void giveTheirAddressOnAtOnce() {
        BridgeOptions tiny = options();
        tiny.bip = "10.77.0.1/30";
        BridgeDriver driver(tiny);
        driver.createNetwork();
        const Container a = start(driver);
        CPPUNIT_ASSERT(hostPings("10.77.0.2"));
        stop(driver, a); // its namespace, with the address in it, lives on
        expectEqual("", join(kernel::BridgeControl().ports("lab0"), ","));
        CPPUNIT_ASSERT(!hostPings("10.77.0.2"));
        EndpointRequest other;
        other.macAddress = "02:aa:00:00:00:07";
        const Container b = start(driver, other);
        expectEqual("10.77.0.2", b.endpoint.address);
        CPPUNIT_ASSERT(pings(b.networkNamespace, "10.77.0.1"));
        CPPUNIT_ASSERT(hostPings("10.77.0.2"));
        stop(driver, b);
        driver.deleteNetwork();
        expectEqual("lo", interfaces());
    }

    void loseNoFirstPacket() {
        BridgeDriver driver(options());
        driver.createNetwork();
        for (int i = 0; i < 100; ++i) {
            const Container a = start(driver);
            runIn(a.networkNamespace, [] { CPPUNIT_ASSERT(isRefusedWithin(500)); });
            stop(driver, a);
        }
    }

    void manyThreadsLeaveNothing() {
        const size_t files = listDir("/proc/self/fd").size();
        BridgeDriver driver(options());
        driver.createNetwork();
        const std::string links = interfaces(), filter = rules();
        std::atomic<int> failures{0};
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 25; ++round) {
                    try {
                        stop(driver, start(driver));
                    } catch (const Error&) {
                        ++failures;
                    }
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(0, failures.load());
        CPPUNIT_ASSERT(comesTrue([&] { return links == interfaces(); }));
        expectEqual(filter, rules());
        driver.deleteNetwork();
        CPPUNIT_ASSERT_EQUAL(files, listDir("/proc/self/fd").size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EndpointRootTest);

} // namespace ctrd::network
