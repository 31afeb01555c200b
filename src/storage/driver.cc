#include "storage/driver.h"

#include "base/error.h"

namespace ctrd::storage {

void Driver::forgoSyncs(kernel::MountSpec& /*mount*/) const {}

void Driver::released(const std::string&) {}

void Driver::onWarning(const std::function<void(const std::string& sentence)>& /*listener*/) {}

OpenTree Driver::openTree(const std::string&) const {
    throw notSupported("storage driver " + name() + " cannot read a layer's own files");
}

int64_t DiffDriver::applyLayer(const std::string& id, archive::Source& in, const std::string&) {
    return applyDiff(id, in);
}

void DiffDriver::addMissing(const std::string&, archive::Source&) {
    throw notSupported("storage driver " + name() + " cannot prepare mount points");
}

} // namespace ctrd::storage
