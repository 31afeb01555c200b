#include "exec/lxc/keys.h"

#include "base/strings.h"

namespace ctrd::exec::lxc {

namespace {

constexpr const char* kRoot = "ctrd makes the container's root file system";
constexpr const char* kNetwork =
    "ctrd makes the network: use --net, --link, --publish and --mac-address";
constexpr const char* kTerminal = "ctrd owns the terminal: use --tty";
constexpr const char* kDevices = "ctrd makes /dev: use --device";
constexpr const char* kNames = "use --hostname";
constexpr const char* kSpaces = "use --pid, --ipc, --uts or --net";
constexpr const char* kIds = "containers of ctrd share the host's user namespace";
constexpr const char* kProgram = "the program, its user and its directory are run's arguments";
constexpr const char* kLog = "the driver reads liblxc's log itself";
constexpr const char* kFiles =
    "only the files in ctrd's lxc-templates directory are read: put the lines there";
constexpr const char* kGroups = "use --cgroup-parent";
constexpr const char* kUnified = "ctrd uses cgroup version 1";
constexpr const char* kSysctl = "use --sysctl";
constexpr const char* kLives = "ctrd decides when a container starts and stops";

struct Key {
    const char* name;    // since 2.1; one that ends in '.' is the start of many
    const char* oldName; // nullptr: the same; "": there was none
    Use use = Use::Library;
    const char* reason = "";
};

constexpr Key kKeys[] = {
    {"lxc.apparmor.profile", "lxc.aa_profile"},
    {"lxc.apparmor.allow_incomplete", "lxc.aa_allow_incomplete"},
    {"lxc.apparmor.allow_nesting", ""},
    {"lxc.apparmor.raw", ""},
    {"lxc.arch", nullptr},
    {"lxc.autodev", nullptr, Use::Refused, kDevices},
    {"lxc.autodev.tmpfs.size", "", Use::Refused, kDevices},
    {"lxc.cap.drop", nullptr, Use::CapabilityDrop},
    {"lxc.cap.keep", nullptr, Use::CapabilityKeep},
    {"lxc.cgroup.dir", "", Use::Refused, kGroups},
    {"lxc.cgroup.dir.", "", Use::Refused, kGroups},
    {"lxc.cgroup.relative", "", Use::Refused, kGroups},
    {"lxc.cgroup.", nullptr, Use::Cgroup},
    {"lxc.cgroup2.", "", Use::Refused, kUnified},
    {"lxc.console.path", "lxc.console", Use::Refused, kTerminal},
    {"lxc.console.", nullptr, Use::Refused, kTerminal},
    {"lxc.environment", "", Use::Environment},
    {"lxc.ephemeral", nullptr, Use::Refused, kLives},
    {"lxc.execute.cmd", "", Use::Refused, kProgram},
    {"lxc.group", nullptr},
    {"lxc.hook.", nullptr},
    {"lxc.idmap", "lxc.id_map", Use::Refused, kIds},
    {"lxc.include", nullptr, Use::Refused, kFiles},
    {"lxc.init.", "lxc.init_", Use::Refused, kProgram},
    {"lxc.keyring.session", ""},
    {"lxc.kmsg", nullptr, Use::Refused, kDevices},
    {"lxc.log.file", "lxc.logfile", Use::Refused, kLog},
    {"lxc.log.level", "lxc.loglevel", Use::Refused, kLog},
    {"lxc.log.syslog", "lxc.syslog", Use::Refused, kLog},
    {"lxc.monitor.", "", Use::Refused, kLives},
    {"lxc.mount.auto", nullptr, Use::Refused, "ctrd mounts /proc and /sys"},
    {"lxc.mount.entry", nullptr, Use::Mount},
    {"lxc.mount.fstab", "lxc.mount", Use::Refused, kFiles},
    {"lxc.namespace.", "", Use::Refused, kSpaces},
    {"lxc.net.0.type", "lxc.network.type", Use::Refused, kNetwork},
    {"lxc.net.", "lxc.network.", Use::Refused, kNetwork},
    {"lxc.no_new_privs", "", Use::NoNewPrivileges},
    {"lxc.prlimit.", "", Use::Rlimit},
    {"lxc.proc.", ""},
    {"lxc.pivotdir", nullptr, Use::Refused, kRoot}, // until 1.1
    {"lxc.pty.max", "lxc.pts", Use::Refused, kTerminal},
    {"lxc.rootfs.path", "lxc.rootfs", Use::Refused, kRoot},
    {"lxc.rootfs.", nullptr, Use::Refused, kRoot},
    {"lxc.sched.core", ""},
    {"lxc.seccomp.profile", "lxc.seccomp"},
    {"lxc.seccomp.allow_nesting", ""},
    {"lxc.seccomp.notify.", ""},
    {"lxc.selinux.context", "lxc.se_context"},
    {"lxc.selinux.context.keyring", ""},
    {"lxc.signal.halt", "lxc.haltsignal"},
    {"lxc.signal.reboot", "lxc.rebootsignal"},
    {"lxc.signal.stop", "lxc.stopsignal"},
    {"lxc.start.auto", nullptr, Use::Refused, kLives},
    {"lxc.start.delay", nullptr, Use::Refused, kLives},
    {"lxc.start.order", nullptr, Use::Refused, kLives},
    {"lxc.sysctl.", "", Use::Refused, kSysctl},
    {"lxc.time.offset.", ""},
    {"lxc.tty.max", "lxc.tty", Use::Refused, kTerminal},
    {"lxc.tty.dir", "lxc.devttydir", Use::Refused, kTerminal},
    {"lxc.uts.name", "lxc.utsname", Use::Refused, kNames},
};

const char* oldNameOf(const Key& key) {
    return key.oldName == nullptr ? key.name : key.oldName;
}

// What of `key` comes after `name`, where it is that key or starts with that prefix.
bool matches(const std::string& key, const std::string& name, std::string& rest) {
    if (name.empty()) return false;
    const bool prefix = name.back() == '.' || name.back() == '_';
    if (prefix ? !startsWith(key, name) : key != name) return false;
    rest = key.substr(name.size());
    return !prefix || !rest.empty();
}

KeyUse found(const Key& key, const std::string& rest, Age age) {
    const std::string name = age == Age::Old ? oldNameOf(key) : key.name;
    if (key.use == Use::Refused) return {Use::Refused, name, key.reason};
    if (key.use == Use::Library && name.empty())
        return {Use::Refused, name, "this liblxc is older than the option"};
    return {key.use, name + rest, rest};
}

} // namespace

KeyUse describeKey(const std::string& key, Age age) {
    std::string rest;
    for (const auto& known : kKeys)
        if (matches(key, known.name, rest) || matches(key, oldNameOf(known), rest))
            return found(known, rest, age);
    return {Use::Refused, key, "no liblxc knows it"};
}

std::string nameOf(const std::string& newName, Age age) {
    if (age == Age::Old)
        for (const auto& known : kKeys)
            if (newName == known.name) return oldNameOf(known);
    return newName;
}

} // namespace ctrd::exec::lxc
