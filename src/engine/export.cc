#include "engine/engine_impl.h"
#include "engine/file_access.h"

namespace ctrd::engine {

void Engine::exportFiles(const std::string& ref, archive::Sink& out) {
    const FileAccess access(*impl_, ref);
    archive::exportTree(access.tree(), out);
    impl_->emit(access.container(), "export");
}

} // namespace ctrd::engine
