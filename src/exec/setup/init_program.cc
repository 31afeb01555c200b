#include "exec/setup/init_program.h"

#include "base/error.h"
#include "base/finally.h"
#include "exec/setup/rootfs.h"
#include "kernel/mount.h"

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::exec::setup {

Fd openInitProgram(const std::string& path) {
    if (path.empty() || access(path.c_str(), X_OK) < 0)
        throw notSupported("ctrd-init is not there ('" + path +
                           "'), and this container needs it: is ctrd installed completely?");
    // On the file itself, which nobody else's path crosses in this namespace.
    kernel::mountAt({"bind", path, "", {"ro"}, ""}, path);
    const Finally unmount([&] { kernel::unmountLazily(path); });
    return openFile(path, O_RDONLY);
}

} // namespace ctrd::exec::setup
