#include "spec/bind.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"

#include <algorithm>
#include <iterator>

namespace ctrd::spec {

namespace {

// Words of the mode, and what they can be said of.
struct Word {
    const char* text;
    bool ofBinds, ofVolumes;
};
constexpr Word kWords[] = {
    {"ro", true, true},       {"rw", true, true},        {"z", true, true},
    {"Z", true, true},        {"nocopy", false, true},   {"shared", true, false},
    {"rshared", true, false}, {"slave", true, false},    {"rslave", true, false},
    {"private", true, false}, {"rprivate", true, false},
};

void checkMode(const Bind& bind, const std::string& text) {
    if (bind.mode.empty()) return;
    for (const auto& word : split(bind.mode, ',')) {
        const auto known = std::find_if(std::begin(kWords), std::end(kWords),
                                        [&](const Word& w) { return word == w.text; });
        if (known == std::end(kWords))
            throw invalidArgument("invalid mode '" + word + "' of bind '" + text + "'");
        if (bind.isVolume() ? !known->ofVolumes : !known->ofBinds)
            throw invalidArgument("invalid mode '" + word + "' of bind '" + text + "': it is for " +
                                  (bind.isVolume() ? "directories of the host" : "volumes"));
    }
}

bool hasWord(const std::string& mode, const char* word) {
    const auto words = split(mode, ',');
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

Bind parseBind(const std::string& text) {
    const auto parts = split(text, ':');
    Bind bind;
    const std::string& path = parts.size() == 1 ? parts[0] : parts[1];
    if (parts.size() > 3 || path.empty() || parts[0].empty())
        throw invalidArgument("invalid bind '" + text + "': [HOST|VOLUME:]PATH[:ro|rw] is wanted");
    if (parts.size() > 1) bind.source = parts[0];
    bind.destination = cleanPath(path);
    if (path[0] != '/' || bind.destination == "/")
        throw invalidArgument("invalid bind '" + text +
                              "': the path in the container must be absolute and not '/'");
    if (parts.size() == 3) bind.mode = parts[2];
    checkMode(bind, text);
    bind.readOnly = hasWord(bind.mode, "ro");
    bind.noCopy = hasWord(bind.mode, "nocopy");
    return bind;
}

VolumesFrom parseVolumesFrom(const std::string& text) {
    const auto parts = splitOnce(text, ':');
    VolumesFrom from;
    from.container = parts ? parts->first : text;
    const std::string mode = parts ? parts->second : "rw";
    const auto words = split(mode, ',');
    const bool known = std::all_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "ro" || word == "rw" || word == "z" || word == "Z";
    });
    if (from.container.empty() || !known)
        throw invalidArgument("invalid volumes-from '" + text + "': NAME[:ro|rw] is wanted");
    from.readOnly = hasWord(mode, "ro");
    return from;
}

} // namespace ctrd::spec
