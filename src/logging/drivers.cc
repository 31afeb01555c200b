#include "logging/drivers.h"

#include "base/error.h"
#include "logging/jsonfile/options.h"
#include "logging/jsonfile/reader.h"
#include "logging/jsonfile/writer.h"
#include "logging/none/none.h"

namespace ctrd::logging {

namespace {

struct Entry {
    const char* name;
    void (*validate)(const Options&);
    std::unique_ptr<Driver> (*createWriter)(const Options&, const std::string& path);
    std::unique_ptr<Reader> (*createReader)(const std::string& path, const ReadOptions&); // or null
};

constexpr Entry kDrivers[] = {
    {"json-file", jsonfile::validateOptions, jsonfile::createWriter, jsonfile::createReader},
    {"none", none::validateOptions, none::createWriter, nullptr},
};

// Known to every user of Docker; refused with a sentence instead of "unknown".
constexpr const char* kNotBuilt[] = {"awslogs",  "etwlogs", "fluentd", "gcplogs", "gelf",
                                     "journald", "local",   "splunk",  "syslog"};

const Entry& entryOf(const std::string& driver) {
    for (const auto& entry : kDrivers)
        if (driver == entry.name) return entry;
    for (const char* name : kNotBuilt)
        if (driver == name)
            throw notSupported("log driver '" + driver +
                               "' is not built into ctrd; json-file and none are");
    throw invalidArgument("unknown log driver '" + driver + "': json-file or none is wanted");
}

} // namespace

std::vector<std::string> driverNames() {
    std::vector<std::string> names;
    for (const auto& entry : kDrivers)
        names.emplace_back(entry.name);
    return names;
}

void validateOptions(const std::string& driver, const Options& options) {
    entryOf(driver).validate(options);
}

std::unique_ptr<Driver> createWriter(const std::string& driver, const Options& options,
                                     const std::string& path) {
    return entryOf(driver).createWriter(options, path);
}

std::unique_ptr<Reader> createReader(const std::string& driver, const std::string& path,
                                     const ReadOptions& options) {
    const Entry& entry = entryOf(driver);
    if (entry.createReader == nullptr)
        throw notSupported("configured logging driver does not support reading");
    return entry.createReader(path, options);
}

} // namespace ctrd::logging
