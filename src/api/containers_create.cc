#include "api/handlers.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "engine/engine.h"

namespace ctrd::api {

namespace {

constexpr const char* kNoPlatform = "ctrd runs the platform of its host alone";

// "linux/amd64[/variant]" against the image's own; the image must be there.
void requirePlatform(const Context& c, const std::string& image) {
    const std::string platform = c.text("platform");
    if (platform.empty()) return;
    const auto wanted = split(platform, '/');
    const auto found = c.engine.images().get(image);
    const bool fits =
        wanted[0] == found.os && (wanted.size() < 2 || wanted[1] == found.architecture);
    if (!fits)
        throw notFound("image with reference " + image +
                       " was found but does not match the specified platform: wanted " + platform +
                       ", actual: " + found.os + "/" + found.architecture + "; " + kNoPlatform);
}

// The endpoint's address wishes are refused, its MAC address is the container's.
void readEndpoint(const std::string& network, const Json& endpoint, spec::ContainerConfig& config) {
    const Json& ipam = getMember(endpoint, "IPAMConfig");
    if (!getString(ipam, "IPv4Address").empty() || !getString(ipam, "IPv6Address").empty())
        throw notSupported("a fixed address on network '" + network + "' is not built yet");
    if (!getStrings(endpoint, "Aliases").empty())
        throw notSupported("aliases on network '" + network + "' are not built yet");
    const std::string mac = getString(endpoint, "MacAddress");
    if (!mac.empty()) config.macAddress = mac;
}

// The part of `run --network` that clients of 1.21 and later send apart.
void readNetworking(const Json& body, engine::CreateRequest& request) {
    const Json& endpoints = getMember(getMember(body, "NetworkingConfig"), "EndpointsConfig");
    if (endpoints.is_null()) return;
    if (!endpoints.is_object()) throw invalidArgument("EndpointsConfig: an object is wanted");
    if (endpoints.size() > 1)
        throw notSupported("a container on several networks is not built yet; choose one");
    for (const auto& [network, endpoint] : endpoints.items()) {
        std::string& mode = request.hostConfig.networkMode;
        if (mode.empty() || mode == "default") mode = network;
        readEndpoint(network, endpoint, request.config);
    }
}

engine::CreateRequest createRequest(const Context& c) {
    Json body = c.jsonBody();
    if (body.is_null())
        throw invalidArgument("config cannot be empty in order to create a container");
    if (!c.atLeast(21)) wire::modernizeCreate(body);
    engine::CreateRequest request;
    request.name = c.text("name");
    request.config = spec::containerConfigFromJson(body);
    request.hostConfig = spec::hostConfigFromJson(getMember(body, "HostConfig"));
    // Clients of before remove the container themselves, and would miss one that is gone.
    if (!c.atLeast(25)) request.hostConfig.autoRemove = false;
    // A donor of IPC had not to say so.
    if (!c.atLeast(40) && request.hostConfig.ipcMode.empty())
        request.hostConfig.ipcMode = "shareable";
    readNetworking(body, request);
    return request;
}

// The words that clients of before look for to pull the image.
Error oldImageError(const std::string& image) {
    const size_t colon = image.rfind(':');
    const bool tagged = colon != std::string::npos && image.find('/', colon) == std::string::npos;
    return notFound("No such image: " + image +
                    " (tag: " + (tagged ? image.substr(colon + 1) : "latest") + ")");
}

} // namespace

void createContainer(Context& c) {
    const auto request = createRequest(c);
    try {
        requirePlatform(c, request.config.image);
        const auto result = c.engine.create(request);
        c.send(201, {{"Id", result.id}, {"Warnings", result.warnings}});
    } catch (const Error& e) {
        const bool image = e.kind() == ErrorKind::NotFound && startsWith(e.what(), "No such image");
        if (!image || c.atLeast(24)) throw;
        throw oldImageError(request.config.image);
    }
}

} // namespace ctrd::api
