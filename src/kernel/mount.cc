#include "kernel/mount.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/finally.h"
#include "base/json.h"
#include "kernel/rooted_path.h"

#include <functional>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace ctrd::kernel {

namespace {

constexpr size_t kMaxData = 4095; // mount(2) copies one page of options, with its final zero

// The flags of a mount that statvfs(2) tells, with the same bits as mount(2) has them, but
// relatime.
constexpr unsigned long kKept =
    MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME;

// The path of a mount point as it stands now: the topmost mount may change between two calls.
using Place = std::function<std::string()>;

class Failure {
public:
    Failure(const MountSpec& mount, const std::string& shown) : mount_(mount), shown_(shown) {}

    [[noreturn]] void raise(int error = errno) const {
        throw SystemError("mount '" + mount_.source + "' (" + mount_.type + ") on '" + shown_ + "'",
                          error);
    }

private:
    const MountSpec& mount_;
    const std::string& shown_;
};

unsigned long flagsOf(const std::string& path) {
    struct statvfs status {};
    if (statvfs(path.c_str(), &status) < 0) return 0;
    unsigned long flags = status.f_flag & kKept;
    if ((status.f_flag & ST_RELATIME) != 0) flags |= MS_RELATIME;
    return flags;
}

void bindMount(const MountSpec& mount, const MountOptions& options, const Place& place,
               const Failure& failure) {
    const unsigned long kind = MS_BIND | (options.set & MS_REC);
    if (::mount(mount.source.c_str(), place().c_str(), nullptr, kind, nullptr) < 0) failure.raise();
    const unsigned long wanted = options.set & ~(MS_BIND | MS_REC);
    if (wanted == 0) return;
    const std::string now = place();
    // A remount sets all flags: those the source's own mount has must not get lost by it.
    const unsigned long flags = wanted | (flagsOf(now) & ~options.clear);
    if (::mount(nullptr, now.c_str(), nullptr, MS_REMOUNT | MS_BIND | flags, nullptr) < 0)
        failure.raise();
}

void mountNew(const MountSpec& mount, const MountOptions& options, const Place& place,
              const Failure& failure) {
    if (options.data.size() > kMaxData) failure.raise(E2BIG);
    const std::string& source = mount.source.empty() ? mount.type : mount.source;
    if (::mount(source.c_str(), place().c_str(), mount.type.c_str(), options.set,
                options.data.empty() ? nullptr : options.data.c_str()) < 0)
        failure.raise();
}

void mountOn(const MountSpec& mount, const Place& place, const std::string& shown) {
    const Failure failure(mount, shown);
    const MountOptions options = parseMountOptions(mount.options);
    Fd before;
    Finally goBack([&] {
        // The old directory is open: this fails for no reason that could be mended here.
        if (before && fchdir(before.get()) < 0) abort();
    });
    if (!mount.workingDirectory.empty()) {
        before = openFile(".", O_RDONLY | O_DIRECTORY);
        if (chdir(mount.workingDirectory.c_str()) < 0) failure.raise();
    }
    if (mount.type == "bind" || (options.set & MS_BIND) != 0)
        bindMount(mount, options, place, failure);
    else
        mountNew(mount, options, place, failure);
    for (const unsigned long propagation : options.propagation)
        if (::mount(nullptr, place().c_str(), nullptr, propagation, nullptr) < 0) failure.raise();
}

} // namespace

Json toJson(const MountSpec& mount) {
    Json json{{"type", mount.type}, {"source", mount.source}, {"options", mount.options}};
    if (!mount.target.empty()) json["target"] = mount.target;
    if (!mount.workingDirectory.empty()) json["workingDirectory"] = mount.workingDirectory;
    return json;
}

MountSpec mountSpecFromJson(const Json& json) {
    MountSpec mount;
    mount.type = getString(json, "type");
    mount.source = getString(json, "source");
    mount.target = getString(json, "target");
    mount.options = getStrings(json, "options");
    mount.workingDirectory = getString(json, "workingDirectory");
    return mount;
}

void mountAt(const MountSpec& mount, const std::string& target) {
    mountOn(
        mount, [&] { return target; }, target);
}

void mountAt(const MountSpec& mount, RootedPath& target) {
    mountOn(
        mount, [&] { return target.path(); }, target.shown());
}

void bindReadOnly(RootedPath& target) {
    const std::string path = target.path();
    if (::mount(path.c_str(), path.c_str(), nullptr, MS_BIND | MS_REC, nullptr) < 0)
        throw SystemError("bind '" + target.shown() + "' on itself");
    remountReadOnly(target.path());
}

void remountReadOnly(const std::string& target) {
    const unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | flagsOf(target);
    if (::mount(nullptr, target.c_str(), nullptr, flags, nullptr) < 0)
        throw SystemError("remount '" + target + "' read-only");
}

void setPropagation(const std::string& target, unsigned long flags) {
    if (::mount(nullptr, target.c_str(), nullptr, flags, nullptr) < 0)
        throw SystemError("change the mount propagation of '" + target + "'");
}

void unmountLazily(const std::string& target) {
    if (umount2(target.c_str(), MNT_DETACH) < 0) throw SystemError("unmount '" + target + "'");
}

} // namespace ctrd::kernel
