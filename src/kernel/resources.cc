#include "kernel/resources.h"

#include "base/json.h"

namespace ctrd::kernel {

namespace {

Json toJson(const DeviceRule& rule) {
    return {{"type", std::string(1, rule.type)},
            {"major", rule.major},
            {"minor", rule.minor},
            {"access", rule.access},
            {"allow", rule.allow}};
}

DeviceRule deviceRuleFromJson(const Json& json) {
    DeviceRule rule;
    const std::string type = getString(json, "type", "a");
    rule.type = type.empty() ? 'a' : type[0];
    rule.major = getInt(json, "major", -1);
    rule.minor = getInt(json, "minor", -1);
    rule.access = getString(json, "access", "rwm");
    rule.allow = getBool(json, "allow", true);
    return rule;
}

Json toJson(const std::vector<BlkioEntry>& entries) {
    Json list = Json::array();
    for (const auto& e : entries)
        list.push_back({{"major", e.major}, {"minor", e.minor}, {"op", e.op}, {"value", e.value}});
    return list;
}

uint64_t getUnsigned(const Json& json, const char* key) {
    const Json& member = getMember(json, key);
    if (member.is_number_unsigned()) return member.get<uint64_t>();
    return static_cast<uint64_t>(getInt(json, key));
}

std::vector<BlkioEntry> blkioFromJson(const Json& list) {
    std::vector<BlkioEntry> entries;
    for (const auto& json : list)
        entries.push_back({getUnsigned(json, "major"), getUnsigned(json, "minor"),
                           getString(json, "op"), getUnsigned(json, "value")});
    return entries;
}

// The counters of Stats that are one number each, by their JSON names.
struct Counter {
    const char* key;
    uint64_t Stats::*member;
};
constexpr Counter kCounters[] = {
    {"cpuTotal", &Stats::cpuTotal},
    {"cpuUser", &Stats::cpuUser},
    {"cpuKernel", &Stats::cpuKernel},
    {"throttlePeriods", &Stats::throttlePeriods},
    {"throttledPeriods", &Stats::throttledPeriods},
    {"throttledTime", &Stats::throttledTime},
    {"memoryUsage", &Stats::memoryUsage},
    {"memoryMaxUsage", &Stats::memoryMaxUsage},
    {"memoryFailures", &Stats::memoryFailures},
    {"memoryLimit", &Stats::memoryLimit},
    {"pids", &Stats::pids},
    {"pidsLimit", &Stats::pidsLimit},
};

struct NetworkCounter {
    const char* key;
    uint64_t NetworkCounters::*member;
};
constexpr NetworkCounter kNetworkCounters[] = {
    {"rxBytes", &NetworkCounters::rxBytes},   {"rxPackets", &NetworkCounters::rxPackets},
    {"rxErrors", &NetworkCounters::rxErrors}, {"rxDropped", &NetworkCounters::rxDropped},
    {"txBytes", &NetworkCounters::txBytes},   {"txPackets", &NetworkCounters::txPackets},
    {"txErrors", &NetworkCounters::txErrors}, {"txDropped", &NetworkCounters::txDropped},
};

Json toJson(const NetworkCounters& counters) {
    Json json{{"interface", counters.interface}};
    for (const auto& c : kNetworkCounters)
        json[c.key] = counters.*c.member;
    return json;
}

NetworkCounters networkCountersFromJson(const Json& json) {
    NetworkCounters counters;
    counters.interface = getString(json, "interface");
    for (const auto& c : kNetworkCounters)
        counters.*c.member = getUnsigned(json, c.key);
    return counters;
}

// The limits of Resources that are one number for each device.
struct DeviceLimits {
    const char* key;
    std::vector<DeviceLimit> Resources::*member;
};
constexpr DeviceLimits kDeviceLimits[] = {
    {"blkioWeights", &Resources::blkioWeights},
    {"readBytesRate", &Resources::readBytesRate},
    {"writeBytesRate", &Resources::writeBytesRate},
    {"readOperationsRate", &Resources::readOperationsRate},
    {"writeOperationsRate", &Resources::writeOperationsRate},
};

// The limits of Resources that are one number each.
struct Limit {
    const char* key;
    int64_t Resources::*member;
};
constexpr Limit kLimits[] = {
    {"memory", &Resources::memory},
    {"memorySwap", &Resources::memorySwap},
    {"memoryReservation", &Resources::memoryReservation},
    {"cpuShares", &Resources::cpuShares},
    {"cpuPeriod", &Resources::cpuPeriod},
    {"cpuQuota", &Resources::cpuQuota},
    {"blkioWeight", &Resources::blkioWeight},
    {"pidsLimit", &Resources::pidsLimit},
};

} // namespace

Json toJson(const Resources& resources) {
    Json json = Json::object();
    for (const auto& limit : kLimits)
        if (resources.*limit.member != 0) json[limit.key] = resources.*limit.member;
    if (resources.memorySwappiness) json["memorySwappiness"] = *resources.memorySwappiness;
    if (resources.oomKillDisable) json["oomKillDisable"] = true;
    if (!resources.cpusetCpus.empty()) json["cpusetCpus"] = resources.cpusetCpus;
    if (!resources.cpusetMems.empty()) json["cpusetMems"] = resources.cpusetMems;
    for (const auto& list : kDeviceLimits)
        for (const auto& limit : resources.*list.member)
            json[list.key].push_back({limit.major, limit.minor, limit.value});
    for (const auto& rule : resources.devices)
        json["devices"].push_back(toJson(rule));
    return json;
}

Resources resourcesFromJson(const Json& json) {
    Resources resources;
    for (const auto& limit : kLimits)
        resources.*limit.member = getInt(json, limit.key);
    if (!getMember(json, "memorySwappiness").is_null())
        resources.memorySwappiness = getInt(json, "memorySwappiness");
    resources.oomKillDisable = getBool(json, "oomKillDisable");
    resources.cpusetCpus = getString(json, "cpusetCpus");
    resources.cpusetMems = getString(json, "cpusetMems");
    for (const auto& list : kDeviceLimits)
        for (const auto& limit : getMember(json, list.key))
            (resources.*list.member)
                .push_back({limit.at(0).get<uint64_t>(), limit.at(1).get<uint64_t>(),
                            limit.at(2).get<uint64_t>()});
    for (const auto& rule : getMember(json, "devices"))
        resources.devices.push_back(deviceRuleFromJson(rule));
    return resources;
}

Json toJson(const Stats& stats) {
    Json json = Json::object();
    for (const auto& c : kCounters)
        json[c.key] = stats.*c.member;
    json["cpuPerCpu"] = stats.cpuPerCpu;
    json["memoryStat"] = Json::array();
    for (const auto& [name, value] : stats.memoryStat)
        json["memoryStat"].push_back({name, value});
    json["ioServiceBytes"] = toJson(stats.ioServiceBytes);
    json["ioServiced"] = toJson(stats.ioServiced);
    json["networks"] = Json::array();
    for (const auto& counters : stats.networks)
        json["networks"].push_back(toJson(counters));
    return json;
}

Stats statsFromJson(const Json& json) {
    Stats stats;
    for (const auto& c : kCounters)
        stats.*c.member = getUnsigned(json, c.key);
    for (const auto& value : getMember(json, "cpuPerCpu"))
        stats.cpuPerCpu.push_back(value.get<uint64_t>());
    for (const auto& line : getMember(json, "memoryStat"))
        stats.memoryStat.emplace_back(line.at(0).get<std::string>(), line.at(1).get<uint64_t>());
    stats.ioServiceBytes = blkioFromJson(getMember(json, "ioServiceBytes"));
    stats.ioServiced = blkioFromJson(getMember(json, "ioServiced"));
    for (const auto& counters : getMember(json, "networks"))
        stats.networks.push_back(networkCountersFromJson(counters));
    return stats;
}

} // namespace ctrd::kernel
