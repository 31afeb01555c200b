#include "kernel/netlink.h"

#include "base/error.h"
#include "base/strings.h"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/veth.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/ioctl.h>

namespace ctrd::kernel {

namespace {

using Message = std::unique_ptr<nl_msg, void (*)(nl_msg*)>;

// A dump that a change interrupted is started again, this many times.
constexpr int kDumpAttempts = 20;

int storeError(struct sockaddr_nl*, struct nlmsgerr* error, void* store) {
    *static_cast<int*>(store) = -error->error;
    return NL_STOP;
}

int callVisitor(nl_msg* message, void* visitor) {
    (*static_cast<const std::function<void(nlmsghdr*)>*>(visitor))(nlmsg_hdr(message));
    return NL_OK;
}

// libnl's functions say "no room" by a negative number or a null.
void built(bool fine) {
    if (!fine) throw internalError("cannot build a netlink message: no memory");
}

template <typename Header>
Message newMessage(int type, int flags, Header header) {
    Message message(nlmsg_alloc_simple(type, flags), nlmsg_free);
    built(message != nullptr);
    built(nlmsg_append(message.get(), &header, sizeof header, NLMSG_ALIGNTO) == 0);
    return message;
}

void putBytes(const Message& message, int type, const std::string& bytes) {
    built(nla_put(message.get(), type, static_cast<int>(bytes.size()), bytes.data()) == 0);
}

void putText(const Message& message, int type, const std::string& text) {
    built(nla_put_string(message.get(), type, text.c_str()) == 0);
}

void putNumber(const Message& message, int type, uint32_t number) {
    built(nla_put_u32(message.get(), type, number) == 0);
}

void putMac(const Message& message, const std::string& mac) {
    const auto bytes = parseMac(mac);
    if (!bytes) throw invalidArgument("'" + mac + "' is not a MAC address");
    putBytes(message, IFLA_ADDRESS, *bytes);
}

nlattr* startNest(const Message& message, int type) {
    nlattr* nest = nla_nest_start(message.get(), type);
    built(nest != nullptr);
    return nest;
}

void putVethEnd(const Message& message, const VethEnd& end) {
    putText(message, IFLA_IFNAME, end.name);
    if (end.mtu > 0) putNumber(message, IFLA_MTU, static_cast<uint32_t>(end.mtu));
    if (!end.mac.empty()) putMac(message, end.mac);
}

LinkInfo readLink(nlmsghdr* header) {
    const auto* base = static_cast<const ifinfomsg*>(nlmsg_data(header));
    LinkInfo link;
    link.index = base->ifi_index;
    link.up = (base->ifi_flags & IFF_UP) != 0;
    const auto attribute = [&](int type) {
        return nlmsg_find_attr(header, sizeof(ifinfomsg), type);
    };
    if (nlattr* name = attribute(IFLA_IFNAME)) link.name = nla_get_string(name);
    if (nlattr* mtu = attribute(IFLA_MTU)) link.mtu = static_cast<int>(nla_get_u32(mtu));
    if (nlattr* alias = attribute(IFLA_IFALIAS)) link.alias = nla_get_string(alias);
    if (nlattr* state = attribute(IFLA_OPERSTATE)) link.working = nla_get_u8(state) == IF_OPER_UP;
    nlattr* mac = attribute(IFLA_ADDRESS);
    if (mac != nullptr && nla_len(mac) == 6)
        link.mac = formatMac(std::string(static_cast<const char*>(nla_data(mac)), 6));
    return link;
}

uint32_t readAddress(nlattr* attribute) {
    return attribute != nullptr ? ntohl(nla_get_u32(attribute)) : 0;
}

} // namespace

Netlink::Netlink() : socket_(nl_socket_alloc()) {
    built(socket_ != nullptr);
    nl_socket_modify_err_cb(socket_, NL_CB_CUSTOM, storeError, &lastError_);
    nl_socket_enable_msg_peek(socket_); // an interface's description may exceed libnl's buffer
    const int error = nl_connect(socket_, NETLINK_ROUTE);
    control_ = Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (error < 0 || !control_) {
        const int number = errno;
        nl_socket_free(socket_);
        throw SystemError("open a netlink socket", number);
    }
}

Netlink::~Netlink() {
    nl_socket_free(socket_);
}

void Netlink::addVeth(const VethEnd& here, const VethEnd& peer, pid_t peerThread) {
    const Message message = newMessage(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
    putVethEnd(message, here);
    nlattr* info = startNest(message, IFLA_LINKINFO);
    putText(message, IFLA_INFO_KIND, "veth");
    nlattr* data = startNest(message, IFLA_INFO_DATA);
    nlattr* there = startNest(message, VETH_INFO_PEER);
    ifinfomsg peerHeader{};
    built(nlmsg_append(message.get(), &peerHeader, sizeof peerHeader, NLMSG_ALIGNTO) == 0);
    putVethEnd(message, peer);
    putNumber(message, IFLA_NET_NS_PID, static_cast<uint32_t>(peerThread));
    nla_nest_end(message.get(), there);
    nla_nest_end(message.get(), data);
    nla_nest_end(message.get(), info);
    request(message, "make the interfaces '" + here.name + "' and '" + peer.name + "'");
}

void Netlink::changeLink(const std::string& name, const LinkChange& change) {
    ifinfomsg header{};
    if (change.up) header.ifi_flags = header.ifi_change = IFF_UP;
    const Message message = newMessage(RTM_SETLINK, 0, header);
    putText(message, IFLA_IFNAME, name);
    if (change.mtu > 0) putNumber(message, IFLA_MTU, static_cast<uint32_t>(change.mtu));
    if (!change.mac.empty()) putMac(message, change.mac);
    if (!change.alias.empty()) putText(message, IFLA_IFALIAS, change.alias);
    request(message, "change the interface '" + name + "'");
}

bool Netlink::deleteLink(const std::string& name) {
    const Message message = newMessage(RTM_DELLINK, 0, ifinfomsg{});
    putText(message, IFLA_IFNAME, name);
    const std::string doing = "delete the interface '" + name + "'";
    const int error = transact(message, doing);
    if (error == ENODEV) return false;
    if (error != 0) throw SystemError(doing, error);
    return true;
}

Message Netlink::addressMessage(int type, int flags, const std::string& link,
                                const Ipv4Subnet& address) {
    ifaddrmsg header{};
    header.ifa_family = AF_INET;
    header.ifa_prefixlen = static_cast<uint8_t>(address.prefixLength);
    header.ifa_index = static_cast<uint32_t>(existingIndexOf(link));
    Message message = newMessage(type, flags, header);
    putNumber(message, IFA_LOCAL, htonl(address.address));
    putNumber(message, IFA_ADDRESS, htonl(address.address));
    return message;
}

void Netlink::addAddress(const std::string& link, const Ipv4Subnet& address) {
    const Message message = addressMessage(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, link, address);
    putNumber(message, IFA_BROADCAST, htonl(address.last()));
    request(message, "give the interface '" + link + "' the address " + address.toString());
}

void Netlink::deleteAddress(const std::string& link, const Ipv4Subnet& address) {
    request(addressMessage(RTM_DELADDR, 0, link, address),
            "take the address " + address.toString() + " from the interface '" + link + "'");
}

void Netlink::addDefaultRoute(const std::string& link, uint32_t gateway) {
    rtmsg header{};
    header.rtm_family = AF_INET;
    header.rtm_table = RT_TABLE_MAIN;
    header.rtm_protocol = RTPROT_BOOT;
    header.rtm_scope = RT_SCOPE_UNIVERSE;
    header.rtm_type = RTN_UNICAST;
    const Message message = newMessage(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, header);
    putNumber(message, RTA_GATEWAY, htonl(gateway));
    putNumber(message, RTA_OIF, static_cast<uint32_t>(existingIndexOf(link)));
    request(message, "route the world through " + formatIpv4(gateway) + " on '" + link + "'");
}

std::optional<LinkInfo> Netlink::findLink(const std::string& name) {
    ifinfomsg header{};
    // By its number, because 2.6.32 does not look up a name here.
    header.ifi_index = indexOf(name);
    if (header.ifi_index == 0) return std::nullopt;
    std::optional<LinkInfo> found;
    const Visitor visit = [&](nlmsghdr* answer) { found = readLink(answer); };
    nl_socket_modify_cb(socket_, NL_CB_VALID, NL_CB_CUSTOM, callVisitor,
                        const_cast<Visitor*>(&visit));
    const std::string doing = "look at the interface '" + name + "'";
    const int error = transact(newMessage(RTM_GETLINK, 0, header), doing, Answer::DataAndAck);
    nl_socket_modify_cb(socket_, NL_CB_VALID, NL_CB_DEFAULT, nullptr, nullptr);
    if (error != 0 && error != ENODEV) throw SystemError(doing, error);
    return found;
}

std::vector<LinkInfo> Netlink::links() {
    std::vector<LinkInfo> result;
    dump(RTM_GETLINK, "list the interfaces", [&](nlmsghdr* header) {
        if (header == nullptr)
            result.clear();
        else
            result.push_back(readLink(header));
    });
    return result;
}

std::vector<AddressInfo> Netlink::addresses() {
    std::vector<AddressInfo> result;
    dump(RTM_GETADDR, "list the addresses", [&](nlmsghdr* header) {
        if (header == nullptr) {
            result.clear();
            return;
        }
        const auto* base = static_cast<const ifaddrmsg*>(nlmsg_data(header));
        nlattr* local = nlmsg_find_attr(header, sizeof(ifaddrmsg), IFA_LOCAL);
        if (base->ifa_family != AF_INET || local == nullptr) return;
        result.push_back({static_cast<int>(base->ifa_index),
                          {readAddress(local), static_cast<int>(base->ifa_prefixlen)}});
    });
    return result;
}

std::vector<Ipv4Subnet> Netlink::addressesOf(const std::string& link) {
    std::vector<Ipv4Subnet> result;
    const int index = existingIndexOf(link);
    for (const AddressInfo& info : addresses())
        if (info.linkIndex == index) result.push_back(info.address);
    return result;
}

std::vector<RouteInfo> Netlink::routes() {
    std::vector<RouteInfo> result;
    dump(RTM_GETROUTE, "list the routes", [&](nlmsghdr* header) {
        if (header == nullptr) {
            result.clear();
            return;
        }
        const auto* base = static_cast<const rtmsg*>(nlmsg_data(header));
        if (base->rtm_family != AF_INET || base->rtm_table != RT_TABLE_MAIN) return;
        const auto attribute = [&](int type) {
            return nlmsg_find_attr(header, sizeof(rtmsg), type);
        };
        RouteInfo route;
        route.destination = {readAddress(attribute(RTA_DST)), base->rtm_dst_len};
        route.gateway = readAddress(attribute(RTA_GATEWAY));
        if (nlattr* link = attribute(RTA_OIF))
            route.linkIndex = static_cast<int>(nla_get_u32(link));
        result.push_back(route);
    });
    return result;
}

int Netlink::indexOf(const std::string& name) {
    struct ifreq request {};
    if (name.size() >= sizeof request.ifr_name) return 0;
    std::memcpy(request.ifr_name, name.data(), name.size());
    if (ioctl(control_.get(), SIOCGIFINDEX, &request) == 0) return request.ifr_ifindex;
    if (errno == ENODEV) return 0;
    throw SystemError("look up the interface '" + name + "'");
}

int Netlink::existingIndexOf(const std::string& name) {
    const int index = indexOf(name);
    if (index == 0) throw SystemError("look up the interface '" + name + "'", ENODEV);
    return index;
}

int Netlink::transact(const Message& message, const std::string& doing, Answer answer) {
    lastError_ = 0;
    int status = nl_send_auto(socket_, message.get());
    // An error comes in place of both.
    if (status >= 0 && answer == Answer::DataAndAck) status = nl_recvmsgs_default(socket_);
    if (status >= 0) status = nl_wait_for_ack(socket_);
    if (status < 0 && lastError_ == 0)
        throw internalError("cannot " + doing + ": netlink: " + nl_geterror(-status));
    return lastError_;
}

void Netlink::request(const Message& message, const std::string& doing) {
    const int error = transact(message, doing);
    if (error != 0) throw SystemError(doing, error);
}

void Netlink::dump(int type, const std::string& doing, const Visitor& visit) {
    nl_socket_modify_cb(socket_, NL_CB_VALID, NL_CB_CUSTOM, callVisitor,
                        const_cast<Visitor*>(&visit));
    int status = -NLE_DUMP_INTR;
    for (int i = 0; i < kDumpAttempts && status == -NLE_DUMP_INTR; ++i) {
        visit(nullptr);
        rtgenmsg header{};
        header.rtgen_family = type == RTM_GETLINK ? AF_UNSPEC : AF_INET;
        const Message message = newMessage(type, NLM_F_DUMP, header);
        status = nl_send_auto(socket_, message.get());
        if (status >= 0) status = nl_recvmsgs_default(socket_);
    }
    nl_socket_modify_cb(socket_, NL_CB_VALID, NL_CB_DEFAULT, nullptr, nullptr);
    if (status < 0) throw internalError("cannot " + doing + ": netlink: " + nl_geterror(-status));
}

std::optional<std::string> parseMac(const std::string& text) {
    std::string bytes;
    for (const std::string& part : split(text, ':')) {
        unsigned value = 0;
        for (const char c : part) {
            const char* digits = "0123456789abcdef";
            const char* digit = std::strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
            if (c == '\0' || digit == nullptr) return std::nullopt;
            value = value * 16 + static_cast<unsigned>(digit - digits);
        }
        if (part.size() != 2) return std::nullopt;
        bytes += static_cast<char>(value);
    }
    if (bytes.size() != 6) return std::nullopt;
    return bytes;
}

std::string formatMac(const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (!text.empty()) text += ':';
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

} // namespace ctrd::kernel
