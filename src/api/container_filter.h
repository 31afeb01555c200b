#pragma once

#include "api/wire/filters.h"
#include "engine/engine.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ctrd::api {

// The filters of GET /containers/json but `before` and `since`, which speak of places in the list.
class ContainerFilter {
public:
    // Looks up the images of `ancestor`.  InvalidArgument for an unknown filter or value.
    ContainerFilter(wire::Filters filters, engine::Engine& engine);

    bool matches(const engine::ContainerView& view);
    // Whether one of them asks for containers that do not run.
    bool wantsStopped() const;

private:
    bool matchesExited(const engine::ContainerView& view) const;
    bool matchesAncestor(const std::string& imageId);
    bool descends(const std::string& imageId) const;
    bool matchesMounts(const engine::ContainerView& view) const;
    bool matchesNetwork(const engine::ContainerView& view) const;

    wire::Filters filters_;
    engine::Engine& engine_;
    std::set<int> exitCodes_;
    std::set<std::string> ancestors_; // ids
    std::map<std::string, bool> descendants_;
};

// Whether "80/tcp" is among ports as the filters `expose` and `publish` write them: "80",
// "80/udp", "8000-8080".  InvalidArgument for what is no port.
bool portMatches(const std::string& filter, const std::string& port);

} // namespace ctrd::api
