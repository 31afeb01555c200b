#include "exec/cgroup_driver.h"
#include "exec/lxc/driver.h"
#include "exec/lxc/library.h"
#include "exec/lxc/templates.h"

namespace ctrd::exec::lxc {

void probe() {
    probeCgroups("lxc");
    readTemplate("common", templateDirectories());
    (void)Library().version();
}

} // namespace ctrd::exec::lxc
