#pragma once

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/signal_queue.h"
#include "cli/terminal.h"

#include <functional>
#include <optional>
#include <string>

namespace ctrd::cli {

// What a terminal session is connected to.
struct SessionOptions {
    bool in = false;  // our standard input goes there
    bool out = false; // what comes is shown
    bool tty = false; // the other end is a terminal: no frames
};

// The middle of run, start -a, attach and exec: copies between our streams and a hijacked
// connection until the daemon closes it.  Half closes towards the container at the end of our
// input.  The terminal must be in raw mode already where that is wanted.
class Session {
public:
    using SignalSink = std::function<void(int signal)>;

    Session(const Streams& streams, HttpConnection::Raw connection, const SessionOptions& options);

    // Returns at the end of the connection's output.  Signals of `signals` (may be nullptr) are
    // handed to `onSignal` meanwhile.  Throws SystemError.
    void run(SignalQueue* signals, const SignalSink& onSignal);

private:
    bool receive();
    void readInput();
    void sendPending();
    void endInput();

    Streams streams_;
    Fd socket_;
    SessionOptions options_;
    Output output_;
    std::string pending_; // from our input, not yet sent
    bool inputOpen_;
};

// Throws InvalidArgument where a terminal is wanted for the container, and ours is none.
void requireTerminal(const Streams& streams);

} // namespace ctrd::cli
