#include "init/modes.h"

#include <initializer_list>

namespace ctrd::init {

sigset_t forwardedSignals() {
    sigset_t signals;
    sigfillset(&signals);
    for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS})
        sigdelset(&signals, fault);
    return signals;
}

} // namespace ctrd::init
