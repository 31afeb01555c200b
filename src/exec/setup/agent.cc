#include "exec/setup/agent.h"

#include "base/error.h"
#include "base/fd_passing.h"
#include "base/json.h"
#include "exec/setup/child.h"
#include "exec/setup/program.h"
#include "exec/setup/report.h"
#include "exec/setup/stand_in.h"
#include "exec/setup/stdio.h"

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::exec::setup {

namespace {

void sendRequest(const Fd& agent, const AgentRequest& request) {
    const Fd null = openFile("/dev/null", O_RDWR);
    const auto orNull = [&](const Fd& fd) { return fd ? fd.get() : null.get(); };
    std::vector<int> fds = {request.report.get(), orNull(request.stdio.in),
                            orNull(request.stdio.out), orNull(request.stdio.err)};
    if (request.line) fds.push_back(request.line.get());
    const Json json{{"process", toJson(request.process)},
                    {"first", request.first},
                    {"console", request.console}};
    sendPacket(agent.get(), dumpJson(json), fds);
}

// Sends it and waits for the program; the request's descriptors are closed here.
void perform(const Fd& agent, AgentRequest request) {
    Pipe report = Pipe::create();
    request.report = std::move(report.writeEnd);
    try {
        sendRequest(agent, request);
    } catch (const SystemError&) {
        throw killedWhileSetUp(); // EPIPE
    }
    request = {};
    awaitProgram(report.readEnd);
}

} // namespace

void startByAgent(const Fd& agent, const ProcessSpec& process, bool console, Stdio& stdio) {
    AgentRequest request;
    request.process = process;
    request.first = true;
    request.console = console;
    request.stdio = std::move(stdio);
    perform(agent, std::move(request));
}

pid_t execByAgent(const Fd& agent, const ProcessSpec& process, Stdio& stdio) {
    auto line = socketPair();
    AgentRequest request;
    request.process = process;
    request.stdio = std::move(stdio);
    request.line = std::move(line.second);
    perform(agent, std::move(request));
    return makeStandIn(line.first);
}

std::optional<AgentRequest> receiveRequest(int agent) {
    auto packet = receivePacket(agent);
    if (!packet) return std::nullopt;
    const Json json = parseJson(packet->bytes, "a request to ctrd-init");
    AgentRequest request;
    request.process = processSpecFromJson(getMember(json, "process"));
    request.first = getBool(json, "first");
    request.console = getBool(json, "console");
    auto& fds = packet->fds;
    if (fds.size() < 4) throw internalError("a request to ctrd-init lacks descriptors");
    request.report = std::move(fds[0]);
    request.stdio.in = std::move(fds[1]);
    request.stdio.out = std::move(fds[2]);
    request.stdio.err = std::move(fds[3]);
    if (fds.size() > 4) request.line = std::move(fds[4]);
    return request;
}

void becomeAgent(const std::string& init, int socket) {
    setCloseOnExec(socket, false);
    announceProgram();
    runProgram(init, {"ctrd-init", kAgentMode, std::to_string(socket)}, {});
}

} // namespace ctrd::exec::setup
