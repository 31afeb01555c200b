#pragma once

#include <functional>

// Dies between any two steps on the disk: this program's own rename(2), mkdir(2), write(2) … are
// counted, and the process ends before the one that is asked for, as kill -9 would end it.
namespace ctrd::testing {

// Runs `action` in a child that dies before its step number `step` (from 1).  False where it came
// to its end before that; then it was not killed, and what it did is done.  Fails the test where
// the action itself fails.
bool diesBeforeStep(int step, const std::function<void()>& action);

// Calls diesBeforeStep() with every step of `action` in turn, `check(true)` after each death and
// `check(false)` after the run without one; `prepare` comes before each.
void forEveryCrash(const std::function<void()>& prepare, const std::function<void()>& action,
                   const std::function<void(bool died)>& check);

} // namespace ctrd::testing
