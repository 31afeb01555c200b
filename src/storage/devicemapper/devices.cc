#include "storage/devicemapper/devices.h"

#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"
#include "storage/devicemapper/thin.h"

#include <cerrno>
#include <chrono>
#include <thread>

namespace ctrd::storage::devicemapper {

namespace {

// A monitor that has told the end of its container needs a moment to end itself, and the kernel
// another one for its mounts.
constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kPause{20};

} // namespace

Devices::Devices(const kernel::DeviceMapper& mapper, std::string prefix, std::string pool,
                 bool removeOnClose)
    : mapper_(mapper),
      prefix_(std::move(prefix)),
      pool_(std::move(pool)),
      removeOnClose_(removeOnClose) {}

std::string Devices::nameOf(const std::string& id) const {
    return prefix_ + id;
}

std::string Devices::nodeOf(const std::string& id) const {
    return kernel::DeviceMapper::nodeOf(nameOf(id));
}

void Devices::activate(State& state, const std::string& id, const DeviceRecord& record) {
    const std::string name = nameOf(id);
    state.idle.erase(id);
    kernel::DmInfo info = mapper_.info(name);
    if (info.exists && info.removedOnClose) {
        try {
            mapper_.keepOnClose(name);
        } catch (const SystemError& e) {
            log::debug(std::string("too late to keep it: ") + e.what());
            info = mapper_.info(name);
        }
    }
    if (!info.exists)
        mapper_.create(name, thinTable(record.bytes, pool_, record.device));
    else if (info.suspended)
        mapper_.resume(name);
}

std::shared_ptr<void> Devices::use(const std::string& id, const DeviceRecord& record) {
    const auto state = state_.lock();
    sweep(*state);
    activate(*state, id, record);
    ++state->uses[id].users;
    return {this, [id](void* devices) { static_cast<Devices*>(devices)->endUse(id); }};
}

void Devices::endUse(const std::string& id) noexcept {
    try {
        const auto state = state_.lock();
        --state->uses[id].users;
        release(*state, id);
    } catch (const std::exception& e) {
        log::warn("cannot take down the device of tree '" + id + "': " + e.what());
    }
}

void Devices::lend(const std::string& id, const DeviceRecord& record) {
    const auto state = state_.lock();
    sweep(*state);
    activate(*state, id, record);
    state->uses[id].lent = true;
}

void Devices::giveBack(const std::string& id) {
    const auto state = state_.lock();
    state->uses[id].lent = false;
    release(*state, id);
    sweep(*state);
}

// False where it is in use.
bool Devices::tryRemove(const std::string& name) const {
    try {
        mapper_.remove(name);
    } catch (const SystemError& e) {
        if (e.errorNumber() == EBUSY) return false;
        if (e.errorNumber() != ENXIO) throw;
    }
    return true;
}

void Devices::release(State& state, const std::string& id) {
    const auto it = state.uses.find(id);
    if (it != state.uses.end() && (it->second.users > 0 || it->second.lent)) return;
    state.uses.erase(id);
    const std::string name = nameOf(id);
    if (tryRemove(name)) return;
    if (removeOnClose_)
        mapper_.removeOnClose(name);
    else
        state.idle.insert(id);
}

void Devices::sweep(State& state) {
    for (auto it = state.idle.begin(); it != state.idle.end();) {
        if (tryRemove(nameOf(*it)))
            it = state.idle.erase(it);
        else
            ++it;
    }
}

void Devices::close(const std::string& id) {
    const std::string name = nameOf(id);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        {
            const auto state = state_.lock();
            state->uses.erase(id);
            state->idle.erase(id);
            if (tryRemove(name)) return;
        }
        if (std::chrono::steady_clock::now() > end)
            throw conflict("the files of '" + id + "' are still in use: device '" + name +
                           "' is open or mounted somewhere (grep it in /proc/*/mounts)");
        std::this_thread::sleep_for(kPause);
    }
}

Devices::Suspension::Suspension(Devices& devices, const std::string& id)
    : devices_(devices), name_(devices.nameOf(id)), lock_(devices.state_.lock()) {
    if (!devices_.mapper_.info(name_).exists) return;
    devices_.mapper_.suspend(name_);
    suspended_ = true;
}

Devices::Suspension::~Suspension() {
    if (!suspended_) return;
    try {
        devices_.mapper_.resume(name_);
    } catch (const std::exception& e) {
        log::error(std::string("whoever uses it waits now: ") + e.what());
    }
}

void Devices::recover() {
    const auto state = state_.lock();
    for (const auto& name : mapper_.list()) {
        if (!startsWith(name, prefix_)) continue;
        const kernel::DmInfo info = mapper_.info(name);
        if (info.suspended) mapper_.resume(name);
        if (info.openCount == 0) tryRemove(name);
    }
}

void Devices::takeDownAll() noexcept {
    try {
        const auto state = state_.lock();
        for (const auto& name : mapper_.list())
            if (startsWith(name, prefix_) && mapper_.info(name).openCount == 0) tryRemove(name);
    } catch (const std::exception& e) {
        log::warn(std::string("cannot take down the devices of containers: ") + e.what());
    }
}

} // namespace ctrd::storage::devicemapper
