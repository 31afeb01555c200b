#pragma once

#include "api/context.h"
#include "archive/stream.h"

#include <string>

// Archives as bodies of requests and answers.
namespace ctrd::api {

// The request's body, as it comes.
class BodySource : public archive::Source {
public:
    explicit BodySource(http::Exchange& http) : http_(http) {}
    size_t read(void* buffer, size_t size) override { return http_.readBody(buffer, size); }

private:
    http::Exchange& http_;
};

// A chunked answer that begins with its first byte: until then a failure can still have a status of
// its own.
class AnswerSink : public archive::Sink {
public:
    AnswerSink(http::Exchange& http, std::string contentType)
        : http_(http), contentType_(std::move(contentType)) {}
    void write(const void* data, size_t size) override {
        if (!http_.begun()) http_.beginStream(200, contentType_);
        http_.write({static_cast<const char*>(data), size});
    }

private:
    http::Exchange& http_;
    std::string contentType_;
};

inline constexpr const char* kTarType = "application/x-tar";

} // namespace ctrd::api
