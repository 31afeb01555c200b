#include "api/handlers.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "engine/engine.h"
#include "spec/definition.h"

namespace ctrd::api {

namespace {

constexpr const char* kXmlType = "application/xml";

} // namespace

// ctrd's own: a definition in XML instead of JSON.  `file` is what errors call it.
void defineContainer(Context& c) {
    const std::string type = c.http.request().header("Content-Type");
    if (toLower(trim(type.substr(0, type.find(';')))) != kXmlType)
        throw invalidArgument("Content-Type specified (" + type + ") must be '" + kXmlType + "'");
    const auto definition =
        spec::definitionFromXml(c.http.body(), c.text("file", "the definition"));
    const auto result = c.engine.define(definition);
    c.send(201, {{"Id", result.id}, {"Name", definition.name}, {"Warnings", result.warnings}});
}

void dumpContainer(Context& c) {
    c.http.respond(200, kXmlType, spec::toXml(c.engine.definitionOf(c.name())));
}

} // namespace ctrd::api
