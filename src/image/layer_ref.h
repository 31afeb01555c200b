#pragma once

#include "archive/digest.h"
#include "storage/layer_store.h"

#include <utility>

namespace ctrd::image {

// A reference on a layer of the store, released at the end of its life.
class LayerRef {
public:
    LayerRef() = default;
    // Takes over a reference that was counted already (registerLayer's).
    LayerRef(storage::LayerStore& store, archive::Digest chainId)
        : store_(&store), chainId_(std::move(chainId)) {}
    LayerRef(const LayerRef&) = delete;
    LayerRef& operator=(const LayerRef&) = delete;
    LayerRef(LayerRef&& other) noexcept
        : store_(std::exchange(other.store_, nullptr)), chainId_(std::move(other.chainId_)) {}
    LayerRef& operator=(LayerRef&& other) noexcept {
        std::swap(store_, other.store_);
        std::swap(chainId_, other.chainId_);
        return *this;
    }
    // A tree that cannot be removed is the storage's to log and to try again at the next start.
    ~LayerRef() {
        try {
            if (store_ != nullptr) store_->release(chainId_);
        } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
        }
    }

    // The count stays; whoever called this releases it.
    void giveAway() { store_ = nullptr; }

    // Empty where it refers to nothing.
    const archive::Digest& chainId() const { return chainId_; }

private:
    storage::LayerStore* store_ = nullptr;
    archive::Digest chainId_;
};

} // namespace ctrd::image
