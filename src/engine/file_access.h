#pragma once

#include "archive/container_tree.h"
#include "base/fd.h"
#include "engine/container.h"

namespace ctrd::engine {

class EngineImpl;

// The way to a container's files for as long as the object lives.  Where the container does not run
// it keeps it from being started or removed meanwhile, because its files are mounted elsewhere.
class FileAccess {
public:
    // Conflict where the container is about to start again or to be removed.
    FileAccess(const EngineImpl& engine, const std::string& ref);
    FileAccess(const FileAccess&) = delete;
    FileAccess& operator=(const FileAccess&) = delete;
    ~FileAccess();

    const archive::ContainerTree& tree() const { return tree_; }
    Container& container() const { return *container_; }

private:
    bool openRunning(const EngineImpl& engine);
    void openNamespace(pid_t pid);
    void openStopped(const EngineImpl& engine);

    ContainerPtr container_;
    Fd root_, namespace_;
    archive::ContainerTree tree_;
    bool counted_ = false;
};

// Conflict where the files of a container that does not run are in use.
void requireFilesUnused(const Container& container, const std::string& verb);

} // namespace ctrd::engine
