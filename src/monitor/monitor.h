#pragma once

#include "exec/driver.h"
#include "monitor/channel.h"
#include "monitor/container_log.h"
#include "monitor/error_log.h"
#include "monitor/event_loop.h"
#include "monitor/process_io.h"
#include "monitor/protocol.h"
#include "monitor/read_buffer.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ctrd::monitor {

// The life of one container, from the launch request to the report of its exit.  One thread.
//
// At the end, in this order: all output is in the log and in the clients' queues; exit.json is
// written; execs that are left are killed and reported; the driver has cleaned up and the socket
// is gone; the clients have taken their output; the exit event is sent, and from then on nothing
// stands in the way of starting the container again; ctrd has taken note; the clients' streams end.
//
// The process' signals: CHLD is the monitor's own, TERM and QUIT go on to the container's first
// process (a machine that shuts down sends them to everybody; the monitor must stay to record the
// exit), HUP, INT, PIPE, USR1 and USR2 are ignored.
class Monitor {
public:
    // Called once, when it is known whose monitor this is.
    using DriverFactory = std::function<std::unique_ptr<exec::Driver>(const exec::Command&)>;

    // Blocks the signals above in the calling thread.
    Monitor(Fd launchSocket, DriverFactory createDriver);
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    ~Monitor();

    // Returns when the container has ended, or when ctrd went away without starting it.
    void run();

private:
    struct Exec {
        pid_t pid = 0;
        int exitCode = 0;
        bool ended = false;
        std::unique_ptr<ProcessIo> io;
    };
    // An event whose subscribers have not all taken note of it.
    struct Unacknowledged {
        std::set<Channel*> waiting;
        std::function<void()> then;
        EventLoop::Timer timer;
    };
    enum class State { Launched, Running, Ended };
    // One request; its reply, or null where it has none.
    using Handler = Json (Monitor::*)(Channel&, const Json&, std::vector<Fd>&);
    struct Operation {
        const char* name;
        Handler handler;
    };
    static const Operation kOperations[];

    // monitor.cc
    Fd blockSignals();
    void takeSignals();
    void passOn(int signal);
    void reapChildren();
    void addChannel(Fd socket, bool launch);
    void removeChannel(Channel& channel);
    void acceptChannel();
    void broadcast(const Event& event);
    void whenAcknowledged(const std::string& execId, std::function<void()> then);
    void settleAcknowledged(const std::string& execId);
    void noteOutput();
    void releaseMemory();

    // requests.cc
    void answer(Channel& channel, Packet packet);
    Json handle(Channel& channel, const Json& request, std::vector<Fd>& fds);
    void requireRunning() const;
    Exec& runningExec(const Json& request);
    Json launch(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json attach(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json start(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json state(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json subscribe(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json acknowledge(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json signal(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json resize(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json pause(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json unpause(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json exec(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json signalExec(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json resizeExec(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json pids(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json stats(Channel& channel, const Json& request, std::vector<Fd>& fds);
    Json update(Channel& channel, const Json& request, std::vector<Fd>& fds);

    // starting.cc
    void prepare(LaunchRequest request);
    void startContainer(Fd networkNamespace);
    void watchOom();
    void fail(const exec::StartError& error);

    // ending.cc
    void childEnded(pid_t pid, int rawStatus);
    void execEnded(const std::string& execId, int exitCode);
    void containerEnded(int rawStatus);
    void endExecs();
    void finishWhenAlone();
    void finish();
    void closeListener();
    void leave();
    void writeExitRecord() const;

    EventLoop loop_;
    Fd signals_;
    DriverFactory createDriver_;
    std::optional<ErrorLog> errorLog_;
    ReadBuffer buffer_;
    State state_ = State::Launched;
    LaunchRequest request_;
    std::exception_ptr launchError_;
    std::unique_ptr<exec::Driver> driver_;
    std::unique_ptr<ContainerLog> log_;
    std::unique_ptr<ProcessIo> io_;
    pid_t pid_ = 0;   // of the first process, as the host sees it
    pid_t child_ = 0; // that ends as it does
    ExitRecord record_;
    std::map<std::string, Exec> execs_;
    Fd listener_;
    std::list<Channel> channels_;
    Channel* launchChannel_ = nullptr;
    std::map<std::string, Unacknowledged> unacknowledged_; // by exec id; "": the exit
    bool outputSeen_ = false;
    bool finishing_ = false;
    EventLoop::Watch signalWatch_, listenerWatch_, oomWatch_;
    EventLoop::Timer idleTimer_, patienceTimer_;
};

} // namespace ctrd::monitor
