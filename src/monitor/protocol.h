#pragma once

#include "base/time.h"
#include "exec/command.h"
#include "exec/driver.h"
#include "logging/driver.h"

#include <exception>
#include <optional>
#include <string>

// What ctrd and a monitor say to each other: packets (base/fd_passing.h) of one JSON object each,
// over the inherited launch socket and over RUN/ID.sock.  Every request {"op": …} gets one
// reply: {"ok": true, …} or {"error": text, "kind": ErrorKind's name, "exitCode": n where a start
// failed}.  A connection that said "subscribe", and the launch socket, also get events
// {"event": "exit" | "oom" | "execExit" | "detach", …}; they answer an exit or an execExit with
// {"op": "acknowledge", "execId": …}, the one request without a reply, once they have taken note of
// it: until then (2 s at most) the monitor holds the process' clients open, because a client asks
// for the exit code as soon as its stream ends.
namespace ctrd::monitor {

// Raised when a request or an event changes its meaning.  ctrd and a monitor may be of different
// releases: a monitor outlives the ctrd that started it, and an upgrade or a downgrade brings
// another.  Each says which versions it understands, from kOldestProtocol to kProtocol, and they
// speak if the ranges meet; what one does not know of the other's is left out.
#ifndef CTRD_MONITOR_PROTOCOL // the test of upgrades builds a second set of programs
#define CTRD_MONITOR_PROTOCOL 1
#endif
inline constexpr int kProtocol = CTRD_MONITOR_PROTOCOL;
inline constexpr int kOldestProtocol = 1;

// The descriptor that is the launch socket in a new monitor.
inline constexpr int kLaunchDescriptor = 3;
// The one argument of a new monitor, which `ps` shows: as long as the id of a container, by which
// the monitor replaces it once it is launched.
std::string spareName();
// Where the monitor of a container listens, in a directory that the monitors share.
std::string socketPath(const std::string& runDirectory, const std::string& id);
// In the state directory.
inline constexpr const char* kExitRecordName = "exit.json";

// The first packet on the launch socket, {"op": "launch", …}, the other request without a reply.
// What follows ends with {"op": "start"} and the descriptor of the network namespace, if any.
struct LaunchRequest {
    exec::Command command;
    // Both empty where the container shares no memory.  `mountNamespace` ("/proc/PID/ns/mnt") is
    // that of the monitor whose container gives; `sharedMount`, whose target is a directory of the
    // host, is what this monitor mounts for its own container and those that join it.
    std::string mountNamespace;
    std::optional<kernel::MountSpec> sharedMount;
    std::string stateDirectory; // where exit.json goes, by rename
    std::string runDirectory;   // where the socket is bound
    std::string logDriver = "json-file";
    logging::Options logOptions;
    std::string logPath; // of drivers that keep a file
    bool openStdin = false;
    bool stdinOnce = false; // the first attached client's end of input ends the process' input
};

// exit.json: how the container ended, written before anybody is told, after the last byte of the
// log.  ctrd reads it at its next start if it was away.
struct ExitRecord {
    exec::ExitStatus status;
    Timestamp startedAt = 0, finishedAt = 0;
    std::string error; // why it could not be started; "" where it ran
};

// Where a client's bytes go and come from.  Output to a client is framed (8-byte header of
// features.md §1.3) unless the process has a tty.
struct AttachRequest {
    bool in = false, out = false, err = false;
    std::string detachKeys;   // honoured on a tty only (monitor/detach_keys.h); "": ctrl-p,ctrl-q
    std::string pendingInput; // bytes that came with the HTTP request
};

struct ExecRequest {
    std::string execId;
    exec::ProcessSpec process;
    AttachRequest attach; // of the descriptor that comes along, if any
};

struct Event {
    enum class Kind { Exit, Oom, ExecExit, Detach, Gone };
    Kind kind = Kind::Gone; // Gone: the connection ended; a monitor that exits says Exit before
    ExitRecord exit;        // Exit
    std::string execId;     // ExecExit; of a Detach "" where it was from the first process
    int exitCode = 0;       // ExecExit
};

Json toJson(const LaunchRequest& request);
LaunchRequest launchRequestFromJson(const Json& json);
Json toJson(const ExitRecord& record);
ExitRecord exitRecordFromJson(const Json& json);
Json toJson(const AttachRequest& request);
AttachRequest attachRequestFromJson(const Json& json);
Json toJson(const ExecRequest& request);
ExecRequest execRequestFromJson(const Json& json);
Json toJson(const Event& event);
Event eventFromJson(const Json& json);

// The record of a container that has ended; nothing where there is none.  Throws SystemError or
// InvalidArgument for a file that cannot be read.
std::optional<ExitRecord> readExitRecord(const std::string& stateDirectory);

// {"protocol": …, "oldestProtocol": …}: what this program understands, as the launch and the
// replies to "subscribe" and "state" have it.
Json protocolRange();
// Throws NotSupported where the range in a packet of `peer`, {1, 1} if it has none, does not meet
// ours.
void requireCommonProtocol(const std::string& peer, const Json& packet);

// The reply that tells of an error, and back: throws what `reply` tells of, an exec::StartError
// where it has an exit code; does nothing where it is {"ok": true}.
Json errorReply(const std::exception& error);
void throwErrorIn(const Json& reply);

} // namespace ctrd::monitor
