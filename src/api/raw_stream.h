#pragma once

#include "api/context.h"
#include "engine/engine.h"

#include <string>
#include <string_view>

namespace ctrd::api {

enum class Channel : char { Stdin = 0, Stdout = 1, Stderr = 2 };

// Docker's framing of the output of a container without a terminal: the channel, three zeros, the
// length in four bytes, big-endian, the bytes.  One frame holds at most 4 GiB - 1.
void appendFrame(std::string& out, Channel channel, std::string_view data);

// What a stream of output is announced as: told apart only from 1.42 on.
std::string streamType(wire::Version version, bool tty);

// Gives the request's connection to the engine; valid as long as the context.
engine::Hijack hijackOf(Context& context);

} // namespace ctrd::api
