#pragma once

#include "archive/container_tree.h"
#include "base/fd.h"
#include "engine/views.h"
#include "image/image_store.h"
#include "logging/driver.h"
#include "monitor/protocol.h"
#include "network/driver.h"
#include "spec/definition.h"
#include "storage/driver.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::storage {
class LayerStore;
}
namespace ctrd::volume {
class Store;
}

namespace ctrd::engine {

// What a reload of the daemon may change.
struct Defaults {
    spec::LogConfig logConfig; // of containers that choose none
    std::vector<spec::Ulimit> ulimits;
    std::vector<std::string> labels;
    bool debug = false;
};

// Everything the daemon decided before the engine exists.
struct Options {
    std::string root;                        // /var/lib/ctrd: containers/, images/, layers/
    std::string runDirectory;                // /var/run/ctrd: ID.sock
    std::string monitorProgram, initProgram; // paths of ctrd-monitor and ctrd-init
    std::string cgroupParent = "/ctrd";
    std::string execDriver = "native"; // of containers that choose none
    std::vector<std::string> execDrivers = {"native"};
    // Throws InvalidArgument for options (HostConfig's lxcConf) that the driver would refuse.
    std::function<void(const std::string& driver, const std::vector<std::string>& options)>
        checkExecOptions;
    std::vector<std::string> dns, dnsSearch;
    Defaults defaults;
    std::string kernelRelease; // programs that need a newer kernel are refused; "": none is
};

struct CreateRequest {
    std::string name; // "": an adjective and a surname
    spec::ContainerConfig config;
    spec::HostConfig hostConfig;
};

struct CreateResult {
    std::string id;
    std::vector<std::string> warnings;
};

// Bytes of the image layers.
struct ImagesUsage {
    struct Each {
        image::Image image;
        int64_t shared = 0; // bytes of the layers that other images have, too
        int containers = 0; // made of it
    };
    std::vector<Each> images; // newest first
    int64_t layers = 0;       // each layer once
};

struct RemoveOptions {
    bool force = false;   // kill a running one
    bool volumes = false; // with its anonymous volumes
    bool link = false;
};

enum class WaitCondition { NotRunning, NextExit, Removed };

struct WaitResult {
    int exitCode = 0;
    std::string error;
};

struct ExecCreateRequest {
    bool attachStdin = false, attachStdout = false, attachStderr = false;
    bool tty = false, privileged = false;
    std::string user, workingDir, detachKeys;
    std::vector<std::string> cmd, env;
};

struct CommitRequest {
    std::string name, tag; // "": untagged
    std::string author, comment;
    bool pause = true; // as long as its files are read
    // Wins over the container's configuration; `changes` are Dockerfile lines on top.
    spec::ContainerConfig config;
    std::vector<std::string> changes;
};

// What a prune took away.
struct Pruned {
    std::vector<std::string> containers, volumes;
    std::vector<image::RemovedItem> images;
    int64_t reclaimed = 0; // bytes
};

// Told when the hijacked connection is the client's no more: write the response header, flush it,
// hand over the descriptor and what the client already sent.
struct HijackedClient {
    Fd socket;
    std::string pendingInput;
};
using Hijack = std::function<HijackedClient(bool tty)>;

// A place in the stream of events, for one thread; it may outlive the engine.
class EventSubscription {
public:
    virtual ~EventSubscription() = default;
    // The next event, or nothing where `timeout` (nanoseconds) went by or the engine ended.
    virtual std::optional<Event> next(int64_t timeout) = 0;
    // No more will come: the engine ended and everything was read.
    virtual bool closed() const = 0;
};

// The containers of one daemon.  Thread safe; every method may be called from any thread and
// blocks until it is done.  A container is named by id, unique prefix of one, or name; NotFound
// "No such container: X" otherwise.  One file per verb implements it.
//
// Nothing in memory is the only copy of anything: the constructor reads the state directory,
// finds the monitors that live and settles what ended meanwhile; the destructor leaves containers
// running.
class Engine {
public:
    Engine(Options options, storage::LayerStore& layers, image::ImageStore& images,
           volume::Store& volumes, std::map<std::string, network::Driver*> networks);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    // Life cycle.
    CreateResult create(const CreateRequest& request);
    // Creates what a file defines; of a root directory an image without a name is made.
    CreateResult define(const spec::Definition& definition);
    // The elements of the definition with which it would not make the container that has its name
    // already; nothing where none has.
    std::optional<std::vector<std::string>> differences(const spec::Definition& definition) const;
    // Of containers that were just defined, starts those that their restart policy has run, in the
    // order of boot_order.h; returns at once.
    void startDefined(const std::vector<std::string>& ids);
    // What define() would make the same container of.
    spec::Definition definitionOf(const std::string& ref) const;
    bool start(const std::string& ref);                           // false: was running
    bool stop(const std::string& ref, std::optional<int> timeout, // seconds; false: was stopped
              const std::string& signal = "");
    void restart(const std::string& ref, std::optional<int> timeout);
    void kill(const std::string& ref, const std::string& signal);
    void pause(const std::string& ref);
    void unpause(const std::string& ref);
    void rename(const std::string& ref, const std::string& name);
    // Changes limits, of a running container at once, and the restart policy, as spec::updated()
    // says; the result is the warnings.  Conflict where a limit is below what is in use: nothing is
    // changed for good then.
    std::vector<std::string> update(const std::string& ref, const spec::HostConfig& changes);
    void remove(const std::string& ref, const RemoveOptions& options);
    // Calls `ready` once the waiting has begun (the API flushes its header then); gives up with
    // nothing when `cancelled` says so (asked a few times a second).
    std::optional<WaitResult> wait(const std::string& ref, WaitCondition condition,
                                   const std::function<void()>& ready,
                                   const std::function<bool()>& cancelled);
    // Removes the containers that do not run and that `wanted` says yes to.
    Pruned pruneContainers(const std::function<bool(const ContainerView&)>& wanted);

