#include "exec/lxc/starter.h"

#include "base/fd_passing.h"
#include "base/path.h"
#include "base/strings.h"
#include "exec/lxc/library.h"
#include "exec/lxc/log.h"
#include "exec/lxc/raw_wait.h"
#include "exec/setup/child.h"
#include "exec/setup/end_as.h"
#include "exec/setup/handover.h"
#include "exec/setup/init_program.h"
#include "exec/setup/report.h"
#include "exec/setup/rootfs.h"
#include "exec/setup/stand_in.h"
#include "exec/setup/stdio.h"
#include "kernel/mount.h"
#include "kernel/namespace.h"

#include <cerrno>
#include <csignal>

#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::exec::lxc {

namespace {

using kernel::NamespaceKind;

// Lets go of all that is the monitor's but the two sockets.
void leaveMonitor(const Fd& control, const Fd& inside) {
    prctl(PR_SET_NAME, "ctrd-starter", 0, 0, 0); // for those who look at ps
    setup::resetSignals();
    std::signal(SIGPIPE, SIG_IGN);
    setup::closeAllBut({control.get(), inside.get()});
    setup::placeStdio({});
    setCloseOnExec(inside.get(), false);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        throw SystemError("tie the container to its monitor");
}

// liblxc listens on an abstract socket of its network namespace and obeys every root that comes
// there, and a container's is one where it shares the network: hence a namespace of its own.  The
// first process leaves it.
void leaveHost(const Starter::Plan& plan) {
    kernel::unshareNamespace(NamespaceKind::Mount);
    kernel::unshareNamespace(NamespaceKind::Net);
    const Namespace& pid = plan.command.pid;
    if (pid.mode == NamespaceMode::Join)
        kernel::enterNamespace(kernel::openNamespace(pid.path).get(), NamespaceKind::Pid);
    setup::mountRoot(plan.command.rootfs);
    if (!plan.cover.empty())
        kernel::mountAt({"tmpfs", "tmpfs", "", {"mode=755", "size=4k"}, ""}, plan.cover);
}

std::string namespacesToMake(const Command& command) {
    return command.pid.mode == NamespaceMode::Private ? "mnt uts ipc pid" : "mnt uts ipc";
}

void configure(Container& container, Age age, const Starter::Plan& plan, const Log& log,
               const std::string& builder) {
    // A liblxc that was built without AppArmor or SELinux knows none of their keys.
    for (const auto& setting : plan.defaults)
        container.tryToSet(setting.first, setting.second);
    for (const auto& setting : plan.settings)
        container.set(setting.first, setting.second);
    container.set("lxc.log.file", log.path());
    container.set("lxc.log.level", "ERROR");
    container.set("lxc.rootfs.path", setup::kStage);
    container.set("lxc.rootfs.mount", setup::kStage);
    container.set("lxc.console.path", "none");
    container.set("lxc.autodev", "0");
    container.set("lxc.tty.max", "0");
    container.set("lxc.net.0.type", "none"); // the starter's
    container.set("lxc.hook.mount", builder);
    // Before 1.1 it puts a link to the console in the place of /dev/kmsg otherwise.
    if (age == Age::Old) container.set("lxc.kmsg", "0");
    if (age == Age::New) container.set("lxc.namespace.clone", namespacesToMake(plan.command));
}

void say(const Fd& control, const std::exception_ptr& failure) {
    try {
        sendPacket(control.get(), setup::describeFailure(failure));
    } catch (const std::exception&) {
        // Nobody is left to hear it.
    }
}

pid_t expectedFirst(const Fd& control) {
    pid_t first = 0;
    const ssize_t size = recv(control.get(), &first, sizeof first, MSG_DONTWAIT);
    return size == sizeof first ? first : 0;
}

// For a monitor that still waits for the start; where it does not, nobody is at the other end.
void sayLastWords(const Fd& control, const Library& library, const Log& log) {
    const std::string words = log.lastWords();
    if (words.empty()) return;
    say(control,
        std::make_exception_ptr(internalError("liblxc " + library.version() + ": " + words)));
}

// Returns the raw status of the first process; that of a killed one where there was none.
int runLibrary(const Starter::Plan& plan, const Fd& control, const Fd& inside) {
    Fd init = setup::openInitProgram(plan.initProgram);
    setCloseOnExec(init.get(), false);
    const std::string program = "/proc/self/fd/" + std::to_string(init.get());
    const std::string socket = std::to_string(inside.get());
    const Log log;
    const Library library;
    rememberWaits();
    {
        Container container(library, plan.command.id);
        configure(container, library.age(), plan, log,
                  program + " " + setup::kBuilderMode + " " + socket);
        container.run({program, setup::kFirstMode, socket});
    }
    const pid_t first = expectedFirst(control);
    sayLastWords(control, library, log);
    return first > 0 ? rememberedWait(first).value_or(SIGKILL) : SIGKILL;
}

[[noreturn]] void beStarter(const Starter::Plan& plan, const Fd& control, const Fd& inside) {
    int status = SIGKILL;
    try {
        leaveMonitor(control, inside);
        leaveHost(plan);
        status = runLibrary(plan, control, inside);
    } catch (const std::exception&) {
        say(control, std::current_exception());
    }
    setup::endAs(status);
}

} // namespace

Starter::Starter(const Plan& plan) {
    auto control = socketPair();
    auto inside = socketPair();
    pid_ = kernel::forkInto(0);
    if (pid_ == 0) {
        control.first.reset();
        inside.first.reset();
        beStarter(plan, control.second, inside.second);
    }
    control_ = std::move(control.first);
    inside_ = std::move(inside.first);
}

Starter::~Starter() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void Starter::expect(pid_t first) const {
    writeAll(control_.get(), &first, sizeof first);
}

StartError Starter::failure() const {
    const auto packet = receivePacket(control_.get());
    return packet ? setup::parseFailure(packet->bytes) : setup::killedWhileSetUp();
}

pid_t Starter::release() {
    return std::exchange(pid_, -1);
}

} // namespace ctrd::exec::lxc
