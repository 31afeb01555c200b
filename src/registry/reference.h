#pragma once

#include <string>

namespace ctrd::registry {

// [host[:port]/]path[:tag][@digest], as features.md §7 and §7.1 have it.
struct Reference {
    std::string name;   // familiar: "busybox", "me/app", "host:5000/app"
    std::string tag;    // "latest" unless given; "" where only a digest was
    std::string digest; // "sha256:…" or ""

    // "busybox:latest", "app@sha256:…"
    std::string familiar() const;
};

// Throws InvalidArgument "invalid reference format: …" with the text and what is wrong with it.
// "docker.io/library/busybox" reads as "busybox".
Reference parseReference(const std::string& text);
// As above with the tag given apart ("" : from the text).
Reference parseReference(const std::string& text, const std::string& tag);

} // namespace ctrd::registry
