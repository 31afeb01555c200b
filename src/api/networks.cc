#include "api/container_json.h"
#include "api/handlers.h"
#include "api/wire/filters.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "engine/engine.h"
#include "network/driver.h"

namespace ctrd::api {

namespace {

// Docker's name for the driver of `none`.
std::string driverName(const network::Driver& driver) {
    return driver.type() == "none" ? "null" : driver.type();
}

Json ipamJson(const network::Driver& driver) {
    const Json description = driver.describe();
    const std::string subnet = getString(description, "Subnet");
    Json config = Json::array();
    if (!subnet.empty())
        config.push_back({{"Subnet", subnet}, {"Gateway", getString(description, "Gateway")}});
    return {{"Driver", "default"}, {"Options", nullptr}, {"Config", config}};
}

Json containersOn(const std::string& network, const engine::Engine& engine) {
    Json containers = Json::object();
    for (const auto& view : engine.list()) {
        const auto& e = view.endpoint;
        if (e.network != network || view.state.pid == 0) continue;
        containers[view.id] = {
            {"Name", view.name},
            {"EndpointID", e.endpointId},
            {"MacAddress", e.macAddress},
            {"IPv4Address",
             e.address.empty() ? "" : e.address + "/" + std::to_string(e.prefixLength)},
            {"IPv6Address", ""},
        };
    }
    return containers;
}

Json networkJson(const std::string& name, const network::Driver& driver) {
    return {
        {"Name", name},
        {"Id", networkId(name)},
        {"Created", formatTime(0)},
        {"Scope", "local"},
        {"Driver", driverName(driver)},
        {"EnableIPv4", true},
        {"EnableIPv6", false},
        {"IPAM", ipamJson(driver)},
        {"Internal", false},
        {"Attachable", false},
        {"Ingress", false},
        {"ConfigFrom", {{"Network", ""}}},
        {"ConfigOnly", false},
        {"Containers", Json::object()},
        {"Options", Json::object()},
        {"Labels", Json::object()},
    };
}

bool wanted(const wire::Filters& filters, const std::string& name, const Json& network) {
    return filters.matchesPattern("name", name) &&
           filters.matchesPattern("id", getString(network, "Id")) &&
           filters.matchesExact("driver", getString(network, "Driver")) &&
           filters.matchesExact("scope", "local") && filters.matchesExact("type", "builtin") &&
           filters.matchesLabels("label", {});
}

} // namespace

void listNetworks(Context& c) {
    const auto filters = wire::Filters::parse(c.text("filters"));
    filters.requireKnown({"name", "id", "driver", "scope", "type", "label"});
    Json list = Json::array();
    for (const auto& [name, driver] : c.options.networks) {
        Json network = networkJson(name, *driver);
        if (!c.atLeast(28)) network["Containers"] = containersOn(name, c.engine);
        if (wanted(filters, name, network)) list.push_back(std::move(network));
    }
    c.send(200, list);
}

void inspectNetwork(Context& c) {
    for (const auto& [name, driver] : c.options.networks) {
        if (c.name() != name && !startsWith(networkId(name), c.name())) continue;
        Json network = networkJson(name, *driver);
        network["Containers"] = containersOn(name, c.engine);
        return c.send(200, network);
    }
    throw notFound("network " + c.name() + " not found");
}

// The three that there are belong to the daemon, and stay.
void pruneNetworks(Context& c) {
    c.send(200, {{"NetworksDeleted", nullptr}});
}

} // namespace ctrd::api
