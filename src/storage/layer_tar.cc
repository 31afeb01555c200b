#include "archive/kept_headers.h"
#include "base/error.h"
#include "base/path.h"
#include "storage/layer_state.h"

namespace ctrd::storage {

namespace {

class LayerTar : public archive::Source {
public:
    LayerTar(Layer layer, OpenTree tree, const std::string& keep)
        : layer_(std::move(layer)),
          tree_(std::move(tree)),
          archive_(archive::reassembledArchive(tree_.path, keep)),
          digesting_(*archive_) {}

    size_t read(void* buffer, size_t size) override {
        if (ended_) return 0;
        const size_t n = digesting_.read(buffer, size);
        if (n > 0 || size == 0) return n;
        ended_ = true;
        if (digesting_.digest() != layer_.diffId)
            throw internalError("layer " + layer_.chainId.text() +
                                " is damaged: its files have changed below '" + tree_.path + "'");
        return 0;
    }

private:
    Layer layer_;
    OpenTree tree_;
    std::unique_ptr<archive::Source> archive_;
    archive::DigestingSource digesting_;
    bool ended_ = false;
};

} // namespace

std::unique_ptr<archive::Source> LayerStore::layerTar(const archive::Digest& chainId) const {
    const Layer layer = get(chainId);
    const std::string keep = LayerPaths{root_}.chain(chainId);
    if (!exists(joinPath(keep, archive::kHeadersFile)))
        throw notSupported("storage driver " + driver_.name() + " has kept no headers of layer " +
                           chainId.text());
    return std::make_unique<LayerTar>(layer, driver_.openTree(layer.cacheId), keep);
}

} // namespace ctrd::storage
