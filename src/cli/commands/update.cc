#include "base/json.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/container_limits.h"
#include "cli/each.h"
#include "cli/reference.h"
#include "cli/values.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    kBlkioWeight,
    kCpuPeriod,
    kCpuQuota,
    kCpuShares,
    kCpus,
    kCpusetCpus,
    kCpusetMems,
    kKernelMemory,
    kMemory,
    kMemoryReservation,
    kMemorySwap,
    kPidsLimit,
    {"restart", 0, OptionKind::Text, "", "POLICY", "no, always, unless-stopped or on-failure[:N]"},
};

// What is not given is not there, or says "leave it".
Json changesOf(const Arguments& arguments) {
    spec::HostConfig changes;
    readCommonLimits(arguments, changes);
    if (arguments.given("restart"))
        changes.restartPolicy = parseRestartPolicy(arguments.text("restart"));
    Json body = spec::toJson(changes);
    if (!arguments.given("restart")) body.erase("RestartPolicy");
    if (arguments.given("pids-limit")) body["PidsLimit"] = changes.pidsLimit;
    return body;
}

int update(Context& context, const Arguments& arguments) {
    const Json changes = changesOf(arguments);
    return forEachName(context, arguments, [&](const std::string& name) {
        const Json answer = context.api().post(pathOf("containers", name, "/update"), {}, changes);
        for (const std::string& warning : getStrings(answer, "Warnings"))
            writeAll(context.streams.err, "WARNING: " + warning + "\n");
    });
}

} // namespace

const Command kUpdate = {
    "update",
    "Containers",
    "CONTAINER...",
    "change the limits and the restart policy of containers",
    "Limits of a running container change at once, those of another with its next start; both are "
    "kept. A limit that is not given stays as it is.\n\n"
    "To raise the limit of memory above that of memory and swap together, give both. A limit below "
    "what is in use is refused.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Containers,
    "",
    "$ ctr update -m 512m --memory-swap 1g --restart=on-failure:3 web\nweb",
    update,
};

} // namespace ctrd::cli
