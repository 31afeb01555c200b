#pragma once

#include "kernel/capability.h"
#include "kernel/namespace.h"

#include <cstdint>
#include <ctime>
#include <set>
#include <string>
#include <vector>

// What the host offers, asked of the kernel and not derived from its version: each prerequisite of
// ctrd with what was found, what ctrd does where it is missing, and how to mend that.
namespace ctrd::kernel {

enum class Severity {
    Fine,
    Fallback, // ctrd does it in another way, or does without
    Fatal,    // no container can run, or running one endangers the host
};

struct Finding {
    std::string area;    // "Control groups"
    std::string feature; // "memory limits"
    Severity severity = Severity::Fine;
    std::string found;  // "mounted at /cgroup/memory"
    std::string effect; // what ctrd does about it; "" where it is fine
    std::string mend;   // "" where there is nothing to mend, or no way to
};

// What only calls tell.  Everything else is read from files, so that a test can show another host.
struct KernelFacts {
    std::string release; // of uname(2); judged only where a build is known to be dangerous
    bool isRoot = false;
    int lastCapability = 0;
    CapabilityMask capabilities = 0;   // what this process may pass on
    std::set<NamespaceKind> made;      // clone makes these
    std::set<NamespaceKind> enterable; // setns enters these
    bool subreaper = false;            // prctl PR_SET_CHILD_SUBREAPER
    bool noNewPrivileges = false;      // prctl PR_SET_NO_NEW_PRIVS
    std::string bridgeProblem;         // why a veth pair on a bridge cannot be; "" where it can
    std::string iptables;              // "/sbin/iptables"; "" where there is none
    std::string iptablesProblem;       // then: why
    std::string iptablesVersion;       // "iptables v1.4.7"
    bool iptablesCheck = false;        // -C
    bool iptablesWait = false;         // --wait
    uint64_t openFiles = 0;            // the soft limit
    std::string libc;                  // "2.12"
};

// Asks the running kernel.  Makes short-lived processes and a thread with namespaces of their own,
// and runs iptables; changes nothing.  May be called beside other threads.
KernelFacts askKernel();

// "2.6.32-642.6.2.el6.x86_64", of uname(2).
std::string kernelRelease();

// Judges the host below `root`, as it is at the moment `now`.  The order is that of the report.
std::vector<Finding> probeHost(const KernelFacts& facts, const std::string& root = "/",
                               time_t now = time(nullptr));

} // namespace ctrd::kernel
