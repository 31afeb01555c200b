#pragma once

#include "api/wire/filters.h"
#include "api/wire/version.h"
#include "engine/views.h"

namespace ctrd::api {

// Which events a client of GET /events wants.
class EventFilter {
public:
    // InvalidArgument for a filter that is not known.
    EventFilter(wire::Filters filters, wire::Version version);

    bool matches(const engine::Event& event) const;

private:
    bool matchesObject(const char* type, const engine::Event& event) const;
    bool matchesImage(const engine::Event& event) const;
    bool matchesAction(const std::string& action) const;

    wire::Filters filters_;
    wire::Version version_;
};

} // namespace ctrd::api
