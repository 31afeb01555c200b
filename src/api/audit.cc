#include "api/audit.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/strings.h"

namespace ctrd::api {

namespace {

// POST is how these are asked for, too, and they change nothing.
constexpr const char* kLooking[] = {"/wait", "/resize"};

bool changesSomething(const http::Request& request) {
    for (const char* verb : {"GET", "HEAD", "OPTIONS"})
        if (request.method == verb) return false;
    for (const char* suffix : kLooking)
        if (endsWith(request.path, suffix)) return false;
    return true;
}

// "" where it has ended meanwhile.
std::string programOf(pid_t pid) {
    try {
        return trim(readFile("/proc/" + std::to_string(pid) + "/comm"));
    } catch (const Error&) {
        return "";
    }
}

std::string nameOf(const http::Request::Peer& peer) {
    if (peer.pid == 0) return "peer=tcp";
    return "uid=" + std::to_string(peer.uid) + " pid=" + std::to_string(peer.pid) +
           " program=" + programOf(peer.pid);
}

} // namespace

void audit(const http::Request& request, const std::string& outcome) {
    if (!changesSomething(request)) return;
    const auto name = request.get("name");
    log::info("audit: " + nameOf(request.peer) + " " + request.method + " " + request.path +
              (name ? " name=" + *name : "") + ": " + outcome);
}

} // namespace ctrd::api
