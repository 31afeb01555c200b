#include "daemon/selinux.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"

#include <algorithm>

namespace ctrd::daemon {

bool kernelHasSelinux(const std::string& root) {
    const auto words = splitWords(readFile(joinPath(root, "proc/filesystems")));
    return std::find(words.begin(), words.end(), "selinuxfs") != words.end();
}

void checkSelinux(bool wanted, const std::string& root) {
    if (kernelHasSelinux(root))
        log::warn(
            "this kernel has SELinux, and ctrd does not confine containers by it yet: they "
            "run with the label of ctrd");
    else if (wanted)
        throw notSupported(
            "--selinux-enabled: this kernel was started without SELinux: leave the "
            "option out, or boot with selinux=1 (security=selinux where the kernel prefers "
            "another)");
}

} // namespace ctrd::daemon
