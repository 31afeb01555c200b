#pragma once

#include "base/fd.h"
#include "monitor/protocol.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ctrd::monitor {

// ctrd's end of one monitor.  Requests are thread safe and block until answered (each opens a
// connection of its own to the monitor's socket); events are read by one thread.  Errors of the
// monitor arrive as the same kinds; Unavailable where it is gone or does not answer for a minute,
// Conflict where the container has ended or was not started.
class Client {
public:
    // Starts `program` (ctrd-monitor) for whichever container launch() will name, in a session of
    // its own, so that nothing which ends ctrd ends it, and returns without waiting: launch()
    // follows, attach() may, then start().  A Client that goes without start() ends the monitor,
    // and nothing has happened.
    static std::unique_ptr<Client> spawn(const std::string& program);
    // Of spawn()'s monitor, before launch(): whether it is still there.
    bool isWaiting() const;

    // What spawn()'s monitor shall do, once: it prepares for it.  Sends `request` without waiting:
    // what is wrong with it is start()'s error.  Both directories must exist.
    void launch(const LaunchRequest& request);

    // Finds a running monitor again and subscribes to its events; null where there is none behind
    // RUN/ID.sock (exit.json tells how it ended).  NotSupported where it is of a release that this
    // one does not understand.
    static std::unique_ptr<Client> connect(const std::string& runDirectory, const std::string& id);

    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client(); // closes, which acknowledges everything; the monitor lives on

    // Hands a client's stream socket over for good; the monitor ends its stream after the last
    // byte, even where ctrd kept a copy.  Before start() it misses not a byte, and a refusal (bad
    // detach keys) is logged only: the client's stream ends then.
    void attach(const AttachRequest& request, Fd client);

    struct Started {
        pid_t pid = 0;
        Timestamp startedAt = 0;
        pid_t monitor = 0;
    };
    // Of a launched client, once; with an empty descriptor the container is in the host's network.
    // Throws exec::StartError, and the monitor ends by itself then.
    Started start(const Fd& networkNamespace);

    // What start() once returned.
    Started state();

    void signal(int signal);
    void resize(uint16_t rows, uint16_t columns);
    void pause();
    void unpause();
    // `client` may be empty: nobody listens.  Returns the pid; the ExecExit event may be read
    // before it does.  Throws exec::StartError, and the client's stream is left as it is: a copy
    // that ctrd kept can still tell the reason.
    pid_t exec(const ExecRequest& request, Fd client);
    // NotFound where the exec has ended.
    void signalExec(const std::string& execId, int signal);
    void resizeExec(const std::string& execId, uint16_t rows, uint16_t columns);
    std::vector<pid_t> pids();
    kernel::Stats stats();
    void update(const kernel::Resources& resources);

    // Turns readable when readEvent() has something.
    int eventDescriptor() const { return events_.get(); }
    // Blocks for the next event; Kind::Gone at the end, which is to be read: it reaps a launched
    // monitor.  Gone without an Exit before: exit.json has it, or the monitor was killed.
    //
    // At Exit all output is in the log and with the clients, the cgroups, mounts and the socket
    // are gone: the same container may be started again at once.
    Event readEvent();
    // To be called once an Exit or ExecExit event is on record, so that whoever asks finds the
    // exit code: only then (or after 2 s) does the monitor end the streams of the process'
    // clients, which ask for the exit code as soon as they end.  Nothing for other events.  Any
    // thread; never throws.
    void acknowledge(const Event& event);

private:
    Client() = default;
    Json request(const Json& request, const std::vector<int>& fds = {});
    void sendEarly(const Json& request, const std::vector<int>& fds);
    Json receiveEarly();

    Fd events_; // the launch socket, or a subscribed connection
    std::string socketPath_;
    std::string id_;        // for messages
    pid_t monitor_ = -1;    // a child of ours that must be reaped
    bool starting_ = false; // launched, and start() has not returned
    bool ended_ = false;    // Exit was read
    int unreadReplies_ = 0; // of attaches before start()
    std::mutex sendMutex_;  // of events_
};

} // namespace ctrd::monitor
