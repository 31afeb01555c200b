#pragma once

#include "base/time.h"
#include "kernel/resources.h"
#include "network/driver.h"
#include "spec/container_config.h"
#include "spec/host_config.h"
#include "volume/driver.h"

#include <map>
#include <string>
#include <vector>

// Snapshots of the engine's objects for those above it: values, valid after the lock is gone.
namespace ctrd::engine {

enum class Status { Created, Running, Paused, Restarting, Removing, Exited, Dead };
const char* statusName(Status status); // "created", "running" …

struct ContainerState {
    Status status = Status::Created;
    pid_t pid = 0; // 0 unless running or paused
    int exitCode = 0;
    bool oomKilled = false;
    std::string error; // why the last start failed
    Timestamp startedAt = 0, finishedAt = 0;
};

struct MountView {
    std::string type = "bind"; // bind, volume, tmpfs
    std::string name, driver, source, destination, mode, propagation;
    bool readWrite = true;
};

struct ContainerView {
    std::string id;
    std::string name; // without the slash
    Timestamp created = 0;
    std::string path; // the program and its arguments as run
    std::vector<std::string> args;
    ContainerState state;
    std::string imageId; // "sha256:…"
    spec::ContainerConfig config;
    spec::HostConfig hostConfig;
    network::Endpoint endpoint; // empty unless running on a network
    std::string resolvConfPath, hostnamePath, hostsPath, logPath;
    int restartCount = 0;
    std::string storageDriver, execDriver;
    std::map<std::string, std::string> places; // of its files: storage::Driver::placesOf
    std::string mountLabel, processLabel;
    std::vector<MountView> mounts;
    std::vector<std::string> execIds;
};

struct VolumeView {
    volume::Volume volume;
    std::string mountPoint;
    std::vector<std::string> users; // ids of containers
};

struct ExecView {
    std::string id, containerId;
    bool running = false;
    bool exited = false; // exitCode counts
    int exitCode = 0;
    pid_t pid = 0;
    bool openStdin = false, openStdout = false, openStderr = false;
    bool tty = false, privileged = false;
    std::string user, workingDir;
    std::vector<std::string> args;
};

struct TopView {
    std::vector<std::string> titles;
    std::vector<std::vector<std::string>> processes;
};

// One sample with what it takes to make percentages of it.
struct StatsView {
    std::string id, name;
    Timestamp read = 0;
    kernel::Stats stats;
    uint64_t systemCpu = 0; // nanoseconds of all processors, from /proc/stat
    int onlineCpus = 0;
};

// Docker's event, of API 1.22 and later; the older fields follow from it.
struct Event {
    std::string type;   // "container", "image", "network", "volume", "daemon"
    std::string action; // "start", "die", "exec_create: sh" …
    std::string id;     // of the actor
    std::map<std::string, std::string> attributes; // name, image, exitCode, signal, labels …
    Timestamp time = 0;
};

struct InfoView {
    std::string id, name; // of the daemon, of the host
    int containers = 0, running = 0, paused = 0, stopped = 0, images = 0;
    std::string storageDriver, execDriver, loggingDriver, rootDirectory;
    std::vector<std::string> execDrivers;
    std::vector<std::pair<std::string, std::string>> storageStatus;
    bool memoryLimit = false, swapLimit = false, cpuCfs = false, cpuShares = false, cpuset = false,
         pidsLimit = false, oomKillDisable = false, ipv4Forwarding = false, debug = false;
    std::string kernelVersion, operatingSystem, architecture;
    int cpus = 0;
    int64_t memoryTotal = 0; // bytes
    int fileDescriptors = 0, threads = 0, eventListeners = 0;
    std::vector<std::string> labels, warnings;
    std::string initPath;
};

} // namespace ctrd::engine
