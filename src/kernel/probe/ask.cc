#include "base/error.h"
#include "base/process.h"
#include "base/strings.h"
#include "kernel/bridge.h"
#include "kernel/iptables.h"
#include "kernel/netlink.h"
#include "kernel/probe.h"

#include <algorithm>
#include <functional>
#include <thread>

#include <gnu/libc-version.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PR_GET_CHILD_SUBREAPER
#define PR_GET_CHILD_SUBREAPER 37
#endif
#ifndef PR_GET_NO_NEW_PRIVS
#define PR_GET_NO_NEW_PRIVS 39
#endif

namespace ctrd::kernel {

namespace {

constexpr NamespaceKind kKinds[] = {NamespaceKind::Mount, NamespaceKind::Uts, NamespaceKind::Ipc,
                                    NamespaceKind::Net, NamespaceKind::Pid};

// In a thread of its own, which takes to its end what it changes of itself.
void inThread(const std::function<void()>& trial) {
    std::thread(trial).join();
}

bool canMake(NamespaceKind kind) {
    try {
        const pid_t pid = forkInto(cloneFlag(kind));
        if (pid == 0) _exit(0);
        int status = 0;
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        return true;
    } catch (const SystemError&) {
        return false;
    }
}

// Whether a thread may enter the namespace that it is in anyway.
bool canEnter(NamespaceKind kind) {
    bool entered = false;
    inThread([&] {
        // The kernel refuses a mount namespace to who shares root and directory with others.
        if (unshare(CLONE_FS) < 0) return;
        try {
            enterNamespace(openNamespace(getpid(), kind).get(), kind);
            entered = true;
        } catch (const Error&) {
            entered = false; // before EL6.7 the file is not there either
        }
    });
    return entered;
}

std::string tryBridge() {
    std::string problem;
    inThread([&] {
        try {
            unshareNamespace(NamespaceKind::Net);
            Netlink netlink;
            BridgeControl bridges;
            bridges.create("trial0");
            netlink.addVeth({"trial1", 0, ""}, {"trial2", 0, ""},
                            static_cast<pid_t>(syscall(SYS_gettid)));
            bridges.attach("trial0", "trial1");
            // Read back, because an old kernel may say yes and do nothing.
            if (bridges.ports("trial0") != std::vector<std::string>{"trial1"})
                problem = "a port attached to a bridge is not on it";
        } catch (const Error& e) {
            problem = e.what();
        }
    });
    return problem;
}

void askIptables(KernelFacts& facts) {
    try {
        const Iptables tools = Iptables::find();
        facts.iptables = tools.program();
        facts.iptablesVersion = trim(runCommand({facts.iptables, "--version"}));
        const std::string help =
            runCommand({"/bin/sh", "-c", facts.iptables + " --help 2>&1 || :"});
        facts.iptablesCheck = help.find("--check") != std::string::npos;
        facts.iptablesWait = help.find("--wait") != std::string::npos;
    } catch (const Error& e) {
        facts.iptablesProblem = e.what();
    }
}

} // namespace

KernelFacts askKernel() {
    KernelFacts facts;
    facts.release = kernelRelease();
    facts.isRoot = geteuid() == 0;
    facts.lastCapability = lastCapability();
    facts.capabilities = heldCapabilities();
    for (const auto kind : kKinds) {
        if (canMake(kind)) facts.made.insert(kind);
        if (canEnter(kind)) facts.enterable.insert(kind);
    }
    int on = 0;
    facts.subreaper = prctl(PR_GET_CHILD_SUBREAPER, &on, 0, 0, 0) == 0;
    facts.noNewPrivileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
    facts.bridgeProblem = tryBridge();
    askIptables(facts);
    struct rlimit files {};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) facts.openFiles = files.rlim_cur;
    facts.libc = gnu_get_libc_version();
    return facts;
}

std::string kernelRelease() {
    struct utsname names {};
    if (uname(&names) < 0) throw SystemError("read the kernel's name");
    return names.release;
}

} // namespace ctrd::kernel
