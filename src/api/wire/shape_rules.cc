#include "api/wire/shape_rules.h"

#include "base/json.h"
#include "base/strings.h"

namespace ctrd::api::wire {

namespace {

// Images were named by 64 digits alone before they became content addressed.
void stripDigest(Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string()) return;
    const std::string text = found->get<std::string>();
    if (startsWith(text, "sha256:")) *found = text.substr(7);
}

void stripContainerImage(Json& json) {
    stripDigest(json, "Image");
    stripDigest(json, "ImageID");
}

void stripImage(Json& json) {
    for (const char* name : {"Id", "Parent", "ParentId", "Deleted"})
        stripDigest(json, name);
}

void limitsIntoConfig(Json& json) {
    static constexpr std::pair<const char*, const char*> kMoved[] = {
        {"Memory", "Memory"},
        {"MemorySwap", "MemorySwap"},
        {"CpuShares", "CpuShares"},
        {"Cpuset", "CpusetCpus"},
    };
    const Json& host = getMember(json, "HostConfig");
    for (const auto& [old, name] : kMoved)
        if (const Json& value = getMember(host, name); !value.is_null())
            json["Config"][old] = value;
}

void volumeDriverIntoConfig(Json& json) {
    json["Config"]["VolumeDriver"] = getString(getMember(json, "HostConfig"), "VolumeDriver");
}

void nameTheNameless(Json& json) {
    const Json &tags = getMember(json, "RepoTags"), &digests = getMember(json, "RepoDigests");
    if (!tags.empty() || !digests.empty()) return;
    json["RepoTags"] = {"<none>:<none>"};
    json["RepoDigests"] = {"<none>@<none>"};
}

// Docker had one interface then, and counted it alone; several are one sum.
void sumNetworks(Json& json) {
    Json sum = Json::object();
    for (const char* name : {"rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "tx_bytes",
                             "tx_packets", "tx_errors", "tx_dropped"})
        sum[name] = 0;
    for (const auto& network : getMember(json, "networks"))
        for (auto& [name, total] : sum.items())
            total = total.get<uint64_t>() + static_cast<uint64_t>(getInt(network, name.c_str()));
    json["network"] = sum;
}

void exitCodeAsNumber(Json& json) {
    if (getMember(json, "ExitCode").is_null()) json["ExitCode"] = 0;
}

// What holds for clients older than 1.`before`.
struct Rule {
    Object object;
    int before;
    void (*apply)(Json&);
};

constexpr Rule kRules[] = {
    {Object::Container, 19, limitsIntoConfig},
    {Object::Container, 21, volumeDriverIntoConfig},
    {Object::Container, 22, stripContainerImage},
    {Object::ContainerSummary, 22, stripContainerImage},
    {Object::Image, 22, stripImage},
    {Object::ImageSummary, 22, stripImage},
    {Object::ImageSummary, 43, nameTheNameless},
    {Object::ImageHistory, 22, stripImage},
    {Object::ImageRemoval, 22, stripImage},
    {Object::Exec, 22, exitCodeAsNumber},
    {Object::Stats, 21, sumNetworks},
};

} // namespace

void applyRules(Object object, Version version, Json& json) {
    for (const auto& rule : kRules)
        if (rule.object == object && version.minor < rule.before) rule.apply(json);
}

void modernizeCreate(Json& body) {
    static constexpr std::pair<const char*, const char*> kMoved[] = {
        {"Memory", "Memory"},     {"MemorySwap", "MemorySwap"}, {"CpuShares", "CpuShares"},
        {"Cpuset", "CpusetCpus"}, {"CpusetCpus", "CpusetCpus"}, {"VolumeDriver", "VolumeDriver"},
    };
    for (const auto& [old, name] : kMoved) {
        const Json value = getMember(body, old);
        if (value.is_null() || value == 0 || value == "") continue;
        Json& host = body["HostConfig"];
        if (!host.is_null() && !host.is_object()) return;
        const Json& own = getMember(host, name);
        if (own.is_null() || own == 0 || own == "") host[name] = value;
    }
}

} // namespace ctrd::api::wire
