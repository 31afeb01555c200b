#include "api/handlers.h"
#include "api/raw_stream.h"

namespace ctrd::api {

void attachContainer(Context& c) {
    engine::Engine::AttachOptions options;
    options.in = c.flag("stdin");
    options.out = c.flag("stdout");
    options.err = c.flag("stderr");
    options.logs = c.flag("logs");
    options.stream = c.flag("stream");
    options.detachKeys = c.text("detachKeys");
    c.engine.attach(c.name(), options, hijackOf(c));
}

} // namespace ctrd::api
