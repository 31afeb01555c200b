#include "engine/engine_impl.h"
#include "logging/drivers.h"

namespace ctrd::engine {

namespace {

// Follows the log of a running container and is told when it stops.
class FollowingReader : public logging::Reader {
public:
    FollowingReader(ContainerPtr container, std::unique_ptr<logging::Reader> reader)
        : container_(std::move(container)), reader_(std::move(reader)) {
        const auto data = container_->lock();
        if (data->monitor)
            data->followers.insert(reader_.get());
        else
            reader_->stop(); // it ended between the look and now
    }
    FollowingReader(const FollowingReader&) = delete;
    FollowingReader& operator=(const FollowingReader&) = delete;
    ~FollowingReader() override { container_->lock()->followers.erase(reader_.get()); }

    std::optional<logging::Message> next() override { return reader_->next(); }
    void stop() override { reader_->stop(); }

private:
    const ContainerPtr container_;
    const std::unique_ptr<logging::Reader> reader_;
};

} // namespace

std::unique_ptr<logging::Reader> Engine::logs(const std::string& ref,
                                              const logging::ReadOptions& options) const {
    const ContainerPtr container = impl_->containers.find(ref);
    const std::string driver = container->lock()->record.hostConfig.logConfig.type;
    logging::ReadOptions wanted = options;
    wanted.follow = options.follow && container->isRunning();
    auto reader = logging::createReader(driver, container->logPath(), wanted);
    if (!wanted.follow) return reader;
    return std::make_unique<FollowingReader>(container, std::move(reader));
}

} // namespace ctrd::engine
