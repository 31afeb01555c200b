#include "spec/update.h"

#include "base/error.h"
#include "base/json.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"

namespace ctrd::engine {

namespace {

void checkUpdatable(const Container& container) {
    switch (container.status()) {
        case Status::Removing:
        case Status::Dead:
            throw conflict("Container " + container.id() +
                           " is marked for removal and cannot be updated");
        default:
            return;
    }
}

// The limits alone; the rest of a HostConfig has its standard values.
kernel::Resources limitsOf(const spec::HostConfig& changes) {
    kernel::Resources limits = resourcesOf(spec::updated({}, changes));
    limits.devices.clear();
    return limits;
}

// Whether the kernel has anything to do with it.
bool isEmpty(const kernel::Resources& limits) {
    return kernel::toJson(limits).empty();
}

} // namespace

std::vector<std::string> Engine::update(const std::string& ref, const spec::HostConfig& changes) {
    const ContainerPtr container = impl_->containers.find(ref);
    const auto operation = container->operate();
    checkUpdatable(*container);
    const spec::HostConfig before = container->lock()->record.hostConfig;
    spec::HostConfig wanted = changes;
    spec::validate(spec::updated(before, wanted));
    checkCpus(wanted, impl_->limits);
    auto warnings = dropUnsupported(wanted, impl_->limits);
    const spec::HostConfig after = spec::updated(before, wanted);

    // The kernel first: what it refuses is not to be found in the record.
    const kernel::Resources limits = limitsOf(wanted);
    if (container->isRunning() && !isEmpty(limits))
        impl_->ask(*container, [&](monitor::Client& monitor) { monitor.update(limits); });
    {
        const auto data = container->lock();
        data->record.hostConfig = after;
        if (!wanted.restartPolicy.name.empty()) data->restarts = {};
    }
    container->saveRecord(Durable::Yes);
    impl_->emit(*container, "update");
    return warnings;
}

} // namespace ctrd::engine
