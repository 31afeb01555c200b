#pragma once

#include "base/atomic_file.h"
#include "base/sync.h"
#include "engine/restart_policy.h"
#include "engine/user_mounts.h"
#include "engine/views.h"
#include "monitor/client.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace ctrd::engine {

// config.json: what a container is.  Only rename and update change it.
struct ContainerRecord {
    std::string id, name;
    Timestamp created = 0;
    std::string imageId;            // "sha256:…"
    spec::ContainerConfig config;   // merged with the image's
    spec::HostConfig hostConfig;    // completed by the daemon's defaults
    std::vector<MountPoint> mounts; // all but --tmpfs; who uses a volume is read out of these
    std::string storageDriver, execDriver;
};

// state.json: how it fares.  While it runs, pid and start time are the monitor's to tell.
struct RunRecord {
    ContainerState state;
    network::Endpoint endpoint;
    int restartCount = 0;
    bool stoppedByHand = false;
    bool removesVolumes = false; // Removing: with its anonymous volumes
};

// Both files carry "version"; a newer one than this program's is refused with a sentence.
Json toJson(const ContainerRecord& record);
ContainerRecord containerRecordFromJson(const Json& json);
Json toJson(const RunRecord& record);
RunRecord runRecordFromJson(const Json& json);

// The state machine: whether a container may go from one to the other.
bool mayBecome(Status from, Status to);

// One container.  It has one lock for its verbs and one for its data:
//   operate()  serialises what changes it (start, pause, rename, remove, what follows its end); it
//              is held over requests to the monitor, network and storage, never over I/O to a
//              client, nor while waiting for the container to end;
//   lock()     guards the data.  It is a leaf: nothing that may block or take another lock happens
//              under it, so looking at a container never waits for its verbs.
class Container {
public:
    Container(ContainerRecord record, RunRecord run, std::string directory);
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;
    ~Container() = default;

    // A client that attached before the container was started.
    struct PendingAttach {
        monitor::AttachRequest request;
        Fd client;
    };

    struct Data {
        ContainerRecord record;
        RunRecord run;
        std::shared_ptr<monitor::Client> monitor; // while it runs
        std::vector<PendingAttach> attaches;
        int arriving = 0; // clients that were told they are attached, and are not in `attaches` yet
        std::set<logging::Reader*> followers; // readers of its log to be told of its end
        uint64_t endings = 0;                 // how often it ended
        int lastExitCode = 0;                 // of the latest ending
        bool removed = false;
        bool keepOnEnd = false; // restart: AutoRemove waits
        int fileUsers = 0;      // who mounted its files to copy them while it does not run
        RestartHistory restarts;
        uint64_t restartTicket = 0; // a planned restart holds the number; another calls it off
    };

    const std::string& id() const { return id_; }
    const std::string& directory() const { return directory_; }
    // "config.json", "state.json", "exit.json", "hosts" … below its directory.
    std::string file(const std::string& name) const;
    // Of the json-file driver.
    std::string logPath() const { return file(id_ + "-json.log"); }

    using Operation = std::unique_lock<std::mutex>;
    Operation operate() { return Operation(operation_); }
    Sync<Data>::Lock lock() const { return data_.lock(); }

    // Below: take the data lock themselves.
    Status status() const;
    bool isRunning() const; // or paused
    // Throws Internal for a step the state machine has not.
    void become(Status status);
    // Wakes those who wait for a change of status, ending or removal.
    void notify() { changed_.notify_all(); }
    // Until `done(data)`; false where `timeout` (nanoseconds) went by before.
    template <typename F>
    bool waitFor(int64_t timeout, F done) const;

    // What exists after a crash of ctrd, or of the machine where Durable.
    void saveRecord(Durable durable) const;
    void saveRun(Durable durable) const;
    void saveRun(const RunRecord& run, Durable durable) const;

    ContainerView view() const;

private:
    const std::string id_, directory_;
    std::mutex operation_;
    mutable Sync<Data> data_;
    mutable std::condition_variable changed_;
};

using ContainerPtr = std::shared_ptr<Container>;

template <typename F>
bool Container::waitFor(int64_t timeout, F done) const {
    auto data = lock();
    const auto isDone = [&] { return done(*data); };
    return changed_.wait_for(data.mutexLock(), std::chrono::nanoseconds(timeout), isDone);
}

} // namespace ctrd::engine
