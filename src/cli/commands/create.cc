#include "cli/commands.h"
#include "cli/creation.h"

namespace ctrd::cli {

namespace {

int create(Context& context, const Arguments& arguments) {
    try {
        context.print(createContainer(context, containerRequest(arguments, true)) + "\n");
        return 0;
    } catch (const Error& e) {
        context.complain(std::string("create: ") + e.what());
        return kExitUsage;
    }
}

} // namespace

const Command kCreate = {
    "create",
    "Containers",
    "IMAGE [COMMAND [ARG...]]",
    "create a container without starting it",
    "Creates a container from an image and prints its id. It uses no processor and no memory until "
    "'ctr start' runs it.",
    kContainerOptions,
    {},
    Positionals::EndFirst,
    1,
    kAnyNumber,
    Completes::Images,
    "0\tthe container exists\n125\tit was not created",
    "$ ctr create --name=web -m 256m busybox httpd -f\n$ ctr start web",
    create,
};

} // namespace ctrd::cli
