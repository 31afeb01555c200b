#pragma once

#include <string>

// The names of liblxc's configuration keys, of both ages: 2.1 renamed a third of them.  No other
// file knows that there are two.
namespace ctrd::exec::lxc {

enum class Age {
    Old, // before 2.1: EPEL 6 has 1.0.11
    New,
};

// What becomes of a key that a user gives.
enum class Use {
    Library,         // liblxc's own affair
    Cgroup,          // a file of the container's cgroup: lxc.cgroup.cpu.shares
    CapabilityDrop,  // words, without CAP_
    CapabilityKeep,  // the same; "none" for an empty set
    Environment,     // NAME=VALUE
    Rlimit,          // lxc.prlimit.nofile: "soft[:hard]"
    NoNewPrivileges, // 0 or 1
    Mount,           // a line of fstab(5), its target relative to the root
    Refused,
};

struct KeyUse {
    Use use = Use::Refused;
    std::string name;   // of this age
    std::string detail; // what follows a prefix ("cpu.shares"), or why it is refused
};

// `key` of either age.  A key that no liblxc has is refused, too.
KeyUse describeKey(const std::string& key, Age age);

// A key under its new name, as `age` calls it.
std::string nameOf(const std::string& newName, Age age);

} // namespace ctrd::exec::lxc
