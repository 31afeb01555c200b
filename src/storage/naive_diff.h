#pragma once

#include "storage/driver.h"

#include <memory>
#include <string>

namespace ctrd::storage {

// Makes a DiffDriver of a driver whose trees are whole and readable by openTree(): finds changes by
// walking the tree and its parent.  Thread safe as the driver it wraps.
class NaiveDiff : public DiffDriver {
public:
    // Remembers parents in files below `records`, on the same file system as the trees.
    NaiveDiff(std::unique_ptr<Driver> driver, std::string records);

    std::string name() const override { return driver_->name(); }
    std::vector<std::pair<std::string, std::string>> status() const override {
        return driver_->status();
    }
    void create(const std::string& id, const std::string& parent) override;
    bool exists(const std::string& id) const override;
    kernel::MountSpec mountOf(const std::string& id, const std::string& label) const override {
        return driver_->mountOf(id, label);
    }
    void released(const std::string& id) override { driver_->released(id); }
    void remove(const std::string& id) override;
    void cleanup() override;
    std::vector<std::string> unfinished() const override;
    void onWarning(const std::function<void(const std::string& sentence)>& listener) override {
        driver_->onWarning(listener);
    }
    std::vector<std::string> ids() const override { return driver_->ids(); }
    OpenTree openTree(const std::string& id) const override { return driver_->openTree(id); }

    void diff(const std::string& id, archive::Sink& out) override;
    std::vector<Change> changes(const std::string& id) override;
    int64_t applyDiff(const std::string& id, archive::Source& in) override;
    int64_t applyLayer(const std::string& id, archive::Source& in,
                       const std::string& keep) override;
    void addMissing(const std::string& id, archive::Source& in) override;
    int64_t diffSize(const std::string& id) override;

private:
    std::unique_ptr<Driver> driver_;
    std::string records_;
    std::string recordOf(const std::string& id) const;
    std::vector<std::string> lostRecords() const;
};

} // namespace ctrd::storage
