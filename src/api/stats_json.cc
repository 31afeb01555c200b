#include "api/stats_json.h"

#include "base/json.h"

#include <algorithm>

namespace ctrd::api {

using engine::StatsView;

namespace {

Json cpuJson(const StatsView& v) {
    const auto& s = v.stats;
    Json usage = {
        {"total_usage", s.cpuTotal},
        {"usage_in_kernelmode", s.cpuKernel},
        {"usage_in_usermode", s.cpuUser},
    };
    if (!s.cpuPerCpu.empty()) usage["percpu_usage"] = s.cpuPerCpu;
    Json json = {
        {"cpu_usage", std::move(usage)},
        {"throttling_data",
         {{"periods", s.throttlePeriods},
          {"throttled_periods", s.throttledPeriods},
          {"throttled_time", s.throttledTime}}},
    };
    // Missing, not zero, in a sample that was never taken: clients divide by the difference.
    if (v.systemCpu > 0) json["system_cpu_usage"] = v.systemCpu;
    if (v.onlineCpus > 0) json["online_cpus"] = v.onlineCpus;
    return json;
}

Json memoryJson(const StatsView& v, int64_t memoryTotal) {
    const auto& s = v.stats;
    if (v.read == 0) return Json::object();
    Json details = Json::object();
    for (const auto& [name, value] : s.memoryStat)
        details[name] = value;
    // The kernel writes "no limit" as a number beyond all memory.
    const auto total = static_cast<uint64_t>(memoryTotal);
    const uint64_t limit = s.memoryLimit == 0 ? total : std::min(s.memoryLimit, total);
    return {
        {"usage", s.memoryUsage},      {"max_usage", s.memoryMaxUsage},
        {"failcnt", s.memoryFailures}, {"limit", total == 0 ? s.memoryLimit : limit},
        {"stats", std::move(details)},
    };
}

Json blkioListJson(const std::vector<kernel::BlkioEntry>& entries) {
    Json list = Json::array();
    for (const auto& e : entries)
        list.push_back({{"major", e.major}, {"minor", e.minor}, {"op", e.op}, {"value", e.value}});
    return list;
}

Json blkioJson(const kernel::Stats& s) {
    Json json = {
        {"io_service_bytes_recursive", blkioListJson(s.ioServiceBytes)},
        {"io_serviced_recursive", blkioListJson(s.ioServiced)},
    };
    // What Docker reads of the CFQ scheduler's files, which few kernels still have.
    for (const char* name :
         {"io_queue_recursive", "io_service_time_recursive", "io_wait_time_recursive",
          "io_merged_recursive", "io_time_recursive", "sectors_recursive"})
        json[name] = Json::array();
    return json;
}

Json networksJson(const kernel::Stats& s) {
    Json networks = Json::object();
    for (const auto& n : s.networks)
        networks[n.interface] = {
            {"rx_bytes", n.rxBytes},     {"rx_packets", n.rxPackets}, {"rx_errors", n.rxErrors},
            {"rx_dropped", n.rxDropped}, {"tx_bytes", n.txBytes},     {"tx_packets", n.txPackets},
            {"tx_errors", n.txErrors},   {"tx_dropped", n.txDropped},
        };
    return networks;
}

Json pidsJson(const kernel::Stats& s) {
    Json json = Json::object();
    if (s.pids > 0) json["current"] = s.pids;
    if (s.pidsLimit > 0) json["limit"] = s.pidsLimit;
    return json;
}

} // namespace

Json statsJson(const StatsView& sample, const StatsView& before, int64_t memoryTotal) {
    return {
        {"id", sample.id},
        {"name", "/" + sample.name},
        {"read", formatTime(sample.read)},
        {"preread", formatTime(before.read)},
        {"cpu_stats", cpuJson(sample)},
        {"precpu_stats", cpuJson(before)},
        {"memory_stats", memoryJson(sample, memoryTotal)},
        {"blkio_stats", blkioJson(sample.stats)},
        {"pids_stats", pidsJson(sample.stats)},
        {"networks", networksJson(sample.stats)},
        {"num_procs", 0},
        {"storage_stats", Json::object()},
    };
}

} // namespace ctrd::api
