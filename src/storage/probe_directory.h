#pragma once

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "storage/parts.h"

#include <string>

namespace ctrd::storage {

// A directory below a driver's root to try things out in; what a crash leaves of it goes with the
// next one.
class ProbeDirectory {
public:
    explicit ProbeDirectory(const std::string& root) : path_(partOf(root, "probe")) {
        removeTree(path_);
        makeDir(path_);
    }
    ProbeDirectory(const ProbeDirectory&) = delete;
    ProbeDirectory& operator=(const ProbeDirectory&) = delete;
    ~ProbeDirectory() {
        try {
            removeTree(path_);
        } catch (const Error& e) {
            log::warn(e.what());
        }
    }

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace ctrd::storage
