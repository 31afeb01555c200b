#include "unit/storage/store_box.h"

#include "archive/tar.h"
#include "archive/unpack.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/strings.h"
#include "storage/vfs/driver.h"

#include <climits>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::storage::testing {

void useBuiltHelper() {
    char self[PATH_MAX] = {};
    const char* build = std::getenv("abs_top_builddir");
    const std::string top = build != nullptr ? build
                            : readlink("/proc/self/exe", self, sizeof self - 1) > 0
                                ? dirName(dirName(self))
                                : "..";
    const std::string helper = joinPath(top, "src/ctrd-helper");
    if (access(helper.c_str(), X_OK) == 0) archive::setHelperProgram(helper);
}

void putFile(const std::string& path, const std::string& text) {
    writeAll(openFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), text);
}

StoreBox::StoreBox() : dir_(std::make_unique<TempDir>()), root_(dir_->path()) {
    make_ = [](const std::string& root) { return std::make_unique<VfsDriver>(root); };
    start();
}

StoreBox::StoreBox(std::string root, MakeDriver make)
    : root_(std::move(root)), make_(std::move(make)) {
    start();
}

void StoreBox::stop() {
    store_.reset();
    driver_.reset();
}

void StoreBox::start() {
    useBuiltHelper();
    log::setLevel(log::Level::Error);
    stop();
    const std::string trees = joinPath(root_, "trees");
    makeDirs(trees);
    driver_ = make_(trees);
    store_ = std::make_unique<LayerStore>(root_, *driver_);
    store_->cleanup();
}

Layer StoreBox::add(const std::string& tar, const Layer& parent) {
    archive::StringSource source(tar);
    return store_->registerLayer(source, parent.chainId);
}

std::string StoreBox::tarOf(const Layer& layer) const {
    archive::StringSink sink;
    archive::copyAll(*store_->layerTar(layer.chainId), sink);
    return sink.release();
}

std::string StoreBox::tree(const std::string& id) const {
    return joinPath(root_, "trees/dir", id);
}

std::string StoreBox::leftovers() const {
    std::vector<std::string> found;
    for (const auto& directory : {"chains", "containers", "tmp", "trees", "trees/dir",
                                  "trees/parents", "trees/l", "trees/subvolumes"})
        for (const auto& name : listDir(joinPath(root_, directory)))
            if (name != "dir" && name != "parents" && name != "l" && name != "subvolumes")
                found.push_back(joinPath(directory, name));
    return join(found, " ");
}

std::string tarOf(const std::vector<std::pair<std::string, std::string>>& files) {
    archive::StringSink sink;
    archive::TarWriter writer(sink);
    for (const auto& [name, content] : files) {
        archive::Entry entry;
        entry.name = name;
        entry.uid = geteuid();
        entry.gid = getegid();
        entry.mtimeSeconds = 1436882582;
        entry.size = static_cast<int64_t>(content.size());
        if (endsWith(name, "/")) {
            entry.type = archive::EntryType::Directory;
            entry.mode = 0755;
        }
        writer.add(entry);
        writer.write(content.data(), content.size());
    }
    writer.finish();
    return sink.release();
}

std::string shown(const std::vector<Change>& changes) {
    std::vector<std::string> lines;
    for (const auto& change : changes)
        lines.push_back(std::string(1, "CAD"[static_cast<int>(change.kind)]) + " " + change.path);
    return join(lines, ", ");
}

} // namespace ctrd::storage::testing
