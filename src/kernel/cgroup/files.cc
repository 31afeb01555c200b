#include "kernel/cgroup/files.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>

namespace ctrd::kernel {

namespace {

uint64_t parseNumber(const std::string& text) {
    if (startsWith(text, "max")) return UINT64_MAX;
    return std::strtoull(text.c_str(), nullptr, 10); // UINT64_MAX where it overflows
}

[[noreturn]] void refuse(const std::string& path, const std::string& value, int error) {
    const SystemError failed("set '" + path + "' to '" + trim(value) + "'", error);
    if (error == EINVAL || error == ERANGE || error == EACCES || error == EPERM)
        throw invalidArgument(failed.what());
    if (error == EBUSY) throw conflict(std::string(failed.what()) + ": more than that is in use");
    throw failed;
}

} // namespace

void writeLimit(const std::string& directory, const char* file, const std::string& value) {
    const std::string path = joinPath(directory, file);
    try {
        writeKernelFile(path, value);
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOENT) refuse(path, value, e.errorNumber());
        log::warn(std::string(file) + " = " + value +
                  " is ignored: this kernel's controller has no such limit");
    }
}

void writeLimitUnlessZero(const std::string& directory, const char* file, int64_t value) {
    if (value != 0) writeLimit(directory, file, std::to_string(value));
}

std::optional<std::string> readIfThere(const std::string& path) {
    try {
        return readFile(path);
    } catch (const SystemError& e) {
        // ENODEV: the group was removed since the file was opened.  EOPNOTSUPP: switched off.
        if (e.errorNumber() == ENOENT || e.errorNumber() == ENODEV || e.errorNumber() == EOPNOTSUPP)
            return std::nullopt;
        throw;
    }
}

std::optional<uint64_t> readNumber(const std::string& directory, const char* file) {
    const auto text = readIfThere(joinPath(directory, file));
    if (!text) return std::nullopt;
    return parseNumber(*text);
}

std::vector<std::pair<std::string, uint64_t>> readTable(const std::string& directory,
                                                        const char* file) {
    std::vector<std::pair<std::string, uint64_t>> table;
    for (const auto& line : split(readIfThere(joinPath(directory, file)).value_or(""), '\n'))
        if (const auto pair = splitOnce(line, ' '))
            table.emplace_back(pair->first, parseNumber(pair->second));
    return table;
}

std::vector<BlkioEntry> readBlkio(const std::string& directory, const char* file) {
    std::vector<BlkioEntry> entries;
    for (const auto& line : split(readIfThere(joinPath(directory, file)).value_or(""), '\n')) {
        const auto words = splitWords(line);
        if (words.size() < 2) continue;
        const auto device = splitOnce(words[0], ':');
        if (!device) continue; // the last line, "Total N", sums up all devices
        entries.push_back({parseNumber(device->first), parseNumber(device->second),
                           words.size() > 2 ? words[1] : "", parseNumber(words.back())});
    }
    return entries;
}

std::vector<int> readPids(const std::string& path) {
    std::vector<int> pids;
    for (const auto& word : splitWords(readIfThere(path).value_or("")))
        if (const auto pid = parseInt(word)) pids.push_back(static_cast<int>(*pid));
    return pids;
}

} // namespace ctrd::kernel
