#include "engine/boot_order.h"

#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/time.h"

#include <algorithm>

namespace ctrd::engine {

namespace {

constexpr const char* kOrder = "ctrd.start.order";
constexpr const char* kDelay = "ctrd.start.delay";
constexpr const char* kGroup = "ctrd.start.group";
constexpr int64_t kLongestDelay = 3600;
constexpr int64_t kMostOrder = 1000000;

int64_t numberIn(const std::string& label, const std::string& text, int64_t least, int64_t most) {
    const auto number = parseInt(text);
    if (!number || *number < least || *number > most)
        throw invalidArgument("label " + label + "='" + text + "': a number from " +
                              std::to_string(least) + " to " + std::to_string(most) + " is wanted");
    return *number;
}

std::optional<StartPlace> placeOf(const Container& container) {
    try {
        return startPlaceOf(container.lock()->record.config.labels);
    } catch (const Error& e) {
        log::warn("container " + container.id() + ": " + e.what());
        return std::nullopt;
    }
}

} // namespace

std::optional<StartPlace> startPlaceOf(const std::map<std::string, std::string>& labels) {
    StartPlace place;
    bool placed = false;
    for (const auto& [label, value] : labels) {
        placed = placed || label == kOrder || label == kDelay || label == kGroup;
        if (label == kOrder) place.order = numberIn(label, value, -kMostOrder, kMostOrder);
        if (label == kDelay) place.delay = numberIn(label, value, 0, kLongestDelay) * kSecond;
        if (label == kGroup) place.group = value;
    }
    return placed ? std::optional<StartPlace>(place) : std::nullopt;
}

BootOrder bootOrderOf(const std::vector<ContainerPtr>& containers) {
    BootOrder result;
    std::map<std::string, std::map<int64_t, StartRank>> groups;
    for (const auto& container : containers) {
        const auto place = placeOf(*container);
        if (!place) {
            result.unplaced.push_back(container);
            continue;
        }
        StartRank& rank = groups[place->group][place->order];
        rank.containers.push_back(container);
        rank.order = place->order;
        rank.delay = std::max(rank.delay, place->delay);
    }
    for (auto& [name, ranks] : groups) {
        StartGroup group;
        for (auto& [order, rank] : ranks)
            group.push_back(std::move(rank));
        result.groups.push_back(std::move(group));
    }
    return result;
}

} // namespace ctrd::engine
