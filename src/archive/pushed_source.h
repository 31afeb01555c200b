#pragma once

#include "archive/stream.h"
#include "base/fd.h"

#include <exception>
#include <functional>
#include <thread>

namespace ctrd::archive {

// Makes a Source of a function that writes into a Sink: it runs in a thread of its own, with a pipe
// between.  The function must not touch what the reader changes meanwhile.
class PushedSource : public Source {
public:
    explicit PushedSource(const std::function<void(Sink&)>& produce);
    PushedSource(const PushedSource&) = delete;
    PushedSource& operator=(const PushedSource&) = delete;
    // The function's next write throws, and it is waited for.
    ~PushedSource() override;

    // The end throws what the function threw.
    size_t read(void* buffer, size_t size) override;

private:
    Fd readEnd_;
    std::exception_ptr failure_; // the thread's until it is joined
    std::thread thread_;
};

} // namespace ctrd::archive
