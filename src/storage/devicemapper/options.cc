#include "storage/devicemapper/options.h"

#include "base/error.h"
#include "base/path.h"
#include "base/size.h"
#include "base/strings.h"

#include <map>

namespace ctrd::storage::devicemapper {

namespace {

constexpr uint64_t kSector = 512;
// thin-provisioning.txt: 64 KiB to 1 GiB, a multiple of 64 KiB.
constexpr uint64_t kBlockUnit = 64 << 10;
constexpr uint64_t kLargestBlock = uint64_t(1) << 30;

uint64_t size(const std::string& value) {
    const int64_t bytes = parseBytes(value, "size");
    if (bytes <= 0) throw invalidArgument("a size greater than zero is wanted");
    return static_cast<uint64_t>(bytes) / kSector * kSector;
}

bool truth(const std::string& value) {
    static const std::map<std::string, bool> words = {{"true", true},   {"1", true},  {"t", true},
                                                      {"false", false}, {"0", false}, {"f", false}};
    const auto it = words.find(toLower(value));
    if (it == words.end()) throw invalidArgument("true or false is wanted");
    return it->second;
}

std::string device(const std::string& value) {
    if (value.empty()) throw invalidArgument("the path of a block device is wanted");
    return value;
}

uint64_t blockSize(const std::string& value) {
    const uint64_t bytes = size(value);
    if (bytes % kBlockUnit != 0 || bytes > kLargestBlock)
        throw invalidArgument("a multiple of 64k, 1g at most, is wanted");
    return bytes;
}

std::string fileSystem(const std::string& value) {
    if (value != "ext4" && value != "xfs") throw invalidArgument("ext4 or xfs is wanted");
    return value;
}

std::vector<std::string> mountOptions(const std::string& value) {
    std::vector<std::string> options;
    for (const auto& option : split(value, ','))
        if (!option.empty()) options.push_back(option);
    return options;
}

// Udev is waited for where it runs and not missed where it does not: there is nothing to override.
void ignore(Options&, const std::string& value) {
    truth(value);
}

using Setter = void (*)(Options&, const std::string&);

const std::map<std::string, Setter>& setters() {
    static const std::map<std::string, Setter> table = {
        {"dm.basesize", [](Options& o, const std::string& v) { o.baseSize = size(v); }},
        {"dm.loopdatasize", [](Options& o, const std::string& v) { o.loopDataSize = size(v); }},
        {"dm.loopmetadatasize",
         [](Options& o, const std::string& v) { o.loopMetadataSize = size(v); }},
        {"dm.fs", [](Options& o, const std::string& v) { o.fileSystem = fileSystem(v); }},
        {"dm.mkfsarg",
         [](Options& o, const std::string& v) {
             for (auto& word : splitWords(v))
                 o.mkfsArguments.push_back(word);
         }},
        {"dm.mountopt",
         [](Options& o, const std::string& v) {
             for (auto& option : mountOptions(v))
                 o.mountOptions.push_back(option);
         }},
        {"dm.datadev", [](Options& o, const std::string& v) { o.dataDevice = device(v); }},
        {"dm.metadatadev", [](Options& o, const std::string& v) { o.metadataDevice = device(v); }},
        {"dm.thinpooldev", [](Options& o, const std::string& v) { o.thinPoolDevice = device(v); }},
        {"dm.blocksize", [](Options& o, const std::string& v) { o.blockSize = blockSize(v); }},
        {"dm.blkdiscard", [](Options& o, const std::string& v) { o.discard = truth(v); }},
        {"dm.use_deferred_removal",
         [](Options& o, const std::string& v) { o.removeOnClose = truth(v); }},
        {"dm.override_udev_sync_check", ignore},
    };
    return table;
}

void set(Options& options, const std::string& text) {
    const auto pair = splitOnce(text, '=');
    if (!pair) throw invalidArgument("dm.KEY=VALUE is wanted");
    const auto setter = setters().find(toLower(pair->first));
    if (setter == setters().end()) {
        std::vector<std::string> names;
        for (const auto& known : setters())
            names.push_back(known.first);
        throw invalidArgument("storage driver devicemapper has no such option: there are " +
                              join(names, ", "));
    }
    setter->second(options, pair->second);
}

} // namespace

Options parseOptions(const std::vector<std::string>& given) {
    Options options;
    for (const auto& text : given) {
        try {
            set(options, text);
        } catch (const Error& e) {
            throw Error(e.kind(), "--storage-opt '" + text + "': " + e.what());
        }
    }
    if (!options.thinPoolDevice.empty() &&
        (!options.dataDevice.empty() || !options.metadataDevice.empty()))
        throw invalidArgument(
            "--storage-opt dm.thinpooldev: a pool has its data and metadata devices already, leave "
            "out dm.datadev and dm.metadatadev");
    return options;
}

} // namespace ctrd::storage::devicemapper
