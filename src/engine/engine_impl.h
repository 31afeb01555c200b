#pragma once

#include "base/error.h"
#include "base/sync.h"
#include "engine/boot_order.h"
#include "engine/container_store.h"
#include "engine/engine.h"
#include "engine/events.h"
#include "engine/exec_store.h"
#include "engine/host.h"
#include "engine/undo.h"
#include "engine/watcher.h"
#include "engine/workers.h"
#include "monitor/spare.h"
#include "volume/store.h"

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>

namespace ctrd::engine {

// What the verbs share.  The object is whole before any thread of it runs, and every member is
// thread safe or never changes.
class EngineImpl {
public:
    EngineImpl(Options options, storage::LayerStore& layers, image::ImageStore& images,
               volume::Store& volumes, std::map<std::string, network::Driver*> networks);
    EngineImpl(const EngineImpl&) = delete;
    EngineImpl& operator=(const EngineImpl&) = delete;
    ~EngineImpl();

    const Options options;
    storage::LayerStore& layers;
    image::ImageStore& images;
    volume::Store& volumes;
    const std::map<std::string, network::Driver*> networks;
    const HostLimits limits;
    ContainerStore containers;
    ExecStore execs;
    Events events;
    std::atomic<bool> halting{false}; // stopAll: nothing is started, by whomever

    Defaults defaults() const { return *defaults_.lock(); }
    void setDefaults(const Defaults& defaults) { *defaults_.lock() = defaults; }

    // With the attributes every event of a container has: image, name, labels.
    void emit(const Container& container, const std::string& action,
              const std::map<std::string, std::string>& attributes = {});
    // Of the daemon itself; its name is the host's.
    void emitDaemon(const std::string& action, std::map<std::string, std::string> attributes);

    std::string containersDirectory() const;                // ROOT/containers
    std::string monitorSocket(const std::string& id) const; // of the container's

    // The running monitor; Conflict "Container ID is not running" without one.
    std::shared_ptr<monitor::Client> monitorOf(const Container& container) const;
    // What the running monitor answers.  Conflict "Container ID is not running" also where the
    // container has just ended, though that is not settled yet.
    template <typename F>
    auto ask(const Container& container, F question) const;

    // sharing.cc.  Turns the names in "container:X" modes into ids, which a rename leaves alone,
    // and checks them; checkSharing() alone is for what may have changed until the start.  Throw
    // InvalidArgument where one names nobody, or a sysctl would reach the host through it; Conflict
    // where the other is gone, does not share its IPC or, of IPC and pid, does not run.
    void resolveSharing(spec::HostConfig& host) const;
    void checkSharing(const spec::HostConfig& host) const;
    // The mode of whoever the namespace belongs to, at the end of a chain of containers.
    std::string modeOfOwner(const spec::HostConfig& host,
                            std::string spec::HostConfig::*mode) const;
    // The container that a "container:X" mode names, and its first process.  Conflict where it is
    // gone, or does not run.
    ContainerPtr sharerOf(const std::string& ref) const;
    pid_t pidOf(const std::string& ref) const;
    // Where the /dev/shm of a container that shares it comes from.
    struct SharedMemory {
        std::string directory; // to bind; "": the container's own, seen by nobody else
        std::optional<kernel::MountSpec> mount; // made by its monitor, for itself and who joins
        std::string mountNamespace;             // the donor's monitor's, in which it is seen
    };
    SharedMemory sharedMemoryOf(const spec::HostConfig& host) const;

    // create.cc.  What is asked for with all that the image and the daemon's defaults add, under an
    // id of its own and without a name.  Throws what create() does before it makes anything.
    ContainerRecord recordOf(const CreateRequest& request, const image::Image& image,
                             std::vector<std::string>& warnings) const;

    // A monitor that is nobody's yet; soon another stands ready for the next container.  Throws
    // SystemError where none can be started.
    std::unique_ptr<monitor::Client> takeMonitor();
    // Makes that one, in a moment and on another thread; the log says where it cannot be.
    void readyMonitor();

    // start.cc.  The caller holds operate().  On failure everything is as before but the state's
    // error and exit code; an AutoRemove container is removed.
    void start(const ContainerPtr& container);

    // network.cc.  Makes the network of one run in two steps, between which there is time for other
    // things; `undo` takes it down again.
    struct Sandbox {
        network::Endpoint endpoint;
        std::future<Fd> networkNamespace;
    };
    Sandbox openSandbox(const ContainerRecord& record, Undo& undo);
    // Returns the namespace with its interfaces; an empty descriptor: the host's.
    Fd joinSandbox(Sandbox& sandbox, Undo& undo);
    void closeSandbox(const network::Endpoint& endpoint);
    // Where hosts, hostname and resolv.conf are bound from: another container's directory where the
    // network is shared with it.
    std::string nameFilesOf(const Container& container, const ContainerRecord& record) const;
    // Writes them, where they are the container's own.
    void writeNameFiles(const Container& container, const ContainerRecord& record,
                        const network::Endpoint& endpoint);

