#include "storage/devicemapper/records.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"

#include <algorithm>

namespace ctrd::storage::devicemapper {

namespace {

constexpr int kVersion = 1;
constexpr std::string_view kPart = ".part-", kJson = ".json";
constexpr uint32_t kLargestNumber = (1 << 24) - 1; // the pool's metadata has 24 bits for it

std::string textOf(const DeviceRecord& record) {
    return dumpJson({{"version", kVersion},
                     {"device", record.device},
                     {"bytes", record.bytes},
                     {"transaction", record.transaction},
                     {"fileSystem", record.fileSystem}});
}

DeviceRecord readRecord(const std::string& path) {
    const Json json = parseJson(readFile(path), "'" + path + "'");
    if (getInt(json, "version") != kVersion)
        throw internalError("'" + path + "' is of another version of ctrd");
    DeviceRecord record;
    record.device = static_cast<uint32_t>(getInt(json, "device"));
    record.bytes = static_cast<uint64_t>(getInt(json, "bytes"));
    record.transaction = static_cast<uint64_t>(getInt(json, "transaction"));
    record.fileSystem = getString(json, "fileSystem");
    return record;
}

} // namespace

Records::Records(std::string directory) : directory_(std::move(directory)) {
    makeDirs(directory_, 0700);
    auto tables = tables_.lock();
    for (const auto& file : listDir(directory_)) {
        if (!endsWith(file, kJson)) continue; // left of a file that was being written
        const std::string name = file.substr(0, file.size() - kJson.size());
        const bool isPart = startsWith(name, kPart);
        const DeviceRecord record = readRecord(joinPath(directory_, file));
        tables->last = std::max(tables->last, record.device);
        if (isPart)
            tables->unfinished[name.substr(kPart.size())] = record;
        else
            tables->whole[name] = record;
    }
}

std::string Records::fileOf(const std::string& id) const {
    return joinPath(directory_, id + std::string(kJson));
}

std::string Records::partOf(const std::string& id) const {
    return joinPath(directory_, std::string(kPart) + id + std::string(kJson));
}

std::optional<DeviceRecord> Records::find(const std::string& id) const {
    const auto tables = tables_.lock();
    const auto it = tables->whole.find(id);
    if (it == tables->whole.end()) return std::nullopt;
    return it->second;
}

std::map<std::string, DeviceRecord> Records::whole() const {
    return tables_.lock()->whole;
}

std::map<std::string, DeviceRecord> Records::unfinished() const {
    return tables_.lock()->unfinished;
}

uint32_t Records::lastDevice() const {
    return tables_.lock()->last;
}

bool Records::usesDevice(uint32_t device) const {
    return tables_.lock()->uses(device);
}

bool Records::Tables::uses(uint32_t device) const {
    const auto isIt = [&](const auto& entry) { return entry.second.device == device; };
    return std::any_of(whole.begin(), whole.end(), isIt) ||
           std::any_of(unfinished.begin(), unfinished.end(), isIt);
}

DeviceRecord Records::begin(const std::string& id, DeviceRecord record) {
    {
        const auto tables = tables_.lock();
        do
            tables->last = tables->last >= kLargestNumber ? 1 : tables->last + 1;
        while (tables->uses(tables->last));
        record.device = tables->last;
        if (!tables->unfinished.emplace(id, record).second)
            throw conflict("tree '" + id + "' of the devicemapper driver is being made or removed");
    }
    try {
        writeFileAtomic(partOf(id), textOf(record), 0600, Durable::Yes);
    } catch (...) {
        tables_.lock()->unfinished.erase(id);
        throw;
    }
    return record;
}

void Records::finish(const std::string& id) {
    renamePath(partOf(id), fileOf(id));
    const auto tables = tables_.lock();
    tables->whole[id] = tables->unfinished[id];
    tables->unfinished.erase(id);
}

void Records::unfinish(const std::string& id) {
    renamePath(fileOf(id), partOf(id));
    const auto tables = tables_.lock();
    tables->unfinished[id] = tables->whole[id];
    tables->whole.erase(id);
}

void Records::drop(const std::string& id) {
    removePath(partOf(id));
    tables_.lock()->unfinished.erase(id);
}

} // namespace ctrd::storage::devicemapper
