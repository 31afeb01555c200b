#include "engine/engine.h"

#include "base/error.h"
#include "base/path.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"

namespace ctrd::engine {

namespace {

// The container that is being started has the first claim to the processors; a short one has ended
// after so long.
constexpr int64_t kSparePause = 15 * kSecond / 1000;

} // namespace

EngineImpl::EngineImpl(Options chosen, storage::LayerStore& layerStore,
                       image::ImageStore& imageStore, volume::Store& volumeStore,
                       std::map<std::string, network::Driver*> drivers)
    : options(std::move(chosen)),
      layers(layerStore),
      images(imageStore),
      volumes(volumeStore),
      networks(std::move(drivers)),
      limits(probeHostLimits()),
      defaults_(options.defaults),
      spareMonitor_(options.monitorProgram) {
    makeDirs(containersDirectory(), 0700);
    makeDirs(options.runDirectory, 0711);
    layers.driver().onWarning([this](const std::string& sentence) {
        emitDaemon("warning", {{"message", sentence}});
    });
}

EngineImpl::~EngineImpl() {
    layers.driver().onWarning({});
    // Whoever makes work ends before those who do it.
    watcher_.stop();
    workers_.finish();
}

std::string EngineImpl::containersDirectory() const {
    return joinPath(options.root, "containers");
}

std::string EngineImpl::monitorSocket(const std::string& id) const {
    return monitor::socketPath(options.runDirectory, id);
}

void EngineImpl::emit(const Container& container, const std::string& action,
                      const std::map<std::string, std::string>& attributes) {
    Event event;
    event.type = "container";
    event.action = action;
    event.id = container.id();
    event.time = now();
    {
        const auto data = container.lock();
        event.attributes = data->record.config.labels;
        event.attributes["image"] = data->record.config.image;
        event.attributes["name"] = data->record.name;
    }
    for (const auto& [key, value] : attributes)
        event.attributes[key] = value;
    events.publish(std::move(event));
}

std::unique_ptr<monitor::Client> EngineImpl::takeMonitor() {
    auto client = spareMonitor_.take();
    readyMonitor();
    return client;
}

void EngineImpl::readyMonitor() {
    watcher_.after(kSparePause, [this] { runJob([this] { spareMonitor_.refill(); }); });
}

std::shared_ptr<monitor::Client> EngineImpl::monitorOf(const Container& container) const {
    auto monitor = container.lock()->monitor;
    if (!monitor) throw conflict("Container " + container.id() + " is not running");
    return monitor;
}

bool EngineImpl::hasEnded(const Container& container) {
    return exists(container.file(monitor::kExitRecordName));
}

Engine::Engine(Options options, storage::LayerStore& layers, image::ImageStore& images,
               volume::Store& volumes, std::map<std::string, network::Driver*> networks)
    : images_(images),
      impl_(std::make_unique<EngineImpl>(std::move(options), layers, images, volumes,
                                         std::move(networks))) {
    impl_->recover();
    impl_->readyMonitor();
}

Engine::~Engine() = default;

std::unique_ptr<EventSubscription> Engine::subscribe(Timestamp since) {
    return impl_->events.subscribe(since);
}

} // namespace ctrd::engine
