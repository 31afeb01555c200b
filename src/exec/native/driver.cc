#include "exec/native/driver.h"

#include "base/finally.h"
#include "base/strings.h"
#include "exec/cgroup_driver.h"
#include "exec/native/container.h"
#include "exec/setup/agent.h"
#include "exec/setup/child.h"
#include "exec/setup/first_process.h"
#include "exec/setup/init_program.h"
#include "exec/setup/process.h"
#include "exec/setup/report.h"
#include "exec/setup/stdio.h"
#include "kernel/namespace.h"
#include "kernel/tty.h"

namespace ctrd::exec::native {

namespace {

class NativeDriver : public CgroupDriver {
public:
    using CgroupDriver::CgroupDriver;

    std::string name() const override { return "native"; }

protected:
    Started startContainer(Stdio& stdio) override {
        checkOptions(command_.driverOptions);
        return host_.joinsNamespaces ? startPlainly(stdio) : startWithAgent(stdio);
    }

private:
    Started startPlainly(const Stdio& stdio) {
        return launch([&](const Fd& go) {
            setup::dieWithParent();
            const std::string console = consoleOf(stdio);
            setup::placeStdio(stdio);
            setup::setProcAttributes(command_.process);
            prepareContainer(command_, stdio.networkNamespace, console, go);
            setup::becomeFirstProgram(command_, console);
        });
    }

    Started startWithAgent(Stdio& stdio) {
        auto sockets = socketPair();
        const Fd init = setup::openInitProgram(host_.initProgram);
        const std::string console = consoleOf(stdio);
        const auto body = [&](const Fd& go) {
            setup::dieWithParent();
            setup::placeStdio({});
            prepareContainer(command_, stdio.networkNamespace, console, go);
            setup::startSession();
            setup::becomeAgent("/proc/self/fd/" + std::to_string(init.get()), sockets.second.get());
        };
        const auto program = [&] {
            sockets.second.reset();
            agent_ = std::move(sockets.first);
            setup::startByAgent(agent_, command_.process, !console.empty(), stdio);
        };
        return launch(body, program);
    }

    // Makes the process that runs `body`, and the cgroups meanwhile; `then`, once its program runs.
    template <typename Body>
    Started launch(
        const Body& body, const std::function<void()>& then = [] {}) {
        Pipe go = Pipe::create();
        const Fd pidNamespace = command_.pid.mode == NamespaceMode::Join
                                    ? kernel::openNamespace(command_.pid.path)
                                    : Fd();
        bool made = false;
        Finally undo([&] {
            if (made) clean(command_);
        });
        setup::Child child(cloneFlags(command_), pidNamespace, [&] {
            go.writeEnd.reset();
            body(go.readEnd);
        });
        refuseUsedCgroup();
        made = true;
        makeCgroup();
        // The reading end is still open here too: a child that failed by now shall say why itself.
        writeAll(go.writeEnd.get(), join(cgroup().directories(), "\n"));
        go.writeEnd.reset();
        child.waitForProgram();
        then();
        undo.dismiss();
        const pid_t pid = child.release();
        return {pid, pid};
    }

    std::string consoleOf(const Stdio& stdio) const {
        return command_.process.tty ? kernel::ttyPath(stdio.in.get()) : "";
    }
};

} // namespace

std::unique_ptr<Driver> createDriver(const Host& host) {
    return std::make_unique<NativeDriver>(host);
}

void probe() {
    probeCgroups("native");
}

void checkOptions(const std::vector<std::string>& options) {
    if (options.empty()) return;
    throw invalidArgument("the option '" + options[0] +
                          "' is for the lxc driver: run the container with --exec-driver=lxc, or "
                          "without --lxc-conf");
}

} // namespace ctrd::exec::native
