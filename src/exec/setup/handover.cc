#include "exec/setup/handover.h"

#include "base/fd_passing.h"
#include "base/json.h"

#include <unistd.h>

namespace ctrd::exec::setup {

void sendHandover(int socket, const Handover& handover) {
    Json kinds = Json::array();
    std::vector<int> fds;
    const bool streams = static_cast<bool>(handover.stdio.in);
    if (streams)
        fds = {handover.stdio.in.get(), handover.stdio.out.get(), handover.stdio.err.get()};
    for (const auto& space : handover.namespaces) {
        kinds.push_back(static_cast<int>(space.first));
        fds.push_back(space.second.get());
    }
    for (const auto& cgroup : handover.cgroups)
        fds.push_back(cgroup.get());
    const Json json{{"command", toJson(handover.command)},
                    {"console", handover.console},
                    {"cover", handover.cover},
                    {"starter", handover.starter},
                    {"agent", handover.agent},
                    {"streams", streams},
                    {"namespaces", std::move(kinds)}};
    sendPacket(socket, dumpJson(json), fds);
}

Handover receiveHandover(int socket) {
    auto packet = receivePacket(socket);
    if (!packet) _exit(0);
    const Json json = parseJson(packet->bytes, "a handover");
    Handover handover;
    handover.command = commandFromJson(getMember(json, "command"));
    handover.console = getString(json, "console");
    handover.cover = getString(json, "cover");
    handover.starter = static_cast<pid_t>(getInt(json, "starter"));
    handover.agent = getBool(json, "agent");
    size_t next = 0;
    if (getBool(json, "streams"))
        for (Fd* stream : {&handover.stdio.in, &handover.stdio.out, &handover.stdio.err})
            *stream = std::move(packet->fds.at(next++));
    for (const auto& kind : getMember(json, "namespaces"))
        handover.namespaces.emplace_back(static_cast<kernel::NamespaceKind>(kind.get<int>()),
                                         std::move(packet->fds.at(next++)));
    for (; next < packet->fds.size(); ++next)
        handover.cgroups.push_back(std::move(packet->fds[next]));
    return handover;
}

} // namespace ctrd::exec::setup
