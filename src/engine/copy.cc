#include "base/error.h"
#include "engine/engine_impl.h"
#include "engine/file_access.h"

namespace ctrd::engine {

namespace {

// A missing path is told in Docker's words, which clients look for.
template <typename F>
auto describing(const std::string& ref, const std::string& path, F action) {
    try {
        return action();
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw;
        throw notFound("Could not find the file " + path + " in container " + ref);
    }
}

} // namespace

archive::PathStat Engine::statPath(const std::string& ref, const std::string& path) {
    const FileAccess access(*impl_, ref);
    return describing(ref, path, [&] { return archive::statPath(access.tree(), path); });
}

void Engine::readPath(const std::string& ref, const std::string& path, bool followLink,
                      archive::Sink& out) {
    const FileAccess access(*impl_, ref);
    describing(ref, path, [&] { archive::readPath(access.tree(), path, followLink, out); });
    impl_->emit(access.container(), "archive-path");
}

void Engine::writePath(const std::string& ref, const std::string& path,
                       const WritePathOptions& options, archive::Source& tar) {
    const FileAccess access(*impl_, ref);
    archive::WriteOptions how;
    how.refuseOtherKinds = options.refuseOtherKinds;
    if (options.ownedByUser) how.owner = access.container().lock()->record.config.user;
    describing(ref, path, [&] { archive::writePath(access.tree(), path, how, tar); });
    impl_->emit(access.container(), "extract-to-dir");
}

} // namespace ctrd::engine
