#include "volume/store.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/path.h"
#include "base/strings.h"

#include <utility>

namespace ctrd::volume {

namespace {

constexpr const char* kLocal = "local";

Error noSuchVolume(const std::string& name) {
    return notFound("get " + name + ": no such volume");
}

} // namespace

Store::Store(Drivers drivers) : drivers_(std::move(drivers)) {
    const auto state = state_.lock();
    for (const auto& [name, driver] : drivers_) {
        for (auto& volume : driver->load()) {
            Entry& entry = (*state)[volume.name];
            entry.volume = std::move(volume);
            entry.volume.driver = name;
        }
    }
}

Store::~Store() = default;

Store::Lease::Lease(Lease&& other) noexcept
    : store_(std::exchange(other.store_, nullptr)),
      name_(std::move(other.name_)),
      isNew_(other.isNew_) {}

Store::Lease::~Lease() {
    if (store_ != nullptr) store_->endLease(name_);
}

void Store::endLease(const std::string& name) noexcept {
    const auto state = state_.lock();
    const auto at = state->find(name);
    if (at != state->end()) --at->second.leases;
}

Driver& Store::driver(const std::string& name) const {
    const auto at = drivers_.find(name);
    if (at == drivers_.end())
        throw notFound("error looking up volume plugin " + name + ": plugin \"" + name +
                       "\" not found: the driver local is what there is");
    return *at->second;
}

Store::Entry* Store::waitFor(Lock& state, const std::string& name) const {
    auto at = state->find(name);
    while (at != state->end() && at->second.busy) {
        changed_.wait(state.mutexLock());
        at = state->find(name);
    }
    return at == state->end() ? nullptr : &at->second;
}

void Store::setIdle(const std::string& name) {
    state_.lock()->at(name).busy = false;
    changed_.notify_all();
}

void Store::forget(const std::string& name) {
    state_.lock()->erase(name);
    changed_.notify_all();
}

Store::Lease Store::create(Volume wanted) {
    if (wanted.driver.empty()) wanted.driver = kLocal;
    checkName(wanted.name);
    const std::string name = wanted.name;
    {
        auto state = state_.lock();
        if (Entry* entry = waitFor(state, name)) {
            if (entry->volume.driver != wanted.driver)
                throw conflict("conflict: volume " + name + " exists and is of driver " +
                               entry->volume.driver + ", not " + wanted.driver);
            ++entry->leases;
            return Lease(*this, name, false);
        }
        driver(wanted.driver);
        Entry& entry = (*state)[name];
        entry.leases = 1;
        entry.busy = true;
    }
    wanted.created = now();
    try {
        driver(wanted.driver).create(wanted);
    } catch (...) {
        forget(name);
        throw;
    }
    state_.lock()->at(name).volume = std::move(wanted);
    setIdle(name);
    return Lease(*this, name, true);
}

std::vector<Volume> Store::list() const {
    std::vector<Volume> volumes;
    const auto state = state_.lock();
    for (const auto& [name, entry] : *state)
        if (!entry.volume.name.empty()) volumes.push_back(entry.volume);
    return volumes;
}

Volume Store::get(const std::string& name) const {
    auto state = state_.lock();
    if (const Entry* entry = waitFor(state, name)) return entry->volume;
    throw noSuchVolume(name);
}

std::string Store::mountPoint(const std::string& name) const {
    return driver(get(name).driver).mountPoint(name);
}

void Store::fill(const Lease& lease, const Users& users,
                 const std::function<void(const std::string&)>& fill) {
    const std::string& name = lease.name();
    bool isShared = false;
    Driver* keeper = nullptr;
    {
        auto state = state_.lock();
        Entry* entry = waitFor(state, name);
        if (entry == nullptr) throw noSuchVolume(name);
        isShared = entry->leases > 1 || !users(name).empty();
        keeper = &driver(entry->volume.driver);
        entry->busy = true;
    }
    const Finally done([&] { setIdle(name); });
    const std::string directory = keeper->mountPoint(name);
    if (!listDir(directory).empty()) return;
    if (isShared) return fill(directory);
    fill(keeper->stage(name));
    keeper->commitStage(name);
}

void Store::remove(const std::string& name, const Users& users) {
    Driver* keeper = nullptr;
    {
        auto state = state_.lock();
        Entry* entry = waitFor(state, name);
        if (entry == nullptr) throw noSuchVolume(name);
        std::vector<std::string> who = users(name);
        if (entry->leases > 0) who.emplace_back("a container that is being created");
        if (!who.empty())
            throw conflict("remove " + name + ": volume is in use - [" + join(who, ", ") + "]");
        keeper = &driver(entry->volume.driver);
        entry->busy = true;
    }
    try {
        keeper->remove(name);
    } catch (...) {
        setIdle(name);
        throw;
    }
    forget(name);
}

} // namespace ctrd::volume
