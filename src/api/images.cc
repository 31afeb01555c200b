#include "api/handlers.h"
#include "api/image_json.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/json.h"
#include "engine/engine.h"
#include "registry/reference.h"

namespace ctrd::api {

namespace {

// Before 1.24 a name was moved from one image to another only by force.
void requireFree(const Context& c, const std::string& name, const std::string& id) {
    std::string owner;
    try {
        owner = c.engine.images().get(name).id;
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw;
        return;
    }
    if (owner != id)
        throw conflict("Conflict: Tag " + name + " is already set to image " + shortId(owner) +
                       ", if you want to replace it, please use -f option");
}

} // namespace

void inspectImage(Context& c) {
    const auto image = c.engine.images().get(c.name());
    c.sendShaped(200, wire::Object::Image,
                 imageJson(image, c.engine.info().storageDriver, c.engine.placesOf(image)));
}

void imageHistory(Context& c) {
    const auto image = c.engine.images().get(c.name());
    c.sendShapedList(wire::Object::ImageHistory,
                     imageHistoryJson(image, c.engine.images().history(image.id)));
}

void tagImage(Context& c) {
    const auto reference = registry::parseReference(c.text("repo"), c.text("tag"));
    const auto image = c.engine.images().get(c.name());
    if (!c.atLeast(24) && !c.flag("force")) requireFree(c, reference.familiar(), image.id);
    c.engine.images().tag(image.id, reference.name, reference.tag);
    c.engine.emitImageEvent("tag", image.id, reference.familiar());
    c.sendNothing(201);
}

void removeImage(Context& c) {
    Json list = Json::array();
    for (const auto& item : c.engine.removeImage(c.name(), c.flag("force"), c.flag("noprune")))
        list.push_back({{item.deleted ? "Deleted" : "Untagged", item.what}});
    c.sendShapedList(wire::Object::ImageRemoval, std::move(list));
}

} // namespace ctrd::api
