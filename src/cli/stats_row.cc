#include "cli/stats_row.h"

#include "base/ids.h"
#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"

#include <algorithm>
#include <cstdio>

namespace ctrd::cli {

namespace {

std::string percent(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f%%", value);
    return text;
}

// Share of the processors' time between the two readings a sample holds, 100 for each processor.
double cpuPercent(const Json& sample) {
    const Json &now = getMember(sample, "cpu_stats"), &before = getMember(sample, "precpu_stats");
    const auto usage = [](const Json& cpu) {
        return getDouble(getMember(cpu, "cpu_usage"), "total_usage");
    };
    const double used = usage(now) - usage(before);
    const double passed =
        getDouble(now, "system_cpu_usage") - getDouble(before, "system_cpu_usage");
    double cpus = getDouble(now, "online_cpus");
    if (cpus == 0)
        cpus = static_cast<double>(
            std::max<size_t>(1, getMember(getMember(now, "cpu_usage"), "percpu_usage").size()));
    return used > 0 && passed > 0 ? used / passed * cpus * 100 : 0;
}

// Without the page cache that can go at once.
double memoryUsed(const Json& memory) {
    const double usage = getDouble(memory, "usage");
    const Json& details = getMember(memory, "stats");
    const double cache = getDouble(details, "total_inactive_file", getDouble(details, "cache"));
    return cache < usage ? usage - cache : usage;
}

std::string networkTotals(const Json& sample) {
    double received = 0, sent = 0;
    for (const Json& network : getMember(sample, "networks")) {
        received += getDouble(network, "rx_bytes");
        sent += getDouble(network, "tx_bytes");
    }
    return humanSize(received) + " / " + humanSize(sent);
}

std::string blockTotals(const Json& sample) {
    double read = 0, written = 0;
    for (const Json& entry :
         getMember(getMember(sample, "blkio_stats"), "io_service_bytes_recursive")) {
        const std::string operation = toLower(getString(entry, "op"));
        if (operation == "read") read += getDouble(entry, "value");
        if (operation == "write") written += getDouble(entry, "value");
    }
    return humanSize(read) + " / " + humanSize(written);
}

} // namespace

Json statsRow(const std::string& container, const Json& sample) {
    const Json& memory = getMember(sample, "memory_stats");
    const double used = memoryUsed(memory), limit = getDouble(memory, "limit");
    const std::string name = getString(sample, "name");
    return {{"Container", container},
            {"Name", startsWith(name, "/") ? name.substr(1) : name},
            {"ID", shortId(getString(sample, "id"))},
            {"CPUPerc", percent(cpuPercent(sample))},
            {"MemUsage", humanSizeBinary(used) + " / " + humanSizeBinary(limit)},
            {"MemPerc", percent(limit > 0 ? used / limit * 100 : 0)},
            {"NetIO", networkTotals(sample)},
            {"BlockIO", blockTotals(sample)},
            {"PIDs", std::to_string(getInt(getMember(sample, "pids_stats"), "current"))}};
}

} // namespace ctrd::cli
