#include "cli/local_files.h"

#include "archive/pack.h"
#include "archive/rewrite.h"
#include "archive/unpacker.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"

#include <cerrno>
#include <climits>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

constexpr int kMaxLinks = 40; // the kernel's own limit

struct stat statOf(const std::string& path, bool follow) {
    struct stat status {};
    if ((follow ? ::stat : ::lstat)(path.c_str(), &status) < 0)
        throw SystemError("find '" + path + "'");
    return status;
}

// Where a link at the end of the path leads, whether something is there or not.
std::string followed(std::string path) {
    char target[PATH_MAX];
    for (int links = 0; links < kMaxLinks; ++links) {
        const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
        if (size < 0) return path;
        const std::string text(target, static_cast<size_t>(size));
        path = startsWith(text, "/") ? text : joinPath(dirName(path), text);
    }
    throw SystemError("follow the link '" + path + "'", ELOOP);
}

void packDirectory(const std::string& path, const std::string& name, archive::Packer& packer) {
    const Fd directory = openFile(path, O_RDONLY | O_DIRECTORY);
    packer.addDirectory(directory.get(), name == "/" ? "./" : name + "/");
    archive::packBelow(directory.get(), name == "/" ? "." : name, packer);
}

void packFile(const std::string& path, const std::string& name, archive::Packer& packer) {
    const Fd directory = openFile(dirName(path), O_RDONLY | O_DIRECTORY);
    packer.add(directory.get(), baseName(path), name);
}

} // namespace

CopyEnd examineSource(const std::string& path, bool followLink) {
    const struct stat status = statOf(path, followLink || assertsDirectory(path));
    const bool isDirectory = S_ISDIR(status.st_mode);
    if (assertsDirectory(path) && !isDirectory)
        throw invalidArgument("'" + path + "' is no directory");
    return {path, true, isDirectory};
}

CopyEnd examineDestination(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) {
        const bool isDirectory = S_ISDIR(status.st_mode);
        if (assertsDirectory(path) && !isDirectory)
            throw invalidArgument("'" + path + "' is no directory");
        return {isDirectory ? path : followed(path), true, isDirectory};
    }
    if (errno != ENOENT) throw SystemError("find '" + path + "'");
    const std::string wanted = followed(path);
    const std::string parent = dirName(cleanPath(wanted));
    if (!S_ISDIR(statOf(parent, true).st_mode))
        throw invalidArgument("'" + parent + "' is no directory");
    return {wanted, false, false};
}

void packLocal(const std::string& path, bool followLink, const CopyPlan& plan, bool keepOwners,
               archive::Sink& out) {
    archive::TarWriter writer(out);
    archive::Packer packer(writer);
    if (!keepOwners) packer.ownBy(0, 0);
    const bool follow = followLink || assertsDirectory(path);
    if (S_ISDIR(statOf(path, follow).st_mode))
        packDirectory(path, plan.to, packer);
    else
        packFile(follow ? followed(path) : path, plan.to, packer);
    writer.finish();
}

void unpackLocal(archive::Source& tar, const CopyPlan& plan, bool keepOwners) {
    const uint32_t uid = geteuid(), gid = getegid();
    archive::RewritingSource ours(tar, [&](archive::Entry& entry) {
        entry.name = planned(plan, entry.name);
        if (entry.type == archive::EntryType::HardLink) entry.target = planned(plan, entry.target);
        if (!keepOwners) {
            entry.uid = uid;
            entry.gid = gid;
        }
        // A directory whose content was asked for leaves the one it goes into as it is.
        return !archive::normalName(entry.name).empty();
    });
    Fd root = openFile(plan.directory, O_RDONLY | O_DIRECTORY);
    archive::Unpacker unpacker(archive::Tree(std::move(root), archive::MergedTree()),
                               archive::Whiteouts::None, false, -1);
    unpacker.refuseOtherKinds();
    unpacker.run(ours);
}

} // namespace ctrd::cli
