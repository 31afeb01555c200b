#include "config.h"

#include "daemon/daemon.h"

#include "api/api.h"
#include "archive/unpack.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/signals.h"
#include "base/strings.h"
#include "daemon/check.h"
#include "daemon/definition_files.h"
#include "daemon/drivers.h"
#include "daemon/own_log.h"
#include "daemon/programs.h"
#include "daemon/selinux.h"
#include "kernel/cgroup_mounts.h"
#include "kernel/probe.h"

#include <csignal>
#include <thread>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::daemon {

namespace {

constexpr const char* kUnix = "unix://";
constexpr const char* kTcp = "tcp://";

// Waited for by one thread; all others inherit the mask.
sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGPWR, SIGHUP, SIGUSR1})
        sigaddset(&set, signal);
    return set;
}

// Mounts that are made here stay here, because a mount that leaks into the host's namespace makes
// removing its directory fail with EBUSY; what the host mounts later is still seen.
void enterMountNamespace() {
    if (unshare(CLONE_NEWNS) < 0) throw SystemError("make a mount namespace: is ctrd run as root?");
    if (mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) < 0)
        throw SystemError("make the mounts of the daemon private");
}

engine::Defaults engineDefaults(const Options& options) {
    return {options.logConfig, options.defaultUlimits, options.labels,
            options.logLevel == log::Level::Debug};
}

engine::Options engineOptions(const Options& options) {
    engine::Options o;
    o.root = options.root;
    o.runDirectory = options.runDirectory;
    o.monitorProgram = helperProgram("ctrd-monitor");
    o.initProgram = helperProgram("ctrd-init");
    o.cgroupParent = options.cgroupParent;
    o.execDriver = options.execDriver;
    o.execDrivers = execDrivers();
    o.checkExecOptions = checkExecOptions;
    o.dns = options.network.dns;
    o.dnsSearch = options.network.dnsSearch;
    o.kernelRelease = kernel::kernelRelease();
    o.defaults = engineDefaults(options);
    return o;
}

Fd listenOn(const std::string& host, const std::string& group, std::list<OwnedPath>& sockets) {
    if (startsWith(host, kTcp)) {
        log::warn("listening on " + host + " without TLS: whoever reaches it is root on this host");
        return api::http::listenTcp(host.substr(6));
    }
    const std::string path = startsWith(host, kUnix) ? host.substr(7) : host;
    if (path.empty() || path[0] != '/')
        throw invalidArgument("--host '" + host +
                              "': unix:///PATH or tcp://ADDRESS:PORT is wanted");
    makeDirs(dirName(path));
    Fd listener = api::http::listenUnix(path, group);
    sockets.emplace_back(path);
    return listener;
}

// For whoever is refused; the lock is good without it, as on a disk that is full.
void noteHolder(LockedFile& lock) {
    try {
        lock.writePid();
    } catch (const SystemError& e) {
        log::warn(e.what());
    }
}

} // namespace

Daemon::Daemon(Configuration configuration, std::function<Configuration()> readAgain)
    : configuration_(std::move(configuration)), readAgain_(std::move(readAgain)) {
    const Options& options = configuration_.options();
    checkSelinux(options.selinux);
    kernel::mountMissingControllers(); // in the host's namespace, for all and to stay
    checkExecDriver(options.execDriver);
    const sigset_t handled = handledSignals();
    pthread_sigmask(SIG_BLOCK, &handled, nullptr);
    umask(0022);
    pidFile_ = std::make_unique<LockedFile>(options.pidFile);
    pidFile_->writePid();
    makeDirs(options.root, 0711);
    rootLock_ = std::make_unique<LockedFile>(joinPath(options.root, "ctrd.lock"));
    noteHolder(*rootLock_);
    makeDirs(options.runDirectory, 0711);
    std::vector<Fd> listeners;
    for (const auto& host : options.hosts)
        listeners.push_back(listenOn(host, options.group, sockets_));
    logCheck(checkHost());
    enterMountNamespace();
    archive::setHelperProgram(helperProgram("ctrd-helper"));

    storage_ = createStorage(options);
    layers_ = std::make_unique<storage::LayerStore>(
        joinPath(options.root, "layers", storage_->name()), *storage_);
    layers_->cleanup();
    images_ = std::make_unique<image::ImageStore>(joinPath(options.root, "images"), *layers_);
    volumes_ = std::make_unique<volume::Store>(createVolumes(options));
    networks_ = createNetworks(options);
    std::map<std::string, network::Driver*> networks;
    for (const auto& [name, driver] : networks_)
        networks[name] = driver.get();
    engine_ = std::make_unique<engine::Engine>(engineOptions(options), *layers_, *images_,
                                               *volumes_, networks);
    layers_->collect();
    if (!options.definitions.empty())
        defineFiles(*engine_, readDefinitionFiles(options.definitions));

    api::Options apiOptions;
    apiOptions.version = PACKAGE_VERSION;
    apiOptions.corsHeader = options.corsHeader;
    apiOptions.networks = networks;
    apiOptions.check = checkHost;
    server_ = std::make_unique<api::http::Server>(std::move(listeners),
                                                  api::createHandler(*engine_, apiOptions));
    log::info("ctrd " PACKAGE_VERSION " serves " + join(options.hosts, ", ") + " from " +
              options.root + " (storage " + storage_->name() + ", exec " + options.execDriver +
              ")");
}

OwnedPath::~OwnedPath() {
    unlink(path_.c_str());
}

void Daemon::reload() {
    try {
        const Configuration fresh = readAgain_();
        Configuration next = configuration_.reloaded(fresh);
        for (const auto& name : next.differences(fresh))
            log::warn("reload: --" + name + " (" + fresh.originOf(name) +
                      ") changes when ctrd is restarted");
        for (const auto& name : next.differences(configuration_))
            log::info("reload: --" + name + " (" + next.originOf(name) + ") taken over");
        log::setLevel(next.options().logLevel);
        configuration_ = std::move(next);
        engine_->reload(engineDefaults(configuration_.options()));
    } catch (const Error& e) {
        log::error(std::string("reload: nothing changed: ") + e.what());
    }
}

void Daemon::reopenLog() {
    try {
        openLog(configuration_.options().logFile);
        log::info("SIGUSR1: the log goes on here");
    } catch (const Error& e) {
        log::error(std::string("the log stays where it was: ") + e.what());
    }
}

void Daemon::run() {
    std::thread serving([this] { server_->run(); });
    const sigset_t handled = handledSignals();
    int signal = 0;
    do {
        sigwait(&handled, &signal);
        if (signal == SIGHUP) reload();
        if (signal == SIGUSR1) reopenLog();
    } while (signal == SIGHUP || signal == SIGUSR1);
    log::info(signalName(signal) + ": stopping; " +
              (signal == SIGPWR ? "the containers first" : "containers go on"));
    if (signal == SIGPWR) engine_->stopAll();
    server_->stop();
    serving.join();
}

} // namespace ctrd::daemon
