#pragma once

#include "api/wire/version.h"
#include "base/json_fwd.h"

namespace ctrd::api::wire {

// What is answered, by the name of Docker's type.
enum class Object {
    Container,        // GET /containers/X/json
    ContainerSummary, // an element of GET /containers/json
    Image,            // GET /images/X/json
    ImageSummary,     // an element of GET /images/json
    ImageHistory,     // an element of GET /images/X/history
    ImageRemoval,     // an element of DELETE /images/X
    Exec,             // GET /exec/X/json
    Stats,
    Event,
    Info,
    Version,
    Wait,
    Volume, // GET /volumes/X, an element of GET /volumes
    DiskUsage,
};

// Turns the canonical form of an object into what a client of `version` knows.  The canonical form
// is that of kNewest plus every member that older versions had instead; features.md §1.5 says what
// came and went when.
void shape(Object object, Version version, Json& json);

// Turns the body of POST /containers/create of any version into that of kNewest: limits that
// stood beside HostConfig move into it, unless it has its own.
void modernizeCreate(Json& body);

} // namespace ctrd::api::wire
