#pragma once

#include "spec/host_config.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

// Values of options taken apart.  All throw InvalidArgument that names the text and the form
// wanted.
namespace ctrd::cli {

// "-e NAME=VALUE"; "NAME" alone takes the value of this process's environment, and stays alone
// where there is none (the daemon then removes what the image sets).
std::string envEntry(const std::string& text);

// Lines of a file: blank ones and those that begin with '#' are skipped.
std::vector<std::string> readEnvFile(const std::string& path);
std::vector<std::string> readLabelFile(const std::string& path);

// "KEY=VALUE"; `what` is the option's name.
std::pair<std::string, std::string> keyValue(const std::string& text, const std::string& what);
std::map<std::string, std::string> keyValues(const std::vector<std::string>& texts,
                                             const std::string& what);
// "KEY[=VALUE]" of labels.
std::map<std::string, std::string> labelsOf(const std::vector<std::string>& texts);

// "nofile=1024[:2048]".
spec::Ulimit parseUlimit(const std::string& text);
// "/dev/x[:/dev/y[:rwm]]".
spec::DeviceMapping parseDevice(const std::string& text);
// "/dev/sda:500": a number for a block device; of bytes also "/dev/sda:1mb".
spec::DeviceLimit parseDeviceLimit(const std::string& text, const std::string& what);
spec::DeviceLimit parseByteRate(const std::string& text, const std::string& what);
// "no", "always", "unless-stopped", "on-failure[:N]".
spec::RestartPolicy parseRestartPolicy(const std::string& text);
// "1.5" CPUs in billionths.
int64_t parseCpus(const std::string& text);
// "name:address"; "host-gateway" is an address too.
void checkExtraHost(const std::string& text);
void checkMacAddress(const std::string& text);
void checkIpAddress(const std::string& text, const std::string& what);
// "/run[:size=64m]".
std::pair<std::string, std::string> parseTmpfs(const std::string& text);

// "." and what begins with "./" or "../" as the path it is; others as they are.
std::string absoluteSource(const std::string& source);

// What -v says: a volume of the container's own ("/data"), or a bind as the daemon takes it, with a
// relative path of the host made absolute.
struct VolumeOption {
    std::string volume, bind; // one of them is empty
};
VolumeOption parseVolume(const std::string& text);

} // namespace ctrd::cli
