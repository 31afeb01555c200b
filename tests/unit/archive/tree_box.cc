#include "unit/archive/tree_box.h"

#include "archive/kept_headers.h"
#include "archive/pack.h"
#include "archive/unpacker.h"
#include "base/fd.h"
#include "base/strings.h"

#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::archive::testing {

namespace {

int64_t unpackInto(const std::string& dir, const std::string& tar, const UnpackOptions& options) {
    makeDirs(dir);
    const Fd keep = options.keep.empty() ? Fd() : openFile(options.keep, O_RDONLY | O_DIRECTORY);
    Unpacker unpacker(Tree(openFile(dir, O_RDONLY | O_DIRECTORY), MergedTree({}, Marks::Overlay)),
                      options.whiteouts, options.keepExisting, keep.get());
    StringSource source(tar);
    return unpacker.run(source);
}

void listInto(const std::string& dir, const std::string& prefix, std::vector<std::string>& paths) {
    for (const auto& name : listDir(dir)) {
        paths.push_back(prefix + name);
        const std::string child = joinPath(dir, name);
        struct stat st;
        if (lstat(child.c_str(), &st) == 0 && S_ISDIR(st.st_mode))
            listInto(child, prefix + name + "/", paths);
    }
}

} // namespace

int64_t TreeBox::unpack(const std::string& tar, Whiteouts whiteouts, const std::string& name) {
    UnpackOptions options;
    options.whiteouts = whiteouts;
    return unpackInto(beside(name), tar, options);
}

void TreeBox::addMissing(const std::string& tar) {
    UnpackOptions options;
    options.keepExisting = true;
    unpackInto(path(), tar, options);
}

std::string TreeBox::roundTrip(const std::string& tar) {
    const std::string number = std::to_string(rounds_++);
    UnpackOptions options;
    options.keep = beside("keep" + number);
    makeDir(options.keep);
    const std::string tree = beside("round" + number);
    unpackInto(tree, tar, options);
    StringSink sink;
    copyAll(*reassembledArchive(tree, options.keep), sink);
    return sink.release();
}

std::string TreeBox::list() const {
    std::vector<std::string> paths;
    listInto(path(), "", paths);
    return join(paths, " ");
}

std::string look(const std::string& path) {
    struct stat st;
    if (lstat(path.c_str(), &st) < 0) return "";
    if (S_ISDIR(st.st_mode)) return "/";
    if (S_ISREG(st.st_mode)) return readFile(path);
    if (!S_ISLNK(st.st_mode)) return "special";
    return "-> " + readLinkAt(AT_FDCWD, path);
}

} // namespace ctrd::archive::testing
