#include "base/atomic_file.h"
#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"
#include "network/name_files.h"

namespace ctrd::engine {

namespace {

// The driver that serves a network mode; without a bridge of its own ctrd gives no network.
std::string driverName(const ContainerRecord& record) {
    const std::string& mode = record.hostConfig.networkMode;
    if (record.config.networkDisabled) return "none";
    if (mode.empty() || mode == "default") return "bridge";
    return mode;
}

std::string hostFile(const std::string& path) {
    return exists(path) ? readFile(path) : "";
}

} // namespace

EngineImpl::Sandbox EngineImpl::openSandbox(const ContainerRecord& record, Undo& undo) {
    Sandbox sandbox;
    const std::string other = joinedContainer(record.hostConfig.networkMode);
    if (!other.empty()) {
        std::promise<Fd> theirs;
        theirs.set_value(network::namespaceOf(pidOf(other)));
        sandbox.networkNamespace = theirs.get_future();
        return sandbox;
    }
    const std::string name = driverName(record);
    const auto at = networks.find(name);
    if (at == networks.end())
        throw notSupported("network '" + name +
                           "' is not there: bridge, host, none or container:NAME is wanted");
    network::Driver& driver = *at->second;
    sandbox.endpoint = driver.createEndpoint({record.id, record.config.macAddress, ""});
    undo.add([&driver, endpoint = sandbox.endpoint] { driver.deleteEndpoint(endpoint); });
    if (name != "host") sandbox.networkNamespace = network::createNamespace();
    return sandbox;
}

Fd EngineImpl::joinSandbox(Sandbox& sandbox, Undo& undo) {
    if (!sandbox.networkNamespace.valid()) return Fd();
    Fd networkNamespace = sandbox.networkNamespace.get();
    const auto at = networks.find(sandbox.endpoint.network);
    if (at == networks.end()) return networkNamespace; // another container's
    network::Driver& driver = *at->second;
    driver.join(sandbox.endpoint, networkNamespace.get());
    undo.add([&driver, endpoint = sandbox.endpoint] { driver.leave(endpoint); });
    return networkNamespace;
}

void EngineImpl::closeSandbox(const network::Endpoint& endpoint) {
    const auto at = networks.find(endpoint.network);
    if (at == networks.end()) return; // another container's network, or none any more
    at->second->leave(endpoint);
    at->second->deleteEndpoint(endpoint);
}

std::string EngineImpl::nameFilesOf(const Container& container,
                                    const ContainerRecord& record) const {
    const std::string other = joinedContainer(record.hostConfig.networkMode);
    return other.empty() ? container.directory() : containers.find(other)->directory();
}

void EngineImpl::writeNameFiles(const Container& container, const ContainerRecord& record,
                                const network::Endpoint& endpoint) {
    if (!joinedContainer(record.hostConfig.networkMode).empty()) return;
    const spec::HostConfig& host = record.hostConfig;
    const auto chosen = [](const std::vector<std::string>& own,
                           const std::vector<std::string>& daemons) {
        return own.empty() ? daemons : own;
    };
    const bool shared = endpoint.network == "host";
    const std::string resolvConf = hostFile("/etc/resolv.conf");
    const network::ResolverOptions resolver = {
        chosen(host.dns, options.dns), chosen(host.dnsSearch, options.dnsSearch), host.dnsOptions};
    const bool asHost =
        shared && resolver.servers.empty() && resolver.search.empty() && resolver.options.empty();
    // World-readable: programs that are not root look names up, too.
    writeFileAtomic(container.file("resolv.conf"),
                    asHost ? resolvConf : network::resolvConf(resolvConf, resolver), 0644);
    writeFileAtomic(container.file("hostname"), record.config.hostname + "\n", 0644);
    std::string hosts;
    if (shared && host.extraHosts.empty())
        hosts = hostFile("/etc/hosts");
    else
        hosts = network::hostsFile(
            {record.config.hostname, record.config.domainname, endpoint.address, host.extraHosts});
    writeFileAtomic(container.file("hosts"), hosts, 0644);
}

} // namespace ctrd::engine
