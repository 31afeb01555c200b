#pragma once

#include "unit/storage/store_box.h"

#include <memory>
#include <string>

namespace ctrd::storage::testing {

// A layer store that dies between any two of its steps and its driver's, and is started again: what
// is listed is whole, what an image holds is there, and when everything is removed nothing is left.
class CrashCases {
public:
    // Works in directories below `parent`.
    CrashCases(std::string parent, StoreBox::MakeDriver make)
        : parent_(std::move(parent)), make_(std::move(make)) {}
    ~CrashCases();

    void whileRegistering();
    void whileReleasing();
    void whileMakingContainers();
    void whileRemovingContainers();
    void whileStarting();

private:
    std::string parent_, root_;
    StoreBox::MakeDriver make_;
    std::unique_ptr<StoreBox> box_;
    Layer base_; // an image's

    void prepare();
    void clear();
    // Starts anew, as the daemon does when the image is still listed.
    void restart();
    void expectWhole();
    void expectNothingLeftInTheEnd();
};

} // namespace ctrd::storage::testing
