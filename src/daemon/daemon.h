#pragma once

#include "api/http/server.h"
#include "daemon/configuration.h"
#include "daemon/pid_file.h"
#include "engine/engine.h"
#include "image/image_store.h"
#include "network/driver.h"
#include "storage/layer_store.h"
#include "volume/store.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace ctrd::daemon {

// A file that goes with its owner: a unix socket's.
class OwnedPath {
public:
    explicit OwnedPath(std::string path) : path_(std::move(path)) {}
    OwnedPath(const OwnedPath&) = delete;
    OwnedPath& operator=(const OwnedPath&) = delete;
    ~OwnedPath();

private:
    std::string path_;
};

// The parts of ctrd put together, in the order in which they stand on each other.
class Daemon {
public:
    // Takes the locks, enters a mount namespace of its own, finds what earlier daemons left and
    // listens.  Throws with the reason, and nothing of it stays.  One per process: it changes the
    // process' mount namespace and signal mask.
    // `readAgain` reads the configuration anew for a reload.
    Daemon(Configuration configuration, std::function<Configuration()> readAgain);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    // Containers go on.
    ~Daemon() = default;

    // Serves until SIGTERM or SIGINT; SIGPWR stops the containers as well, in order.  SIGHUP takes
    // over the options that the table calls reloadable; SIGUSR1 opens the log file again.
    void run();

private:
    void reload();
    void reopenLog();

    Configuration configuration_;
    std::function<Configuration()> readAgain_;
    // First to come and last to go: nobody else may touch the root while this ctrd does.
    std::unique_ptr<LockedFile> pidFile_, rootLock_;
    std::list<OwnedPath> sockets_;
    std::unique_ptr<storage::DiffDriver> storage_;
    std::unique_ptr<storage::LayerStore> layers_;
    std::unique_ptr<image::ImageStore> images_;
    std::unique_ptr<volume::Store> volumes_;
    std::map<std::string, std::unique_ptr<network::Driver>> networks_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<api::http::Server> server_;
};

} // namespace ctrd::daemon
