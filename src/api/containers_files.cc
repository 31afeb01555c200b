#include "api/handlers.h"
#include "api/tar_stream.h"
#include "api/wire/path_stat.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

namespace ctrd::api {

namespace {

std::string wantedPath(const Context& c) {
    std::string path = c.text("path");
    if (path.empty()) throw invalidArgument("Bad parameter: 'path' cannot be empty");
    return path;
}

// Tells the path's stat in a header; the answer itself follows.
void announceStat(const Context& c, const std::string& path) {
    const archive::PathStat found = c.engine.statPath(c.name(), path);
    wire::PathStat stat;
    stat.name = found.name;
    stat.size = found.size;
    stat.mode = wire::goFileMode(found.mode);
    stat.mtime = found.mtime;
    stat.linkTarget = found.linkTarget;
    c.http.setHeader(wire::kPathStatHeader, wire::encodePathStat(stat));
}

} // namespace

void containerChanges(Context& c) {
    Json list = Json::array();
    for (const auto& change : c.engine.changes(c.name()))
        list.push_back({{"Path", change.path}, {"Kind", static_cast<int>(change.kind)}});
    c.send(200, list);
}

void exportContainer(Context& c) {
    AnswerSink out(c.http, "application/octet-stream");
    c.engine.exportFiles(c.name(), out);
}

void statArchive(Context& c) {
    announceStat(c, wantedPath(c));
    c.http.respond(200, kJsonType, "");
}

void getArchive(Context& c) {
    const std::string path = wantedPath(c);
    announceStat(c, path);
    AnswerSink out(c.http, kTarType);
    c.engine.readPath(c.name(), path, false, out);
}

void putArchive(Context& c) {
    engine::Engine::WritePathOptions options;
    options.refuseOtherKinds = c.flag("noOverwriteDirNonDir");
    options.ownedByUser = c.atLeast(30) && c.flag("copyUIDGID");
    BodySource body(c.http);
    c.engine.writePath(c.name(), wantedPath(c), options, body);
    c.sendNothing(200);
}

void copyFromContainer(Context& c) {
    const std::string path = getString(c.jsonBody(), "Resource");
    if (path.empty()) throw invalidArgument("Path cannot be empty");
    AnswerSink out(c.http, kTarType);
    c.engine.readPath(c.name(), path, true, out);
}

} // namespace ctrd::api
