#include "engine/container.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace ctrd::engine {

namespace {

struct Step {
    Status from, to;
};

constexpr Step kSteps[] = {
    {Status::Created, Status::Running},    {Status::Created, Status::Removing},
    {Status::Running, Status::Paused},     {Status::Running, Status::Restarting},
    {Status::Running, Status::Exited},     {Status::Paused, Status::Running},
    {Status::Paused, Status::Restarting},  {Status::Paused, Status::Exited},
    {Status::Restarting, Status::Running}, {Status::Restarting, Status::Exited},
    {Status::Exited, Status::Running},     {Status::Exited, Status::Removing},
    {Status::Removing, Status::Dead},      {Status::Dead, Status::Removing},
};

constexpr std::array kPropagations = {"shared", "rshared",  "slave",
                                      "rslave", "rprivate", "private"};

std::string propagationOf(const MountPoint& point) {
    if (point.type != "bind") return "";
    for (const auto& option : point.mount.options)
        for (const char* propagation : kPropagations)
            if (option == propagation) return option;
    return "";
}

MountView mountView(const MountPoint& point) {
    MountView view;
    view.type = point.type;
    view.name = point.name;
    view.driver = point.driver;
    if (point.type != "tmpfs") view.source = point.mount.source;
    view.destination = point.mount.target;
    view.mode = point.mode;
    view.propagation = propagationOf(point);
    view.readWrite = !point.isReadOnly();
    return view;
}

void fillCommand(ContainerView& view) {
    std::vector<std::string> words = view.config.entrypoint;
    words.insert(words.end(), view.config.cmd.begin(), view.config.cmd.end());
    if (words.empty()) return;
    view.path = words.front();
    view.args.assign(words.begin() + 1, words.end());
}

} // namespace

bool mayBecome(Status from, Status to) {
    return std::any_of(std::begin(kSteps), std::end(kSteps),
                       [&](const Step& step) { return step.from == from && step.to == to; });
}

Container::Container(ContainerRecord record, RunRecord run, std::string directory)
    : id_(record.id), directory_(std::move(directory)) {
    const auto data = data_.lock();
    data->record = std::move(record);
    data->run = std::move(run);
    data->lastExitCode = data->run.state.exitCode;
    data->restarts.restarts = data->run.restartCount;
}

std::string Container::file(const std::string& name) const {
    return joinPath(directory_, name);
}

Status Container::status() const {
    return lock()->run.state.status;
}

bool Container::isRunning() const {
    const Status now = status();
    return now == Status::Running || now == Status::Paused;
}

void Container::become(Status status) {
    const auto data = lock();
    const Status from = data->run.state.status;
    if (!mayBecome(from, status))
        throw internalError("container " + id_ + " cannot go from " + statusName(from) + " to " +
                            statusName(status));
    data->run.state.status = status;
    changed_.notify_all();
}

void Container::saveRecord(Durable durable) const {
    const ContainerRecord record = lock()->record;
    writeFileAtomic(file("config.json"), dumpJson(toJson(record)), 0600, durable);
}

void Container::saveRun(Durable durable) const {
    saveRun(RunRecord(lock()->run), durable);
}

void Container::saveRun(const RunRecord& run, Durable durable) const {
    writeFileAtomic(file("state.json"), dumpJson(toJson(run)), 0600, durable);
}

ContainerView Container::view() const {
    ContainerView view;
    view.id = id_;
    {
        const auto data = lock();
        view.name = data->record.name;
        view.created = data->record.created;
        view.state = data->run.state;
        view.imageId = data->record.imageId;
        view.config = data->record.config;
        view.hostConfig = data->record.hostConfig;
        for (const auto& point : data->record.mounts)
            view.mounts.push_back(mountView(point));
        view.endpoint = data->run.endpoint;
        view.restartCount = data->run.restartCount;
        view.storageDriver = data->record.storageDriver;
        view.execDriver = data->record.execDriver;
    }
    view.resolvConfPath = file("resolv.conf");
    view.hostnamePath = file("hostname");
    view.hostsPath = file("hosts");
    if (view.hostConfig.logConfig.type == "json-file") view.logPath = logPath();
    fillCommand(view);
    return view;
}

} // namespace ctrd::engine
