#include "storage/naive_diff.h"

#include "archive/unpack.h"
#include "base/atomic_file.h"
#include "base/fd.h"
#include "base/path.h"
#include "storage/tree_changes.h"

namespace ctrd::storage {

namespace {

// Holds tree and parent open during a walk.
class Comparison {
public:
    Comparison(const Driver& driver, const std::string& id, const std::string& record)
        : tree_(driver.openTree(id)), record_(record) {
        const std::string parent = readFile(record);
        if (!parent.empty()) parent_ = driver.openTree(parent);
    }

    ChangeWalk walk() const {
        return [this](ChangeVisitor& visitor) {
            compareTrees(tree_.path, parent_.path, record_, visitor);
        };
    }

private:
    OpenTree tree_, parent_;
    std::string record_;
};

} // namespace

NaiveDiff::NaiveDiff(std::unique_ptr<Driver> driver, std::string records)
    : driver_(std::move(driver)), records_(std::move(records)) {
    makeDirs(records_, 0700);
}

std::string NaiveDiff::recordOf(const std::string& id) const {
    return joinPath(records_, id);
}

// The record comes after the copy, because its time is the mark between what was copied and what
// was changed.
void NaiveDiff::create(const std::string& id, const std::string& parent) {
    driver_->create(id, parent);
    try {
        writeFileAtomic(recordOf(id), parent);
    } catch (...) {
        driver_->remove(id);
        throw;
    }
}

// A tree without its record is one that create() did not finish.
bool NaiveDiff::exists(const std::string& id) const {
    return driver_->exists(id) && ctrd::exists(recordOf(id));
}

void NaiveDiff::cleanup() {
    driver_->cleanup();
    for (const auto& path : lostRecords())
        removePath(path);
}

std::vector<std::string> NaiveDiff::unfinished() const {
    std::vector<std::string> paths = driver_->unfinished(), records = lostRecords();
    paths.insert(paths.end(), records.begin(), records.end());
    return paths;
}

std::vector<std::string> NaiveDiff::lostRecords() const {
    std::vector<std::string> paths;
    for (const auto& id : listDir(records_))
        if (!driver_->exists(id)) paths.push_back(recordOf(id));
    return paths;
}

void NaiveDiff::remove(const std::string& id) {
    driver_->remove(id);
    removePath(recordOf(id));
}

void NaiveDiff::diff(const std::string& id, archive::Sink& out) {
    const Comparison comparison(*driver_, id, recordOf(id));
    packChanges(comparison.walk(), out);
}

std::vector<Change> NaiveDiff::changes(const std::string& id) {
    const Comparison comparison(*driver_, id, recordOf(id));
    return listChanges(comparison.walk());
}

int64_t NaiveDiff::diffSize(const std::string& id) {
    const Comparison comparison(*driver_, id, recordOf(id));
    return sizeOfChanges(comparison.walk());
}

int64_t NaiveDiff::applyDiff(const std::string& id, archive::Source& in) {
    return applyLayer(id, in, "");
}

int64_t NaiveDiff::applyLayer(const std::string& id, archive::Source& in, const std::string& keep) {
    archive::UnpackOptions options;
    options.whiteouts = archive::Whiteouts::Remove;
    options.keep = keep;
    const OpenTree tree = driver_->openTree(id);
    return archive::applyArchive(tree.path, in, options);
}

void NaiveDiff::addMissing(const std::string& id, archive::Source& in) {
    archive::UnpackOptions options;
    options.keepExisting = true;
    const OpenTree tree = driver_->openTree(id);
    archive::applyArchive(tree.path, in, options);
}

} // namespace ctrd::storage
