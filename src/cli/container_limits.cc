#include "cli/container_limits.h"

#include "base/size.h"
#include "cli/values.h"

namespace ctrd::cli {

int64_t bytesOf(const Arguments& arguments, const char* option) {
    const std::string text = arguments.text(option);
    return text.empty() ? 0 : parseBytes(text, std::string("value of --") + option);
}

void readCommonLimits(const Arguments& arguments, spec::HostConfig& host) {
    host.blkioWeight = arguments.number("blkio-weight");
    host.cpuPeriod = arguments.number("cpu-period");
    host.cpuQuota = arguments.number("cpu-quota");
    host.cpuShares = arguments.number("cpu-shares");
    if (arguments.given("cpus")) host.nanoCpus = parseCpus(arguments.text("cpus"));
    host.cpusetCpus = arguments.text("cpuset-cpus");
    host.cpusetMems = arguments.text("cpuset-mems");
    host.kernelMemory = bytesOf(arguments, "kernel-memory");
    host.memory = bytesOf(arguments, "memory");
    host.memoryReservation = bytesOf(arguments, "memory-reservation");
    host.memorySwap = bytesOf(arguments, "memory-swap");
    host.pidsLimit = arguments.number("pids-limit");
}

} // namespace ctrd::cli
