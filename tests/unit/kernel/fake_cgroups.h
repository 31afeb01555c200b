#pragma once

#include "base/fd.h"
#include "base/path.h"
#include "kernel/cgroup.h"

#include <map>
#include <string>
#include <vector>

#include <fcntl.h>

namespace ctrd::kernel::testing {

// Cgroup hierarchies made of plain directories and files below `root`.  A file of a limit has to be
// made by the test, as the kernel makes it with the group; written values stay there to be read.
class FakeCgroupTree : public CgroupTree {
public:
    FakeCgroupTree(const std::string& root, const std::vector<std::string>& controllers)
        : root_(root) {
        for (const auto& controller : controllers)
            mount(controller, controller);
    }

    void mount(const std::string& controller, const std::string& directory) {
        mountPoints_[controller] = joinPath(root_, directory);
        makeDirs(mountPoints_[controller]);
    }

    // Every group created from now on gets this file.
    void offer(const std::string& controller, const std::string& file, const std::string& content) {
        offered_[controller][file] = content;
    }

    void write(const std::string& controller, const std::string& file, const std::string& content) {
        writeAll(
            openFile(joinPath(mountPoint(controller), file), O_WRONLY | O_CREAT | O_TRUNC, 0644)
                .get(),
            content);
    }
    std::string read(const std::string& controller, const std::string& file) const {
        return readFile(joinPath(mountPoint(controller), file));
    }

    std::string mountPoint(const std::string& controller) const override {
        const auto found = mountPoints_.find(controller);
        return found == mountPoints_.end() ? "" : found->second;
    }

    void create(const std::string& path, const std::vector<std::string>& controllers) override {
        for (const auto& controller : controllers)
            makeDirs(joinPath(mountPoint(controller), path));
        for (const auto& [controller, files] : offered_)
            for (const auto& [file, content] : files)
                for (std::string at = path; at != "/"; at = dirName(at))
                    if (!exists(joinPath(mountPoint(controller), at, file)))
                        write(controller, joinPath(at, file), content);
        created = controllers;
    }

    void remove(const std::string& path, const std::vector<std::string>& controllers) override {
        for (const auto& controller : controllers)
            removeTree(joinPath(mountPoint(controller), path));
    }

    std::vector<std::string> created; // the controllers of the last create()

private:
    std::string root_;
    std::map<std::string, std::string> mountPoints_;
    std::map<std::string, std::map<std::string, std::string>> offered_;
};

} // namespace ctrd::kernel::testing
