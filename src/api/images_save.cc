#include "api/handlers.h"
#include "api/tar_stream.h"
#include "base/error.h"
#include "engine/engine.h"

namespace ctrd::api {

namespace {

void save(const Context& c, const std::vector<std::string>& names) {
    AnswerSink out(c.http, kTarType);
    for (const auto& id : c.engine.images().save(names, out))
        c.engine.emitImageEvent("save", id, id);
}

} // namespace

void saveImage(Context& c) {
    save(c, {c.name()});
}

void saveImages(Context& c) {
    std::vector<std::string> names = c.texts("names");
    if (names.empty()) throw invalidArgument("names: at least one image is wanted");
    save(c, names);
}

} // namespace ctrd::api
