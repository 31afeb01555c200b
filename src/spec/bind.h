#pragma once

#include <string>

namespace ctrd::spec {

// What -v says, taken apart: a directory or file of the host ("/host:/path"), a volume
// ("name:/path"), or a volume nobody names ("/path").
struct Bind {
    std::string source; // an absolute path of the host, or a volume's name; "" of the nameless
    std::string destination;
    bool readOnly = false;
    bool noCopy = false; // an empty volume stays empty
    std::string mode;    // the third part as written

    bool isVolume() const { return source.empty() || source[0] != '/'; }
};
// Throws InvalidArgument; what a volume may be called is for others to say.
Bind parseBind(const std::string& text);

// "NAME[:ro|rw]" of --volumes-from.
struct VolumesFrom {
    std::string container;
    bool readOnly = false;
};
VolumesFrom parseVolumesFrom(const std::string& text);

} // namespace ctrd::spec
