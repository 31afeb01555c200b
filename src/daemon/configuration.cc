#include "daemon/configuration.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/places.h"
#include "base/spelling.h"
#include "base/strings.h"
#include "daemon/conf_file.h"
#include "daemon/sysconfig.h"
#include "logging/drivers.h"

#include <algorithm>

namespace ctrd::daemon {

namespace {

// Below places::kSettings.
constexpr const char* kJsonFile = "ctrd/daemon.json";
constexpr const char* kConfFile = "ctrd/ctrd.conf";
constexpr const char* kSysconfig = "sysconfig";
constexpr const char* kDefinitions = "ctrd/containers.d";
constexpr const char* kNoFiles = "none";
constexpr const char* kDaemonLog = "/var/log/ctrd";

std::string asOption(const Given& given) {
    return (given.origin == kCommandLine ? "--" : given.origin + ": ") + given.name;
}

Source readConfigFile(const std::string& path) {
    const std::string text = readFile(path);
    return endsWith(path, ".json") ? parseDaemonJson(text, path) : parseConf(text, path);
}

std::vector<Source> readConfigFiles(const CommandLine& line) {
    std::vector<Source> sources;
    for (const auto& path : line.configFiles)
        if (path != kNoFiles) sources.push_back(readConfigFile(path));
    if (!line.configFiles.empty()) return sources;
    for (const char* name : {kJsonFile, kConfFile}) {
        const std::string path = joinPath(places::kSettings, name);
        if (exists(path)) sources.push_back(readConfigFile(path));
    }
    return sources;
}

// --debug is another way to say --log-level=debug, so that either can override or contradict the
// other.
void replaceDebug(Source& source) {
    for (auto& given : source) {
        if (given.name != "debug") continue;
        Options check;
        applyGiven(given, check);
        given.name = boolValue(given.value) ? "log-level" : "";
        given.value = "debug";
    }
    source.erase(std::remove_if(source.begin(), source.end(),
                                [](const Given& given) { return given.name.empty(); }),
                 source.end());
}

// One source may say a thing twice, but not two things.
void refuseDoubles(const Source& source) {
    std::map<std::string, const Given*> seen;
    for (const auto& given : source) {
        if (isList(findOption(given.name)->takes)) continue;
        const auto [at, isFirst] = seen.emplace(given.name, &given);
        if (isFirst || at->second->value == given.value) continue;
        throw invalidArgument(asOption(given) + " '" + given.value + "' contradicts '" +
                              at->second->value + "' of " + at->second->origin);
    }
}

struct Contradiction {
    const char* one;
    const char* other;
    bool (*holds)(const Options& options);
    const char* reason;
};

bool noBridge(const Options& o) {
    return o.network.bridge == "none";
}

const Contradiction kContradictions[] = {
    {"bip", "bridge", [](const Options& o) { return noBridge(o) && !o.network.bip.empty(); },
     "there is no bridge to give an address to"},
    {"fixed-cidr", "bridge",
     [](const Options& o) { return noBridge(o) && !o.network.fixedCidr.empty(); },
     "there is no bridge whose range it could be part of"},
    {"default-gateway", "bridge",
     [](const Options& o) { return noBridge(o) && !o.network.defaultGateway.empty(); },
     "there is no bridge to reach it by"},
    {"icc", "iptables",
     [](const Options& o) { return !o.network.interContainer && !o.network.iptables; },
     "keeping containers apart takes rules of iptables"},
    {"exec-root", "graph", [](const Options& o) { return o.runDirectory == o.root; },
     "what lives until the next boot and what stays need two directories"},
};

} // namespace

void applyGiven(const Given& given, Options& options) {
    const OptionRow& row = *findOption(given.name);
    try {
        const bool granted = isBoolean(row.takes) && !boolValue(given.value);
        if (row.refusal != nullptr && !granted) throw notSupported(row.refusal);
        if (row.apply != nullptr) row.apply(options, given.value);
    } catch (const Error& e) {
        const std::string value = row.refusal == nullptr ? " '" + given.value + "'" : "";
        throw Error(e.kind(), asOption(given) + value + ": " + e.what());
    }
}

Configuration Configuration::read(const CommandLine& line) {
    std::vector<Source> sources = readConfigFiles(line);
    SysconfigSettings sysconfig;
    if (line.sysconfig || line.configFiles.empty()) {
        const std::string directory =
            line.sysconfig.value_or(joinPath(places::kSettings, kSysconfig));
        if (directory != kNoFiles) sysconfig = readSysconfigDirectory(directory);
    }
    sources.push_back(sysconfig.settings);
    sources.push_back(line.settings);
    Configuration configuration = of(sources);
    if (line.configFiles.empty() && configuration.options_.definitions.empty())
        configuration.apply({{"definitions", joinPath(places::kSettings, kDefinitions), kDefault}});
    configuration.options_.environment = std::move(sysconfig.environment);
    configuration.service_ = std::move(sysconfig.service);
    return configuration;
}

Configuration Configuration::of(const std::vector<Source>& sources) {
    std::map<std::string, Source> strongest;
    for (Source source : sources) {
        replaceDebug(source);
        refuseDoubles(source);
        std::map<std::string, Source> byName;
        for (auto& given : source)
            byName[given.name].push_back(std::move(given));
        for (auto& [name, values] : byName)
            strongest[name] = std::move(values);
    }
    Configuration configuration;
    for (const auto& row : optionTable()) {
        Source& values = strongest[row.name];
        if (values.empty() && row.standard[0] != '\0')
            values.push_back({row.name, row.standard, kDefault});
        configuration.apply(values);
    }
    if (configuration.options_.daemonize && configuration.options_.logFile.empty())
        configuration.apply({{"log-file", kDaemonLog, kDefault}});
    configuration.refuseContradictions();
    return configuration;
}

void Configuration::apply(const Source& given) {
    for (const auto& value : given) {
        applyGiven(value, options_);
        values_.push_back(value);
    }
}

std::string Configuration::originOf(const std::string& name) const {
    for (const auto& value : values_)
        if (value.name == name) return value.origin;
    return kDefault;
}

void Configuration::refuseContradictions() const {
    for (const auto& row : kContradictions) {
        if (!row.holds(options_)) continue;
        const auto named = [this](const char* name) {
            return std::string("--") + name + " (" + originOf(name) + ")";
        };
        throw invalidArgument(named(row.one) + " and " + named(row.other) +
                              " exclude each other: " + row.reason);
    }
    try {
        logging::validateOptions(options_.logConfig.type, options_.logConfig.config);
    } catch (const Error& e) {
        const bool byOption = !options_.logConfig.config.empty();
        throw Error(e.kind(), originOf(byOption ? "log-opt" : "log-driver") + ": " + e.what());
    }
}

std::vector<std::string> Configuration::valuesOf(const std::string& name) const {
    std::vector<std::string> values;
    for (const auto& value : values_)
        if (value.name == name) values.push_back(value.value);
    return values;
}

Configuration Configuration::reloaded(const Configuration& fresh) const {
    Source mixed;
    for (const auto* source : {this, &fresh})
        for (const auto& value : source->values_)
            if (findOption(value.name)->reloadable == (source == &fresh)) mixed.push_back(value);
    Configuration next = of({mixed});
    next.options_.environment = options_.environment;
    next.service_ = fresh.service_;
    return next;
}

std::vector<std::string> Configuration::differences(const Configuration& other) const {
    std::vector<std::string> names;
    for (const auto& row : optionTable())
        if (valuesOf(row.name) != other.valuesOf(row.name)) names.emplace_back(row.name);
    return names;
}

std::string Configuration::show() const {
    size_t width = 0;
    const auto line = [](const Given& given) { return given.name + " = " + given.value; };
    for (const auto& value : values_)
        width = std::max(width, line(value).size());
    width = std::min<size_t>(width, 60);
    std::string text;
    const auto add = [&](const std::string& left, const std::string& origin) {
        text += left + std::string(left.size() < width ? width - left.size() : 0, ' ') + "  # " +
                origin + "\n";
    };
    for (const auto& value : values_)
        add(line(value), value.origin);
    for (const auto& [name, value] : options_.environment)
        text += "# environment: " + name + "=" + value + "\n";
    for (const auto& value : service_)
        text += "# init script: " + value.name + "=" + value.value + "  " + value.origin + "\n";
    return text;
}

std::string Configuration::show(const std::string& name) const {
    std::string text;
    bool known = findOption(name) != nullptr;
    for (const auto* source : {&values_, &service_})
        for (const auto& value : *source)
            if (value.name == name) text += value.value + "\n";
    for (const auto& variable : serviceVariables())
        known = known || variable == name;
    if (!known)
        throw notFound("there is no option '" + name + "'" + didYouMean(name, settingNames()));
    return text;
}

} // namespace ctrd::daemon
