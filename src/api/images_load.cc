#include "api/handlers.h"
#include "api/tar_stream.h"
#include "api/wire/json_stream.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "engine/engine.h"
#include "registry/reference.h"

namespace ctrd::api {

namespace {

// Runs `work` with a stream that begins with its first object: until then a failure is an answer
// of its own with a status, after that an object of the stream.
template <typename Work>
void withProgress(Context& c, Work work) {
    wire::JsonStream stream([&] { c.http.beginStream(200, kJsonType); },
                            [&](std::string_view text) { c.http.write(text); });
    try {
        work(stream);
    } catch (const Error& e) {
        if (!stream.begun()) throw;
        stream.sendError(e);
    }
}

void requireHostPlatform(const Context& c) {
    const std::string platform = c.text("platform");
    if (!platform.empty() && split(platform, '/')[0] != "linux")
        throw notSupported("importing an image of the platform '" + platform +
                           "' is not supported; ctrd runs linux");
}

std::string importFrom(const Context& c, const std::string& source, const std::string& name,
                       const std::string& tag, wire::JsonStream& stream) {
    image::ImageStore& images = c.engine.images();
    const auto changes = c.texts("changes");
    const image::Progress progress = [&](const Json& object) { stream.send(object); };
    if (source != "-")
        return images.importUrl(source, name, tag, c.text("message"), changes, progress);
    BodySource body(c.http);
    return images.import(body, name, tag, c.text("message"), changes, progress);
}

void import(Context& c, const std::string& source) {
    requireHostPlatform(c);
    std::string name, tag;
    if (const std::string repo = c.text("repo"); !repo.empty()) {
        const auto reference = registry::parseReference(repo, c.text("tag"));
        name = reference.name;
        tag = reference.tag;
    }
    withProgress(c, [&](wire::JsonStream& stream) {
        const std::string id = importFrom(c, source, name, tag, stream);
        c.engine.emitImageEvent("import", id, name.empty() ? id : name + ":" + tag);
    });
}

} // namespace

void createImage(Context& c) {
    if (!c.text("fromImage").empty())
        throw notSupported("pulling images from a registry is not built yet; load or import one");
    const std::string source = c.text("fromSrc");
    if (source.empty()) throw invalidArgument("one of fromImage and fromSrc must be given");
    import(c, source);
}

void loadImages(Context& c) {
    const bool quiet = c.flag("quiet");
    // Clients of before expect nothing but the status.
    const bool told = c.atLeast(23);
    withProgress(c, [&](wire::JsonStream& stream) {
        BodySource body(c.http);
        const auto progress = [&](const Json& object) {
            if (told && (!quiet || object.contains("stream"))) stream.send(object);
        };
        for (const auto& name : c.engine.images().load(body, progress))
            c.engine.emitImageEvent("load", c.engine.images().get(name).id, name);
        if (!stream.begun()) c.sendNothing(200);
    });
}

} // namespace ctrd::api