    // ending.cc.  Listens to a container's monitor until it is gone.
    void watch(const ContainerPtr& container, const std::shared_ptr<monitor::Client>& client);
    // Does all that follows the end of a run: network, files, events, waiters, restart policy,
    // AutoRemove.  Calls `noted` as soon as whoever asks is told of the end.
    void settle(const ContainerPtr& container, const monitor::ExitRecord& record,
                const std::function<void()>& noted = {});
    // Saves what has happened to a container; where the disk has no room for it, it has happened
    // all the same: the log says so, and it is tried again until it can be.  Whether it is saved.
    bool saveRun(const Container& container);
    void saveAgain(const std::string& id);
    // What exit.json says of a run whose monitor is gone; without one the monitor was killed, and
    // what it left is cleaned up.
    monitor::ExitRecord recordOfLost(const Container& container);
    // Starts it again after `delay` nanoseconds, unless a verb calls that off.
    void planRestart(const ContainerPtr& container, int64_t delay);
    void restartByPolicy(const ContainerPtr& container, uint64_t ticket);
    void runJob(std::function<void()> job) { workers_.run(std::move(job)); }

    // stop.cc, kill.cc
    bool stop(const ContainerPtr& container, std::optional<int> timeout, const std::string& signal);
    // Of a container that runs or is about to run again: its policy is called off.
    void killAndWait(const ContainerPtr& container);
    void sendSignal(const Container& container, int signal);
    // Whether a planned restart was called off; the caller holds operate().
    bool callOffRestart(Container& container);

    // pause.cc.  The caller holds operate().
    void pause(Container& container);
    void unpause(Container& container);

    // images.cc
    std::vector<image::ImageStore::User> usersOf(const std::string& imageId) const;

    // remove.cc.  The caller holds operate(), and the container does not run.  Those who wait for
    // the end of one of AutoRemove go on before its files are gone.
    enum class Anonymous { Keep, Remove }; // its volumes that nobody named
    void remove(const ContainerPtr& container, Anonymous volumes);

    // volumes.cc.  Ids of the containers that have the volume, running or not.
    std::vector<std::string> volumeUsers(const std::string& name,
                                         const std::string& except = "") const;
    volume::Store::Lease createVolume(const volume::Volume& wanted);
    void removeVolume(const std::string& name, const std::string& exceptUser = "");
    // Nothing where it is gone, or where somebody else uses it.
    void removeUnusedVolume(const std::string& name, const std::string& exceptUser = "");
    void emitVolume(const std::string& action, const std::string& name,
                    std::map<std::string, std::string> attributes);
    // "mount" or "unmount" of every volume of a container.
    void emitMounts(const Container& container, const std::string& action);

    // container_volumes.cc.  What a container that is being created asks for.
    std::vector<MountPoint> mountPointsOf(const ContainerRecord& record) const;
    // Finds or makes the volumes and fills in their sources; they stay as long as the leases live,
    // and those that are new go with `undo`.  Until forgetNewVolumes() a note in the container's
    // directory tells the next ctrd which of them to sweep.
    std::vector<volume::Store::Lease> openVolumes(const std::string& directory,
                                                  std::vector<MountPoint>& mounts, Undo& undo);
    static void forgetNewVolumes(const std::string& directory);
    void sweepNewVolumes(const std::string& directory);
    // Gives empty ones the content that the image has there; `leases` are those of its volumes.
    void fillVolumes(const ContainerRecord& record,
                     const std::vector<volume::Store::Lease>& leases);
    void removeAnonymousVolumes(const ContainerRecord& record);

    // recovery.cc.  Once, before anybody else knows the engine.
    void recover();
    // Starts them as their restart policies do, in the order of boot_order.h; returns at once.
    void startInOrder(const std::vector<ContainerPtr>& starting);

private:
    void startRank(const std::shared_ptr<const StartGroup>& group, size_t index);
    // exit.json of this run is there.
    static bool hasEnded(const Container& container);

    mutable Sync<Defaults> defaults_;
    monitor::Spare spareMonitor_;
    Workers workers_{32};
    Watcher watcher_;
};

template <typename F>
auto EngineImpl::ask(const Container& container, F question) const {
    const auto monitor = monitorOf(container);
    try {
        return question(*monitor);
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::Unavailable || !hasEnded(container)) throw;
        throw conflict("Container " + container.id() + " is not running");
    }
}

// Text on a hijacked connection, framed on the standard error stream unless it is a tty's.  Quiet
// where the client is gone.
void tellClient(int socket, bool tty, const std::string& text);

} // namespace ctrd::engine
