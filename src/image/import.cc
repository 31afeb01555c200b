#include "image/import.h"

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "image/platform.h"

namespace ctrd::image {

namespace {

class CountingSource : public archive::Source {
public:
    explicit CountingSource(archive::Source& from) : from_(from) {}

    size_t read(void* buffer, size_t size) override {
        const size_t got = from_.read(buffer, size);
        any_ |= got > 0;
        return got;
    }
    bool any() const { return any_; }

private:
    archive::Source& from_;
    bool any_ = false;
};

} // namespace

std::pair<LayerRef, archive::Digest> importLayer(archive::Source& tar,
                                                 storage::LayerStore& layers) {
    CountingSource counting(tar);
    const storage::Layer layer = layers.registerLayer(counting, {});
    LayerRef hold(layers, layer.chainId);
    if (!counting.any()) throw invalidArgument("cannot import: the stream is empty");
    return {std::move(hold), layer.diffId};
}

std::string importedConfig(const archive::Digest& diffId, const spec::ContainerConfig& config,
                           const std::string& comment) {
    const std::string created = formatTime(now());
    const Json json = {
        {"architecture", hostArchitecture()},
        {"os", "linux"},
        {"created", created},
        {"comment", comment},
        {"config", spec::toJson(config)},
        {"rootfs", {{"type", "layers"}, {"diff_ids", Json::array({diffId.text()})}}},
        {"history", Json::array({Json{{"created", created}, {"comment", comment}}})},
    };
    return dumpJson(json);
}

} // namespace ctrd::image
