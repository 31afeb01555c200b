#include "exec/network_counters.h"

#include "base/strings.h"

#include <cstdlib>

namespace ctrd::exec {

namespace {

// Columns after "eth0:", in the file's order.
enum Column {
    RxBytes,
    RxPackets,
    RxErrors,
    RxDropped,
    TxBytes = 8,
    TxPackets,
    TxErrors,
    TxDropped
};

} // namespace

std::vector<kernel::NetworkCounters> parseNetworkCounters(const std::string& text) {
    std::vector<kernel::NetworkCounters> all;
    for (const auto& line : split(text, '\n')) {
        const auto parts = splitOnce(line, ':');
        if (!parts) continue; // the heading
        const auto values = splitWords(parts->second);
        const std::string name = trim(parts->first);
        if (values.size() <= TxDropped || name == "lo") continue;
        const auto value = [&](Column column) {
            return std::strtoull(values[column].c_str(), nullptr, 10);
        };
        all.push_back({name, value(RxBytes), value(RxPackets), value(RxErrors), value(RxDropped),
                       value(TxBytes), value(TxPackets), value(TxErrors), value(TxDropped)});
    }
    return all;
}

} // namespace ctrd::exec
