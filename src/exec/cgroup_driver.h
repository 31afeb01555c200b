#pragma once

#include "exec/driver.h"
#include "kernel/cgroup.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::exec {

// What the drivers have in common: a container is one control group, and all that is done to it
// once it runs is done to that group and to its first process.  A driver adds how it starts.
class CgroupDriver : public Driver {
public:
    explicit CgroupDriver(Host host) : host_(std::move(host)) {}

    Started start(const Command& command, Stdio stdio) final;
    ExitStatus exitStatus(int rawWaitStatus) override;
    pid_t exec(const ProcessSpec& process, Stdio stdio) final;
    void signal(int signal) final;
    void pause() final;
    void unpause() final;
    std::vector<pid_t> pids() final;
    kernel::Stats stats() final;
    void update(const kernel::Resources& resources) final;
    int oomEvent() final;
    void clean(const Command& command) override;

protected:
    // Makes the first process; undoes what it made where it throws.
    virtual Started startContainer(Stdio& stdio) = 0;

    // A group left from an earlier run must not hand on its limits, and one in use is another's:
    // Conflict.
    void refuseUsedCgroup();
    // With the Command's limits, and with an eye on the memory they allow.
    void makeCgroup();
    kernel::Cgroup& cgroup();

    Host host_;
    Command command_;
    Fd agent_; // of ctrd-init as the first process, which makes further ones; else empty

private:
    void requireRunning(const std::string& doing) const;
    Fd openOom();
    bool ranOutOfMemory();

    pid_t pid_ = -1;
    bool hasNetwork_ = false;
    std::unique_ptr<kernel::CgroupTree> tree_;
    std::optional<kernel::Cgroup> cgroup_;
    Fd oomForCaller_, oomForExit_;
};

// For a driver's probe: throws NotSupported with what this host lacks and how to get it; `driver`
// is its name.
void probeCgroups(const std::string& driver);

} // namespace ctrd::exec
