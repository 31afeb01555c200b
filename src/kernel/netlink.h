#pragma once

#include "base/fd.h"
#include "kernel/ipv4.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

struct nl_sock;
struct nl_msg;
struct nlmsghdr;

// Interfaces, addresses and routes through rtnetlink(7).
namespace ctrd::kernel {

struct LinkInfo {
    int index = 0;
    std::string name;
    bool up = false;      // it is meant to work
    bool working = false; // it has a carrier, and the kernel has acted on it
    int mtu = 0;          // bytes
    std::string mac;      // "02:42:ac:11:00:02"; "" where it has none
    std::string alias;    // free text beside the name, see ip-link(8)
};

struct AddressInfo {
    int linkIndex = 0;
    Ipv4Subnet address;
};

struct RouteInfo {
    Ipv4Subnet destination; // prefix length 0: the default route
    uint32_t gateway = 0;   // 0: none
    int linkIndex = 0;      // 0: several, or none (unreachable, blackhole)
};

// What to change in a link; empty or 0: as it is.
struct LinkChange {
    bool up = false;
    int mtu = 0;
    std::string mac;
    std::string alias;
};

// One end of a veth pair; mtu 0 and an empty mac leave the choice to the kernel.
struct VethEnd {
    std::string name;
    int mtu = 0;
    std::string mac;
};

// A connection to the network namespace in which the thread was that made it; it stays with that
// namespace.  For one thread at a time.  Everything throws SystemError that names the interface,
// unless said otherwise.
//
// Speaks through libnl's messages and not through its route objects, because those know the
// namespace of a veth's peer only since a version later than EL6's 3.2.21, and cost a library.
class Netlink {
public:
    Netlink();
    Netlink(const Netlink&) = delete;
    Netlink& operator=(const Netlink&) = delete;
    ~Netlink();

    // Makes both ends in one request; `peer` appears in the network namespace of the thread
    // `peerThread` (a pid or tid), since every kernel knows namespaces by a task and 2.6.32 not by
    // a descriptor.  Both are down.
    void addVeth(const VethEnd& here, const VethEnd& peer, pid_t peerThread);
    void changeLink(const std::string& name, const LinkChange& change);
    // False where there is none of that name.
    bool deleteLink(const std::string& name);
    void addAddress(const std::string& link, const Ipv4Subnet& address);
    void deleteAddress(const std::string& link, const Ipv4Subnet& address);
    void addDefaultRoute(const std::string& link, uint32_t gateway);

    std::optional<LinkInfo> findLink(const std::string& name);
    std::vector<LinkInfo> links();
    // IPv4 addresses of one link, the primary one first.
    std::vector<Ipv4Subnet> addressesOf(const std::string& link);
    std::vector<AddressInfo> addresses();
    // Of the main IPv4 table, in the kernel's order.
    std::vector<RouteInfo> routes();

private:
    using Message = std::unique_ptr<nl_msg, void (*)(nl_msg*)>;
    using Visitor = std::function<void(nlmsghdr*)>;

    // 0 where there is none.
    int indexOf(const std::string& name);
    int existingIndexOf(const std::string& name);
    enum class Answer { Ack, DataAndAck };
    // Sends and waits for the answer; 0 or the errno the kernel gave.
    int transact(const Message& message, const std::string& doing, Answer answer = Answer::Ack);
    void request(const Message& message, const std::string& doing);
    // Calls `visit` with a null first, and again when a change made the kernel start over.
    void dump(int type, const std::string& doing, const Visitor& visit);
    Message addressMessage(int type, int flags, const std::string& link, const Ipv4Subnet& address);

    nl_sock* socket_;
    Fd control_; // for interface ioctls in the same namespace
    int lastError_ = 0;
};

// "02:42:ac:11:00:02" to six bytes; nothing where it is none.
std::optional<std::string> parseMac(const std::string& text);
std::string formatMac(const std::string& bytes);

} // namespace ctrd::kernel
