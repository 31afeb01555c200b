#pragma once

#include "api/http/server.h"

#include <memory>

namespace ctrd::api::http {

// One client's connection, for one thread; only shutdown() may be called from another.
class Connection {
public:
    // TCP peers get timeouts, because anybody may hold such a connection open.
    Connection(Fd socket, bool tcp);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // Answers requests until either side ends the connection or a handler takes it.
    void serve(const Handler& handler);
    // Ends reading and writing, also of the one that a handler took and still works on.
    void shutdown();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ctrd::api::http
