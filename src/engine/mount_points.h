#pragma once

#include <string>

namespace ctrd::engine {

// An uncompressed tar of what every container needs to be mounted on (/proc, /etc/hosts …), and of
// links that are the same in all of them (/etc/mtab, /dev/stdin …).  It is the same for all, so
// that the containers of an image share one copy (storage::LayerStore::createContainerLayer), and
// counts for no change of a container.
const std::string& mountPointsTar();

} // namespace ctrd::engine
