#include "kernel/capability.h"

#include "base/error.h"
#include "base/strings.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ctrd::kernel {

namespace {

// The index is the number.
constexpr const char* kNames[] = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
};
constexpr int kNameCount = std::size(kNames);

std::string upperCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

std::optional<int> numberOf(const std::string& name) {
    std::string wanted = upperCase(name);
    if (!startsWith(wanted, "CAP_")) wanted.insert(0, "CAP_");
    for (int number = 0; number < kNameCount; ++number)
        if (wanted == kNames[number]) return number;
    return std::nullopt;
}

constexpr CapabilityMask bit(int number) {
    return CapabilityMask(1) << number;
}

CapabilityMask boundingSet() {
    CapabilityMask mask = 0;
    for (int number = 0; number <= lastCapability(); ++number)
        if (prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1) mask |= bit(number);
    return mask;
}

} // namespace

std::optional<std::string> canonicalCapability(const std::string& name) {
    const auto number = numberOf(name);
    if (!number) return std::nullopt;
    return kNames[*number];
}

std::string capabilityName(int number) {
    return number < kNameCount ? kNames[number] : "CAP_" + std::to_string(number);
}

bool capabilityKnown(const std::string& name) {
    const auto number = numberOf(name);
    return number && *number <= lastCapability();
}

const std::vector<std::string>& defaultCapabilities() {
    static const std::vector<std::string> kDefault = {
        "CAP_CHOWN",  "CAP_DAC_OVERRIDE", "CAP_FOWNER",      "CAP_FSETID",  "CAP_KILL",
        "CAP_SETGID", "CAP_SETUID",       "CAP_SETPCAP",     "CAP_NET_RAW", "CAP_NET_BIND_SERVICE",
        "CAP_MKNOD",  "CAP_SYS_CHROOT",   "CAP_AUDIT_WRITE", "CAP_SETFCAP",
    };
    return kDefault;
}

std::vector<std::string> allCapabilities() {
    const CapabilityMask held = heldCapabilities();
    std::vector<std::string> names;
    for (int number = 0; number < kNameCount; ++number)
        if ((held & bit(number)) != 0) names.emplace_back(kNames[number]);
    return names;
}

int lastCapability() {
    static const int kLast = [] {
        int number = 0;
        while (number < 63 && prctl(PR_CAPBSET_READ, number + 1, 0, 0, 0) >= 0)
            ++number;
        return number;
    }();
    return kLast;
}

CapabilityMask capabilityMask(const std::vector<std::string>& names) {
    CapabilityMask mask = 0;
    for (const auto& name : names)
        if (const auto number = numberOf(name)) mask |= bit(*number);
    return mask;
}

CapabilityMask heldCapabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    if (syscall(SYS_capget, &header, data) < 0) throw SystemError("read the capabilities");
    const CapabilityMask permitted = CapabilityMask(data[1].permitted) << 32 | data[0].permitted;
    return permitted & boundingSet();
}

void dropFromBoundingSet(CapabilityMask keep) {
    for (int number = 0; number <= lastCapability(); ++number) {
        if ((keep & bit(number)) != 0) continue;
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0)
            throw SystemError("drop capability " + std::to_string(number));
    }
}

void setCapabilities(CapabilityMask mask) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    for (int half = 0; half < 2; ++half) {
        const auto bits = static_cast<uint32_t>(mask >> (32 * half));
        data[half] = {bits, bits, bits};
    }
    if (syscall(SYS_capset, &header, data) < 0) throw SystemError("set the capabilities");
}

void keepCapabilities(bool on) {
    if (prctl(PR_SET_KEEPCAPS, on ? 1 : 0, 0, 0, 0) < 0)
        throw SystemError("keep the capabilities over a change of user");
}

} // namespace ctrd::kernel
