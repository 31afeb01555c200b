// ctrd-init: the first process of a container that was asked for with --init,
//
//     ctrd-init -- COMMAND [ARGUMENT…]
//
// and what a driver needs of its own inside a container in the making (init/modes.h).  Static,
// because it runs in every kind of image, whatever its libc is.

#include "exec/setup/agent.h"
#include "exec/setup/handover.h"
#include "init/modes.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace {

using namespace ctrd;

struct Mode {
    const char* name;
    int (*run)(char** arguments);
};

template <int (*serve)(int)>
int onSocket(char** arguments) {
    return serve(std::atoi(arguments[0]));
}

constexpr Mode kModes[] = {
    {"--", init::reap},
    {exec::setup::kBuilderMode, onSocket<init::build>},
    {exec::setup::kFirstMode, onSocket<init::beFirst>},
    {exec::setup::kAgentMode, onSocket<init::serveRequests>},
};

} // namespace

int main(int argc, char** argv) {
    if (argc > 2)
        for (const auto& mode : kModes)
            if (std::strcmp(argv[1], mode.name) == 0) return mode.run(argv + 2);
    dprintf(STDERR_FILENO, "usage: ctrd-init -- COMMAND [ARGUMENT...]\n");
    return 2;
}
