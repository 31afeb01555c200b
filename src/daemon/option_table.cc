#include "daemon/option_table.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"

#include <algorithm>

namespace ctrd::daemon {

namespace {

constexpr const char* kGeneral = "General";
constexpr const char* kContainers = "Containers";
constexpr const char* kNetwork = "Network";
constexpr const char* kHidden = "";

constexpr const char* kNoTls = "TLS is not built yet: listen on a unix socket";
constexpr const char* kNoRegistry = "registries are not built yet: use 'ctr load' or 'ctr import'";
constexpr const char* kNoIpv6 = "IPv6 is not built yet";

std::string absolute(const std::string& path) {
    if (path.empty() || path[0] != '/') throw invalidArgument("an absolute path is wanted");
    return cleanPath(path);
}

std::pair<std::string, std::string> keyValue(const std::string& text) {
    auto pair = splitOnce(text, '=');
    if (!pair || pair->first.empty()) throw invalidArgument("KEY=VALUE is wanted");
    return *pair;
}

int numberValue(const std::string& text, int least, int most) {
    const auto number = parseInt(text);
    if (!number || *number < least || *number > most)
        throw invalidArgument("a number from " + std::to_string(least) + " to " +
                              std::to_string(most) + " is wanted");
    return static_cast<int>(*number);
}

spec::Ulimit ulimitValue(const std::string& text) {
    const auto pair = splitOnce(text, '=');
    const auto limits = split(pair ? pair->second : "", ':');
    const auto soft = parseInt(limits[0]);
    const auto hard = parseInt(limits.back());
    if (!pair || !soft || !hard || limits.size() > 2)
        throw invalidArgument("NAME=SOFT[:HARD] is wanted");
    spec::HostConfig check;
    check.ulimits = {{pair->first, *soft, *hard}};
    spec::validate(check);
    return check.ulimits[0];
}

std::string logFileValue(const std::string& text) {
    return text == "syslog" ? text : absolute(text);
}

void checkExecOption(Options&, const std::string& text) {
    if (text != "native.cgroupdriver=cgroupfs")
        throw notSupported("native.cgroupdriver=cgroupfs is the only one");
}

OptionRow action(const char* name, char letter, const char* placeholder, const char* help) {
    return {name, letter, kGeneral, Takes::Action, placeholder, "", help, nullptr};
}

OptionRow later(const char* name, Takes takes, const char* sentence,
                const char* jsonName = nullptr) {
    return {name, 0, kHidden, takes, "", "", "", nullptr, jsonName, false, sentence};
}

const std::vector<OptionRow> kGeneralRows = {
    action("help", 'h', nullptr, "print this text and exit"),
    action("version", 'v', nullptr, "print the version and exit"),
    action("show-config", 0, "[=NAME]",
           "print the configuration in effect and where each value comes from, or one value"),
    action("import-docker-sysconfig", 0, "FILE...",
           "print what docker-io's files mean in /etc/sysconfig/ctrd"),
    action("config-file", 0, "FILE",
           "read this instead of the files below; may be repeated, *.json as daemon.json; "
           "'none': read no files"),
    action("sysconfig", 0, "DIR", "read DIR/ctrd, ctrd-storage and ctrd-network there"),
    action(
        "check", 0, nullptr,
        "report what this host can do, what ctrd does where it cannot, and how to mend that; exit "
        "with 0 where containers can run, otherwise with 1"),
    action("json", 0, nullptr, "with --check: print JSON"),
    action("fsck", 0, nullptr,
           "check layers, images and the files of containers below --graph, say what is wrong, and "
           "end; no ctrd may use them meanwhile"),
    action("repair", 0, nullptr, "with --fsck: take away what is broken or belongs to nothing"),
    {"debug", 'D', kGeneral, Takes::Flag, "", "", "log at level debug",
     [](Options& o, const std::string& v) {
         if (boolValue(v)) o.logLevel = log::Level::Debug;
     },
     nullptr, true},
    {"log-level", 'l', kGeneral, Takes::Text, "LEVEL", "info", "debug, info, warn, error or fatal",
     [](Options& o, const std::string& v) { o.logLevel = log::levelFromName(v); }, nullptr, true},
    {"host", 'H', kGeneral, Takes::List, "URL", "unix:///var/run/ctrd/ctrd.sock",
     "where to listen, may be repeated: unix://PATH or tcp://ADDRESS:PORT",
     [](Options& o, const std::string& v) {
         // Two sysconfig files may name the same one.
         if (std::find(o.hosts.begin(), o.hosts.end(), v) == o.hosts.end()) o.hosts.push_back(v);
     },
     "hosts"},
    {"group", 'G', kGeneral, Takes::Text, "GROUP", "ctrd",
     "group that may use the unix socket, where it exists",
     [](Options& o, const std::string& v) { o.group = v; }},
    {"graph", 'g', kGeneral, Takes::Text, "DIR", "/var/lib/ctrd",
     "where images, layers and containers are kept",
     [](Options& o, const std::string& v) { o.root = absolute(v); }},
    {"exec-root", 0, kGeneral, Takes::Text, "DIR", "/var/run/ctrd",
     "where running containers keep their sockets",
     [](Options& o, const std::string& v) { o.runDirectory = absolute(v); }},
    {"pidfile", 'p', kGeneral, Takes::Text, "FILE", "/var/run/ctrd.pid", "locked while ctrd runs",
     [](Options& o, const std::string& v) { o.pidFile = absolute(v); }},
    {"definitions", 0, kGeneral, Takes::Text, "DIR", "",
     "define what DIR/*.xml say of containers at the start (default /etc/ctrd/containers.d, and "
     "nothing with --config-file)",
     [](Options& o, const std::string& v) { o.definitions = absolute(v); }},
    {"daemonize", 0, kGeneral, Takes::Flag, "", "",
     "return when the API answers, or fail with the reason",
     [](Options& o, const std::string& v) { o.daemonize = boolValue(v); }},
    {"log-file", 0, kGeneral, Takes::Text, "FILE", "",
     "append the daemon's own log there, or 'syslog' (with --daemonize default /var/log/ctrd)",
     [](Options& o, const std::string& v) { o.logFile = logFileValue(v); }},
    {"label", 0, kGeneral, Takes::List, "KEY=VALUE", "", "shown by 'ctr info'",
     [](Options& o, const std::string& v) { keyValue(v), o.labels.push_back(v); }, "labels", true},
    {"api-cors-header", 0, kGeneral, Takes::Text, "VALUE", "",
     "sent as Access-Control-Allow-Origin",
     [](Options& o, const std::string& v) { o.corsHeader = v; }},
    {"daemon", 'd', kGeneral, Takes::Flag, "", "", "accepted for Docker's sake",
     [](Options&, const std::string& v) { boolValue(v); }},
};

const std::vector<OptionRow> kContainerRows = {
    {"exec-driver", 'e', kContainers, Takes::Text, "NAME", "native",
     "what runs containers that choose nothing: native or lxc",
     [](Options& o, const std::string& v) { o.execDriver = v; }},
    {"exec-opt", 0, kContainers, Takes::List, "KEY=VALUE", "",
     "native.cgroupdriver=cgroupfs is the only one", checkExecOption, "exec-opts"},
    {"cgroup-parent", 0, kContainers, Takes::Text, "PATH", "/ctrd",
     "parent of the containers' cgroups",
     [](Options& o, const std::string& v) { o.cgroupParent = v; }},
    {"default-ulimit", 0, kContainers, Takes::Ulimits, "NAME=SOFT[:HARD]", "",
     "of containers that set none",
     [](Options& o, const std::string& v) { o.defaultUlimits.push_back(ulimitValue(v)); },
     "default-ulimits", true},
    {"log-driver", 0, kContainers, Takes::Text, "NAME", "json-file",
     "of containers that choose none: json-file or none",
     [](Options& o, const std::string& v) { o.logConfig.type = v; }},
    {"log-opt", 0, kContainers, Takes::KeyValues, "KEY=VALUE", "",
     "json-file: max-size=10m, max-file=3",
     [](Options& o, const std::string& v) { o.logConfig.config.insert(keyValue(v)); }, "log-opts",
     true},
    {"storage-driver", 's', kContainers, Takes::Text, "NAME", "",
     "overlay, devicemapper or vfs (default: what the disk holds already, or the best that works)",
     [](Options& o, const std::string& v) { o.storageDriver = v; }},
    {"storage-opt", 0, kContainers, Takes::List, "KEY=VALUE", "",
     "for the storage driver; devicemapper has dm.thinpooldev, or dm.datadev and dm.metadatadev, "
     "or "
     "dm.loopdatasize (100g) and dm.loopmetadatasize (2g), dm.basesize (10g), dm.fs (ext4 or xfs), "
     "dm.mkfsarg, dm.mountopt, dm.blocksize (64k), dm.blkdiscard, dm.use_deferred_removal",
     [](Options& o, const std::string& v) { keyValue(v), o.storageOptions.push_back(v); },
     "storage-opts"},
    {"selinux-enabled", 0, kContainers, Takes::Flag, "", "",
     "accepted where the kernel has SELinux; containers are not confined by it yet",
     [](Options& o, const std::string& v) { o.selinux = boolValue(v); }},
    {"live-restore", 0, kHidden, Takes::Flag, "", "", "",
     [](Options&, const std::string& v) {
         if (!boolValue(v)) throw notSupported("containers of ctrd always outlive it");
     }},
};

const std::vector<OptionRow> kNetworkRows = {
    {"bridge", 'b', kNetwork, Takes::Text, "NAME", "",
     "an existing bridge to use, or 'none' (default: make ctr0)",
     [](Options& o, const std::string& v) { o.network.bridge = v; }},
    {"bip", 0, kNetwork, Takes::Text, "CIDR", "",
     "address of the bridge (default: the first range that is free)",
     [](Options& o, const std::string& v) { o.network.bip = v; }},
    {"fixed-cidr", 0, kNetwork, Takes::Text, "CIDR", "",
     "part of the bridge's range to take addresses from",
     [](Options& o, const std::string& v) { o.network.fixedCidr = v; }},
    {"default-gateway", 0, kNetwork, Takes::Text, "ADDRESS", "",
     "of containers (default: the bridge)",
     [](Options& o, const std::string& v) { o.network.defaultGateway = v; }},
    {"mtu", 0, kNetwork, Takes::Number, "BYTES", "0", "of containers' links; 0: the host's",
     [](Options& o, const std::string& v) { o.network.mtu = numberValue(v, 0, 65535); }},
    {"icc", 0, kNetwork, Takes::Switch, "BOOL", "true", "containers may reach each other",
     [](Options& o, const std::string& v) { o.network.interContainer = boolValue(v); }},
    {"iptables", 0, kNetwork, Takes::Switch, "BOOL", "true", "ctrd keeps the rules it needs",
     [](Options& o, const std::string& v) { o.network.iptables = boolValue(v); }},
    {"ip-forward", 0, kNetwork, Takes::Switch, "BOOL", "true", "ctrd enables forwarding",
     [](Options& o, const std::string& v) { o.network.ipForward = boolValue(v); }},
    {"ip-masq", 0, kNetwork, Takes::Switch, "BOOL", "true",
     "containers reach the world by the host's address",
     [](Options& o, const std::string& v) { o.network.ipMasquerade = boolValue(v); }},
    {"dns", 0, kNetwork, Takes::List, "ADDRESS", "", "name server of containers",
     [](Options& o, const std::string& v) { o.network.dns.push_back(v); }},
    {"dns-search", 0, kNetwork, Takes::List, "DOMAIN", "", "search domain of containers",
     [](Options& o, const std::string& v) { o.network.dnsSearch.push_back(v); }},
};

const std::vector<OptionRow> kLaterRows = {
    later("tls", Takes::Switch, kNoTls),
    later("tlsverify", Takes::Switch, kNoTls),
    later("tlscacert", Takes::Text, kNoTls),
    later("tlscert", Takes::Text, kNoTls),
    later("tlskey", Takes::Text, kNoTls),
    later("registry-mirror", Takes::List, kNoRegistry, "registry-mirrors"),
    later("insecure-registry", Takes::List, kNoRegistry, "insecure-registries"),
    later("ipv6", Takes::Switch, kNoIpv6),
    later("fixed-cidr-v6", Takes::Text, kNoIpv6),
    later("default-gateway-v6", Takes::Text, kNoIpv6),
    later("ip", Takes::Text,
          "publishing ports is not built yet, so no address to publish on is needed"),
    later("userland-proxy", Takes::Switch,
          "publishing ports is not built yet, so no proxy is needed"),
    later("api-enable-cors", Takes::Switch,
          "this option is gone since Docker 1.5: use --api-cors-header"),
    later("restart", Takes::Switch,
          "this option is gone since Docker 1.2: use 'ctr run --restart=always'"),
    later("userns-remap", Takes::Text, "kernel 2.6.32 has no user namespaces"),
    later("init", Takes::Switch, "say so per container: 'ctr run --init'"),
    later("experimental", Takes::Switch, "ctrd has no experiments to switch on"),
};

const std::vector<OptionRow>& joined() {
    static const std::vector<OptionRow> all = [] {
        std::vector<OptionRow> rows;
        for (const auto* part : {&kGeneralRows, &kContainerRows, &kNetworkRows, &kLaterRows})
            rows.insert(rows.end(), part->begin(), part->end());
        return rows;
    }();
    return all;
}

std::string jsonNameOf(const OptionRow& row) {
    return row.jsonName != nullptr ? row.jsonName : row.name;
}

} // namespace

const std::vector<OptionRow>& optionTable() {
    return joined();
}

const OptionRow* findOption(const std::string& name) {
    for (const auto& row : optionTable())
        if (name == row.name) return &row;
    return nullptr;
}

const OptionRow* findJsonOption(const std::string& key) {
    // Docker's newer name of --graph, which only its file has.
    if (key == "data-root") return findOption("graph");
    for (const auto& row : optionTable())
        if (row.takes != Takes::Action && key == jsonNameOf(row)) return &row;
    return nullptr;
}

std::vector<std::string> settingNames() {
    std::vector<std::string> names;
    for (const auto& row : optionTable())
        if (row.takes != Takes::Action) names.emplace_back(row.name);
    return names;
}

std::vector<std::string> jsonNames() {
    std::vector<std::string> names = {"data-root"};
    for (const auto& row : optionTable())
        if (row.takes != Takes::Action) names.push_back(jsonNameOf(row));
    return names;
}

bool isList(Takes takes) {
    return takes == Takes::List || takes == Takes::KeyValues || takes == Takes::Ulimits;
}

bool isBoolean(Takes takes) {
    return takes == Takes::Flag || takes == Takes::Switch;
}

bool boolValue(const std::string& text) {
    const std::string lower = toLower(text);
    for (const char* yes : {"true", "yes", "on", "1"})
        if (lower == yes) return true;
    for (const char* no : {"false", "no", "off", "0"})
        if (lower == no) return false;
    throw invalidArgument("true or false is wanted");
}

} // namespace ctrd::daemon
