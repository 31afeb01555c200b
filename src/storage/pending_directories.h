#pragma once

#include "storage/tree_changes.h"

#include <string>
#include <vector>

namespace ctrd::storage {

// Directories on the way from the root to where a walk stands that were not told of yet: only a
// change in them makes them one.
class PendingDirectories {
public:
    explicit PendingDirectories(ChangeVisitor& visitor) : visitor_(visitor) {}

    // One more on the way; it is told at once where it `differs` itself.
    void enter(int directory, const std::string& name, const std::string& path, bool differs) {
        pending_.push_back({directory, name, path});
        if (differs) flush();
    }
    void leave() {
        pending_.pop_back();
        if (told_ > pending_.size()) told_ = pending_.size();
    }
    void changed(int directory, const std::string& name, const std::string& path,
                 Change::Kind kind) {
        flush();
        visitor_.changed(directory, name, path, kind);
    }

private:
    struct Pending {
        int directory;
        std::string name, path;
    };
    ChangeVisitor& visitor_;
    std::vector<Pending> pending_;
    size_t told_ = 0;

    void flush() {
        for (; told_ < pending_.size(); ++told_) {
            const Pending& p = pending_[told_];
            visitor_.changed(p.directory, p.name, p.path, Change::Kind::Modified);
        }
    }
};

inline std::string below(const std::string& directory, const std::string& name) {
    return directory.empty() ? name : directory + "/" + name;
}

} // namespace ctrd::storage
