#include "logging/jsonfile/options.h"

#include "base/error.h"
#include "base/size.h"
#include "base/strings.h"

namespace ctrd::logging::jsonfile {

namespace {

constexpr int kMostFiles = 1000;

void takeMaxSize(const std::string& value, Limits& limits) {
    limits.maxSize = parseBytes(value, "log opt max-size");
    if (limits.maxSize <= 0)
        throw invalidArgument("log opt max-size: '" + value + "' is not a positive size");
}

void takeMaxFile(const std::string& value, Limits& limits) {
    const auto number = parseInt(value);
    if (!number || *number < 1 || *number > kMostFiles)
        throw invalidArgument("log opt max-file: '" + value + "' is not a number from 1 to " +
                              std::to_string(kMostFiles));
    limits.maxFiles = static_cast<int>(*number);
}

void takeCompress(const std::string& value, Limits&) {
    if (value != "false")
        throw notSupported("log opt compress: ctrd does not compress rotated logs");
}

void takeMode(const std::string& value, Limits&) {
    if (value != "blocking")
        throw notSupported("log opt mode: ctrd writes logs in blocking mode only");
}

struct Option {
    const char* name;
    void (*take)(const std::string& value, Limits& limits);
};

constexpr Option kOptions[] = {
    {"max-size", takeMaxSize},
    {"max-file", takeMaxFile},
    {"compress", takeCompress},
    {"mode", takeMode},
};

// Of Docker's later json-file; they add attributes to each line.
constexpr const char* kNotBuilt[] = {"env",          "env-regex", "labels",
                                     "labels-regex", "tag",       "max-buffer-size"};

void takeOption(const std::string& name, const std::string& value, Limits& limits) {
    for (const auto& option : kOptions)
        if (name == option.name) return option.take(value, limits);
    for (const char* known : kNotBuilt)
        if (name == known)
            throw notSupported("log opt '" + name +
                               "' of the json-file log driver is not built into ctrd");
    throw invalidArgument("unknown log opt '" + name + "' for json-file log driver");
}

} // namespace

Limits limitsFrom(const Options& options) {
    Limits limits;
    for (const auto& option : options)
        takeOption(option.first, option.second, limits);
    return limits;
}

void validateOptions(const Options& options) {
    limitsFrom(options);
}

} // namespace ctrd::logging::jsonfile
