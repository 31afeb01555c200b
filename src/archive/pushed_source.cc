#include "archive/pushed_source.h"

#include <csignal>
#include <utility>

namespace ctrd::archive {

PushedSource::PushedSource(const std::function<void(Sink&)>& produce) {
    Pipe pipe = Pipe::create();
    readEnd_ = std::move(pipe.readEnd);
    thread_ = std::thread([this, produce, end = std::move(pipe.writeEnd)]() mutable {
        // A reader that gives up early shall be an error of write(2); the thread ends, and a signal
        // that waits for it with it.
        sigset_t brokenPipe;
        sigemptyset(&brokenPipe);
        sigaddset(&brokenPipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &brokenPipe, nullptr);
        try {
            FdSink sink(end.get());
            produce(sink);
        } catch (...) {
            failure_ = std::current_exception();
        }
        // Not before failure_ is set: the end is what the reader takes it at.
        end.reset();
    });
}

PushedSource::~PushedSource() {
    readEnd_.reset();
    if (thread_.joinable()) thread_.join();
}

size_t PushedSource::read(void* buffer, size_t size) {
    const size_t got = readSome(readEnd_.get(), buffer, size);
    if (got > 0 || size == 0) return got;
    if (thread_.joinable()) thread_.join();
    if (failure_) std::rethrow_exception(failure_);
    return 0;
}

} // namespace ctrd::archive
