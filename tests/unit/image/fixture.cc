#include "unit/image/fixture.h"

#include "archive/compression.h"
#include "archive/tar.h"
#include "base/json.h"

namespace ctrd::image::testing {

void MemoryDriver::create(const std::string& id, const std::string& parent) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!parent.empty() && ids_.count(parent) == 0) throw notFound("no tree " + parent);
    if (!ids_.insert(id).second) throw conflict("tree " + id + " is there");
}

bool MemoryDriver::exists(const std::string& id) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return ids_.count(id) > 0;
}

void MemoryDriver::remove(const std::string& id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ids_.erase(id);
}

size_t MemoryDriver::trees() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return ids_.size();
}

int64_t MemoryDriver::applyDiff(const std::string&, archive::Source& in) {
    ++applied;
    archive::TarReader reader(in);
    archive::Entry entry;
    int64_t bytes = 0;
    while (reader.next(entry))
        bytes += entry.dataSize();
    return bytes;
}

Archive& Archive::file(const std::string& name, const std::string& content) {
    archive::Entry entry;
    entry.name = name;
    entry.size = static_cast<int64_t>(content.size());
    parts_.push_back({entry, content});
    return *this;
}

Archive& Archive::json(const std::string& name, const Json& content) {
    return file(name, dumpJson(content));
}

Archive& Archive::symlink(const std::string& name, const std::string& target) {
    archive::Entry entry;
    entry.type = archive::EntryType::Symlink;
    entry.name = name;
    entry.target = target;
    return this->entry(entry);
}

Archive& Archive::hardLink(const std::string& name, const std::string& target) {
    archive::Entry entry;
    entry.type = archive::EntryType::HardLink;
    entry.name = name;
    entry.target = target;
    return this->entry(entry);
}

Archive& Archive::entry(const archive::Entry& entry) {
    parts_.push_back({entry, ""});
    return *this;
}

std::string Archive::text() const {
    archive::StringSink sink;
    archive::TarWriter writer(sink);
    for (const Part& part : parts_) {
        writer.add(part.entry);
        if (!part.content.empty()) writer.write(part.content.data(), part.content.size());
    }
    writer.finish();
    return sink.release();
}

std::string layerTar(const std::string& name, const std::string& content) {
    return Archive().file(name, content).text();
}

std::string digest(const std::string& bytes) {
    return archive::digestOf(bytes).text();
}

std::string hex(const std::string& bytes) {
    return archive::digestOf(bytes).hex();
}

Json configOf(const std::vector<std::string>& layers) {
    Json config = {{"architecture", "amd64"},
                   {"os", "linux"},
                   {"created", "2015-07-14T13:01:02Z"},
                   {"config", {{"Cmd", Json::array({"sh"})}, {"Env", Json::array({"A=b"})}}},
                   {"rootfs", {{"type", "layers"}, {"diff_ids", Json::array()}}},
                   {"history", Json::array()}};
    for (const std::string& layer : layers) {
        config["rootfs"]["diff_ids"].push_back(digest(layer));
        config["history"].push_back({{"created", "2015-07-14T13:01:02Z"}, {"created_by", "ADD"}});
    }
    return config;
}

Store::Store(const MakeDriver& make) {
    const std::string trees = joinPath(dir.path(), "trees");
    makeDirs(trees);
    realDriver = make(trees);
    open();
}

void Store::open() {
    images.reset();
    layers.reset();
    storage::DiffDriver& used = realDriver ? *realDriver : driver;
    const std::string layerRoot = joinPath(dir.path(), "layers");
    makeDirs(layerRoot);
    layers = std::make_unique<storage::LayerStore>(layerRoot, used);
    layers->cleanup();
    images = std::make_unique<ImageStore>(joinPath(dir.path(), "images"), *layers);
    layers->collect();
}

std::vector<std::string> Store::load(const std::string& archive) {
    archive::StringSource source(archive);
    return images->load(source, listener);
}

std::string Store::import(const std::string& tar, const std::string& name,
                          const std::vector<std::string>& changes, const std::string& message) {
    archive::StringSource source(tar);
    return images->import(source, name, "", message, changes, listener);
}

void Store::refuses(const std::string& archive, const std::string& part) {
    expectError(ErrorKind::InvalidArgument, part, [&] { load(archive); });
    expectEmpty();
}

void Store::expectEmpty() {
    CPPUNIT_ASSERT_EQUAL(size_t(0), images->list().size());
    CPPUNIT_ASSERT_EQUAL(size_t(0), layers->list().size());
    CPPUNIT_ASSERT_EQUAL(size_t(0), driver.trees());
    CPPUNIT_ASSERT_EQUAL(size_t(0), listDir(joinPath(dir.path(), "images/tmp")).size());
    CPPUNIT_ASSERT_EQUAL(size_t(0), listDir(joinPath(dir.path(), "images/blobs/sha256")).size());
}

std::string Store::told() const {
    std::string text;
    for (const Json& json : progress)
        text += getString(json, "stream") + getString(json, "status");
    return text;
}

} // namespace ctrd::image::testing
