#pragma once

#include <utility>

namespace ctrd {

// Runs a function when it goes out of scope, unless dismissed.  The function must not throw.
template <typename F>
class Finally {
public:
    explicit Finally(F f) : f_(std::move(f)) {}
    Finally(const Finally&) = delete;
    Finally& operator=(const Finally&) = delete;
    ~Finally() {
        if (armed_) f_();
    }

    void dismiss() { armed_ = false; }

private:
    F f_;
    bool armed_ = true;
};

} // namespace ctrd
