#include "base/error.h"
#include "engine/engine_impl.h"

namespace ctrd::engine {

StatsView Engine::stats(const std::string& ref) const {
    const ContainerPtr container = impl_->containers.find(ref);
    StatsView view;
    view.id = container->id();
    std::shared_ptr<monitor::Client> monitor;
    {
        const auto data = container->lock();
        view.name = data->record.name;
        monitor = data->monitor;
    }
    if (!monitor) return view;
    try {
        view.stats = monitor->stats();
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::Unavailable) throw;
        return view; // it ended this moment
    }
    view.read = now();
    view.systemCpu = systemCpuNanoseconds();
    view.onlineCpus = impl_->limits.cpuCount;
    return view;
}

} // namespace ctrd::engine
