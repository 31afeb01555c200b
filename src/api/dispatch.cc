#include "api/audit.h"
#include "api/context.h"
#include "api/error_answer.h"
#include "api/routes.h"
#include "base/log.h"
#include "base/strings.h"

#include <memory>

namespace ctrd::api {

namespace {

// "1.44" and "/containers/json" of "/v1.44/containers/json"; the first is "" where it is missing.
std::pair<std::string, std::string> splitVersion(const std::string& path) {
    const size_t begin = path.find_first_not_of('/');
    if (begin == std::string::npos || path[begin] != 'v') return {"", path};
    const size_t end = path.find('/', begin);
    const std::string text =
        path.substr(begin + 1, end == std::string::npos ? end : end - begin - 1);
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string::npos)
        return {"", path};
    return {text, end == std::string::npos ? "/" : path.substr(end)};
}

void setCommonHeaders(http::Exchange& exchange, const Options& options) {
    exchange.setHeader("Api-Version", wire::toString(wire::kNewest));
    exchange.setHeader("Docker-Experimental", "false");
    exchange.setHeader("Ostype", "linux");
    exchange.setHeader("Server", "Docker/" + options.version + " (linux)");
    if (options.corsHeader.empty()) return;
    exchange.setHeader("Access-Control-Allow-Origin", options.corsHeader);
    exchange.setHeader("Access-Control-Allow-Headers",
                       "Origin, X-Requested-With, Content-Type, Accept, X-Registry-Auth");
    exchange.setHeader("Access-Control-Allow-Methods", "HEAD, GET, POST, DELETE, PUT, OPTIONS");
}

// What the client is told of a failure; in the middle of a stream no more than that the stream is
// not whole, because only the handler knows its form.
void answerFailure(http::Exchange& exchange, wire::Version version, int status,
                   const std::string& text) {
    const auto& request = exchange.request();
    const std::string line =
        request.method + " " + request.path + ": " + std::to_string(status) + ": " + text;
    status == 500 ? log::error(line) : log::debug(line);
    if (exchange.begun())
        exchange.breakOff();
    else
        sendError(exchange, version, status, text);
}

void route(http::Exchange& exchange, engine::Engine& engine, const Options& options,
           wire::Version& version) {
    const auto& request = exchange.request();
    const auto [prefix, path] = splitVersion(request.path);
    if (!prefix.empty()) {
        const wire::Version wanted = wire::parseVersion(prefix);
        // So that the refusal itself comes in a form the client reads.
        version = wanted < wire::kNewest ? wanted : wire::kNewest;
        wire::requireServed(wanted);
    }
    if (request.method == "OPTIONS") return exchange.respond(200, kTextType, "");
    std::map<std::string, std::string> vars;
    const Route* found = findRoute(request.method, path, version, vars);
    if (found == nullptr) throw notFound("page not found");
    if (found->handler == nullptr) throw notSupported(found->sentence);
    Context context{exchange, engine, options, version, std::move(vars)};
    found->handler(context);
}

void handle(http::Exchange& exchange, engine::Engine& engine, const Options& options) {
    wire::Version version = wire::kNewest;
    setCommonHeaders(exchange, options);
    try {
        try {
            route(exchange, engine, options, version);
            audit(exchange.request(), "done");
        } catch (const Error& e) {
            const int status = httpStatus(e.kind());
            audit(exchange.request(), "refused with " + std::to_string(status));
            answerFailure(exchange, version, status, e.what());
        } catch (const std::exception& e) {
            audit(exchange.request(), "failed");
            answerFailure(exchange, version, 500, e.what());
        }
    } catch (const std::exception& e) {
        log::debug(exchange.request().path +
                   ": the client did not wait for its answer: " + e.what());
    }
}

} // namespace

http::Handler createHandler(engine::Engine& engine, Options options) {
    const auto shared = std::make_shared<const Options>(std::move(options));
    return [&engine, shared](http::Exchange& exchange) { handle(exchange, engine, *shared); };
}

} // namespace ctrd::api
