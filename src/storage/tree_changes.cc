#include "storage/tree_changes.h"

#include "archive/pack.h"
#include "base/error.h"
#include "base/strings.h"

#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::storage {

namespace {

class Lister : public ChangeVisitor {
public:
    void changed(int, const std::string&, const std::string& path, Change::Kind kind) override {
        changes.push_back({"/" + path, kind});
    }
    std::vector<Change> changes;
};

class TarMaker : public ChangeVisitor {
public:
    explicit TarMaker(archive::Sink& out) : writer_(out), packer_(writer_) {}

    void changed(int directory, const std::string& name, const std::string& path,
                 Change::Kind kind) override {
        if (startsWith(name, ".wh."))
            throw invalidArgument("'/" + path +
                                  "' cannot become part of a layer: a name that begins with .wh. "
                                  "means deletion there; rename it");
        if (kind == Change::Kind::Deleted)
            packer_.addWhiteout(path);
        else
            packer_.add(directory, name, path);
    }
    void finish() { writer_.finish(); }

private:
    archive::TarWriter writer_;
    archive::Packer packer_;
};

class Counter : public ChangeVisitor {
public:
    void changed(int directory, const std::string& name, const std::string&,
                 Change::Kind kind) override {
        struct stat st;
        if (kind == Change::Kind::Deleted ||
            fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0)
            return;
        if (!S_ISREG(st.st_mode)) return;
        if (st.st_nlink > 1 && !seen_.emplace(st.st_dev, st.st_ino).second) return;
        bytes += st.st_size;
    }
    int64_t bytes = 0;

private:
    std::set<std::pair<dev_t, ino_t>> seen_;
};

} // namespace

std::vector<Change> listChanges(const ChangeWalk& walk) {
    Lister lister;
    walk(lister);
    return std::move(lister.changes);
}

void packChanges(const ChangeWalk& walk, archive::Sink& out) {
    TarMaker maker(out);
    walk(maker);
    maker.finish();
}

int64_t sizeOfChanges(const ChangeWalk& walk) {
    Counter counter;
    walk(counter);
    return counter.bytes;
}

} // namespace ctrd::storage