    // Looking.
    std::vector<ContainerView> list() const; // newest first
    ContainerView inspect(const std::string& ref) const;
    // Where the files of its uppermost layer are; nothing of an image without layers.
    std::map<std::string, std::string> placesOf(const image::Image& image) const;
    // Bytes: what the container changed, and that plus its image.
    std::pair<int64_t, int64_t> sizes(const std::string& ref) const;
    TopView top(const std::string& ref, const std::string& psArgs) const;
    StatsView stats(const std::string& ref) const;
    // A reader of its log; ended by itself when the container stops, if it follows.
    std::unique_ptr<logging::Reader> logs(const std::string& ref,
                                          const logging::ReadOptions& options) const;

    // Files (archive/container_tree.h), of a container that runs or not.  A path that does not
    // exist is NotFound "Could not find the file X in container Y".  While one that does not run is
    // read or written it is refused to start.
    std::vector<storage::Change> changes(const std::string& ref) const;
    std::string commit(const std::string& ref, const CommitRequest& request); // the image's id
    void exportFiles(const std::string& ref, archive::Sink& out);
    archive::PathStat statPath(const std::string& ref, const std::string& path);
    void readPath(const std::string& ref, const std::string& path, bool followLink,
                  archive::Sink& out);
    struct WritePathOptions {
        bool refuseOtherKinds = false; // as archive::WriteOptions
        bool ownedByUser = false;      // by the container's user, if it has one
    };
    void writePath(const std::string& ref, const std::string& path, const WritePathOptions& options,
                   archive::Source& tar);

    // Streams.  `hijack` is called once everything that can be refused was checked.  Attaching to a
    // container that is not running yet waits for its start and misses nothing.
    struct AttachOptions {
        bool in = false, out = false, err = false;
        bool logs = false;   // first what was said so far
        bool stream = false; // then what comes
        std::string detachKeys;
    };
    void attach(const std::string& ref, const AttachOptions& options, const Hijack& hijack);
    void resize(const std::string& ref, uint16_t rows, uint16_t columns);

    std::string execCreate(const std::string& ref, const ExecCreateRequest& request);
    // `hijack` is empty for a detached one.
    void execStart(const std::string& execId, bool tty, uint16_t rows, uint16_t columns,
                   const Hijack& hijack);
    void execResize(const std::string& execId, uint16_t rows, uint16_t columns);
    ExecView execInspect(const std::string& execId) const;

    // Images: the store, with events and with the containers that use one.
    image::ImageStore& images() { return images_; }
    std::vector<image::RemovedItem> removeImage(const std::string& ref, bool force, bool noPrune);
    // Removes the images that no container uses and that `wanted` says yes to: with `onlyNameless`
    // those without a name that no other one is made from, otherwise named ones, too.
    Pruned pruneImages(bool onlyNameless, const std::function<bool(const image::Image&)>& wanted);
    void emitImageEvent(const std::string& action, const std::string& id, const std::string& name);

    // Volumes.  A name that is not there is NotFound "get X: no such volume".
    std::vector<VolumeView> volumes() const; // by name
    VolumeView inspectVolume(const std::string& name) const;
    // `wanted`: without the time; with no name it is anonymous.  One that is there is taken.
    VolumeView createVolume(volume::Volume wanted);
    // Conflict, with the ids of the containers, where it is in use.  `force`: it may be gone.
    void removeVolume(const std::string& name, bool force);
    // Removes those that no container uses and that `wanted` says yes to.
    Pruned pruneVolumes(const std::function<bool(const volume::Volume&)>& wanted);
    int64_t volumeSize(const std::string& name) const; // bytes; reads the whole tree

    // What `system df` counts.
    ImagesUsage imagesUsage() const;

    // Events.  Replays from `since` (0: none) out of the last 256.
    std::unique_ptr<EventSubscription> subscribe(Timestamp since);
    InfoView info() const;

    // Takes over what containers created and started from now on get; emits "reload".
    void reload(const Defaults& defaults);

    // Stops every container, each with its own timeout, in the reverse order of their start
    // (boot_order.h): for a host that halts.  From then on nothing is started: Unavailable.
    void stopAll();

private:
    friend class EngineImpl;
    image::ImageStore& images_;
    std::unique_ptr<class EngineImpl> impl_;
};

} // namespace ctrd::engine
