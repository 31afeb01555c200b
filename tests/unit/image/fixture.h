#pragma once

#include "archive/digest.h"
#include "archive/tar.h"
#include "base/json.h"
#include "base/path.h"
#include "image/image_store.h"
#include "storage/layer_store.h"
#include "unit/archive/compress.h"
#include "unit/testing/expect.h"

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

// What the tests of the image room share: a store on a driver that keeps no files, and archives
// made on the spot.
namespace ctrd::image::testing {

using namespace ctrd::testing; // NOLINT(google-build-using-namespace)

// Trees of nothing but their ids: what the image room asks of a driver is that it reads the tar.
class MemoryDriver : public storage::DiffDriver {
public:
    std::string name() const override { return "memory"; }
    std::vector<std::pair<std::string, std::string>> status() const override { return {}; }
    void create(const std::string& id, const std::string& parent) override;
    bool exists(const std::string& id) const override;
    kernel::MountSpec mountOf(const std::string&, const std::string&) const override { return {}; }
    void remove(const std::string& id) override;
    void cleanup() override {}
    void diff(const std::string&, archive::Sink&) override {}
    std::vector<storage::Change> changes(const std::string&) override { return {}; }
    int64_t applyDiff(const std::string& id, archive::Source& in) override;
    int64_t diffSize(const std::string&) override { return 0; }

    size_t trees() const;
    int applied = 0;

private:
    mutable std::mutex mutex_;
    std::set<std::string> ids_;
};

// An archive as text.
class Archive {
public:
    Archive& file(const std::string& name, const std::string& content);
    Archive& json(const std::string& name, const Json& content);
    Archive& symlink(const std::string& name, const std::string& target);
    Archive& hardLink(const std::string& name, const std::string& target);
    Archive& entry(const archive::Entry& entry);
    std::string text() const;

private:
    struct Part {
        archive::Entry entry;
        std::string content;
    };
    std::vector<Part> parts_;
};

// A layer with one file.
std::string layerTar(const std::string& name, const std::string& content);
std::string digest(const std::string& bytes);
// Without the "sha256:".
std::string hex(const std::string& bytes);
// An image config of these layers.
Json configOf(const std::vector<std::string>& layers);

// An image store with everything below it.
class Store {
public:
    Store() { open(); }
    // On a driver that keeps files: `make` is given the directory for its trees.
    using MakeDriver = std::function<std::unique_ptr<storage::DiffDriver>(const std::string&)>;
    explicit Store(const MakeDriver& make);
    // As after a restart of the daemon.
    void open();

    std::vector<std::string> load(const std::string& archive);
    std::string import(const std::string& tar, const std::string& name = "",
                       const std::vector<std::string>& changes = {},
                       const std::string& message = "");
    // The load fails with InvalidArgument, says `part` and leaves nothing behind.
    void refuses(const std::string& archive, const std::string& part);
    // No image, no layer, no file of a load.
    void expectEmpty();
    // The texts of the progress so far: "stream" and "status".
    std::string told() const;

    TempDir dir;
    MemoryDriver driver;
    std::unique_ptr<storage::DiffDriver> realDriver; // takes the place of `driver`
    std::unique_ptr<storage::LayerStore> layers;
    std::unique_ptr<ImageStore> images;
    std::vector<Json> progress;
    Progress listener = [this](const Json& json) { progress.push_back(json); };
};

} // namespace ctrd::image::testing
