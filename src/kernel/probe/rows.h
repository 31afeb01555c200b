#pragma once

#include "kernel/mount.h"
#include "kernel/probe.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// How the report is made: tables of rows, each with a function that judges one feature.
namespace ctrd::kernel::probe {

// What the rows look at.
class Host {
public:
    Host(const KernelFacts& kernelFacts, std::string root, time_t time);

    const KernelFacts& facts;
    const time_t now;

    std::string path(const std::string& absolute) const; // below the root of this host
    bool has(const std::string& absolute) const;
    // Trimmed; "" where it cannot be read.
    std::string text(const std::string& absolute) const;

    // From /proc/mounts, as far as cgroups of version 1 go: where a controller is mounted, "" where
    // it is not, and what shares that mount with it.
    std::string mountPoint(const std::string& controller) const;
    std::vector<std::string> mountedWith(const std::string& controller) const;
    bool hasFileSystem(const std::string& name) const; // /proc/filesystems
    const std::vector<MountEntry>& mounts() const { return mounts_; }

private:
    std::string root_;
    std::vector<MountEntry> mounts_;
    std::vector<MountEntry> hierarchies_;
};

struct Verdict {
    Severity severity;
    std::string found, effect, mend;
};
inline Verdict fine(std::string found) {
    return {Severity::Fine, std::move(found), "", ""};
}
inline Verdict fallback(std::string found, std::string effect, std::string mend) {
    return {Severity::Fallback, std::move(found), std::move(effect), std::move(mend)};
}
inline Verdict fatal(std::string found, std::string effect, std::string mend) {
    return {Severity::Fatal, std::move(found), std::move(effect), std::move(mend)};
}

struct Row {
    const char* feature;
    // Nothing where the question does not arise on this host.
    std::optional<Verdict> (*judge)(const Host& host);
};

struct Area {
    const char* name;
    const Row* rows;
    size_t count;
};

Area kernelArea();
Area cgroupArea();
Area storageArea();
Area networkArea();
Area securityArea();
Area libraryArea();

} // namespace ctrd::kernel::probe
