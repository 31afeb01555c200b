#include "archive/unpack.h"

#include "base/error.h"

namespace ctrd::archive {

namespace {

// Index is the enumerator: the word that crosses to the helper.
constexpr const char* kWhiteoutWords[] = {"none", "remove", "overlay", "aufs"};

} // namespace

const char* whiteoutsWord(Whiteouts whiteouts) {
    return kWhiteoutWords[static_cast<size_t>(whiteouts)];
}

Whiteouts whiteoutsFromWord(const std::string& word) {
    for (const Whiteouts w :
         {Whiteouts::None, Whiteouts::Remove, Whiteouts::Overlay, Whiteouts::Aufs})
        if (word == whiteoutsWord(w)) return w;
    throw invalidArgument("unknown form of whiteouts '" + word + "'");
}

int64_t applyArchive(const std::string& dir, Source& tar, const UnpackOptions& options) {
    std::vector<std::string> argv = {"unpack", dir, whiteoutsWord(options.whiteouts),
                                     options.keepExisting ? "keep" : "replace", options.keep};
    argv.insert(argv.end(), options.lowers.begin(), options.lowers.end());
    return callHelper(argv, tar);
}

} // namespace ctrd::archive
