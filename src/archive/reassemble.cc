#include "archive/kept_headers.h"
#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

class Reassembler : public Source {
public:
    Reassembler(const std::string& tree, const std::string& keep)
        : tree_(openFile(tree, O_RDONLY | O_DIRECTORY)),
          keep_(openFile(keep, O_RDONLY | O_DIRECTORY)),
          file_(openFile(joinPath(keep, kHeadersFile), O_RDONLY)),
          fileSource_(file_.get()),
          headers_(fileSource_),
          what_("'" + joinPath(keep, kHeadersFile) + "'") {
        if (bytes(kHeadersMagic.size()) != kHeadersMagic) throw broken();
    }

    size_t read(void* buffer, size_t size) override {
        while (rawLeft_ == 0 && extentLeft_ == 0)
            if (!nextExtent() && !nextRecord()) return 0;
        if (rawLeft_ > 0) {
            const size_t n = std::min<size_t>(size, rawLeft_);
            readExactly(headers_, buffer, n, what_);
            rawLeft_ -= n;
            return n;
        }
        const size_t n = readSome(content_.get(), buffer,
                                  static_cast<size_t>(std::min<uint64_t>(size, extentLeft_)));
        if (n == 0) throw internalError("file '" + path_ + "' of a layer is shorter than it was");
        extentLeft_ -= n;
        return n;
    }

private:
    Fd tree_, keep_, file_;
    FdSource fileSource_;
    DecompressingSource headers_;
    std::string what_;
    size_t rawLeft_ = 0;
    Fd content_;
    std::string path_;
    std::vector<std::pair<uint64_t, uint64_t>> extents_; // what is left of them, the next one last
    uint64_t extentLeft_ = 0;
    uint32_t contents_ = 0;

    Error broken() const { return internalError("file " + what_ + " is broken"); }

    std::string bytes(size_t size) {
        std::string text(size, '\0');
        readExactly(headers_, text.data(), size, what_);
        return text;
    }

    uint64_t number(size_t size) {
        const std::string text = bytes(size);
        uint64_t value = 0;
        for (size_t i = size; i-- > 0;)
            value = value << 8 | static_cast<unsigned char>(text[i]);
        return value;
    }

    bool nextRecord() {
        char type = 0;
        if (headers_.read(&type, 1) == 0) return false;
        const auto size = static_cast<size_t>(number(4));
        if (size > kMaxHeadersRecord) throw broken();
        if (type == 'R') {
            rawLeft_ = size;
            return true;
        }
        if (type != 'C') throw broken();
        path_ = bytes(size);
        const uint64_t count = number(4);
        extents_.clear();
        for (uint64_t i = 0; i < count; ++i) {
            const uint64_t offset = number(8);
            extents_.emplace_back(offset, number(8));
        }
        std::reverse(extents_.begin(), extents_.end());
        openContent();
        return true;
    }

    void openContent() {
        const std::string saved = std::to_string(contents_++);
        content_ = Fd(openat(keep_.get(), saved.c_str(), O_RDONLY | O_CLOEXEC));
        if (!content_) content_ = openBelow(path_);
    }

    // Part by part and never over a link, whatever became of the tree.
    Fd openBelow(const std::string& path) {
        Fd at = duplicate(tree_.get());
        for (const auto& part : split(path, '/')) {
            const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
            Fd next(openat(at.get(), part.c_str(), flags));
            if (!next) throw SystemError("open file '" + path + "' of a layer");
            at = std::move(next);
        }
        struct stat st;
        if (fstat(at.get(), &st) < 0 || !S_ISREG(st.st_mode))
            throw internalError("file '" + path + "' of a layer is no regular file any more");
        return at;
    }

    bool nextExtent() {
        if (extents_.empty()) return false;
        const auto [offset, size] = extents_.back();
        extents_.pop_back();
        extentLeft_ = size;
        if (lseek(content_.get(), static_cast<off_t>(offset), SEEK_SET) < 0)
            throw SystemError("seek in file '" + path_ + "' of a layer");
        return true;
    }
};

} // namespace

std::unique_ptr<Source> reassembledArchive(const std::string& tree, const std::string& keep) {
    return std::make_unique<Reassembler>(tree, keep);
}

} // namespace ctrd::archive
