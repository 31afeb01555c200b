#include "base/fd.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

std::string contentOf(const Streams& streams, const std::string& path) {
    if (path == "-") return readAll(streams.in);
    return readFile(path);
}

int define(Context& context, const Arguments& arguments) {
    return forEachName(
        context, arguments,
        [&](const std::string& path) {
            const std::string text = contentOf(context.streams, path);
            Exchange exchange = context.api().beginUpload(
                "/containers/define", {{"file", path == "-" ? "standard input" : path}},
                "application/xml", text.size());
            exchange.connection().sendBody(text);
            exchange.connection().endBody();
            const Json answer = exchange.json();
            for (const std::string& warning : getStrings(answer, "Warnings"))
                context.complain("WARNING: " + warning);
            context.print(getString(answer, "Name") + "\n");
        },
        false);
}

int undefine(Context& context, const Arguments& arguments) {
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().remove(pathOf("containers", name));
    });
}

int dumpxml(Context& context, const Arguments& arguments) {
    context.print(context.api().getText(pathOf("containers", arguments[0], "/xml")));
    return 0;
}

} // namespace

const Command kDefine = {
    "define",
    "Containers",
    "FILE...",
    "create containers from XML definitions",
    "Creates the container that a file defines, as 'ctr create' would, and prints its name. The "
    "file is a <container>, whose elements are called as the options of 'ctr run', or a <domain "
    "type='lxc'> of libvirt as 'virsh dumpxml' writes it; of a domain's root directory an image is "
    "made, so the directory itself stays as it is. '-' is standard input.\n\nWhat is not known is "
    "refused with file, line and element.",
    {},
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Files,
    "",
    "$ virsh -c lxc:/// dumpxml web | ctr define -\nweb\n$ ctr start web",
    define,
};

const Command kUndefine = {
    "undefine",
    "Containers",
    "CONTAINER...",
    "remove containers that were defined",
    "Removes containers with their files. One that runs is refused: stop it first.",
    {},
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Containers,
    "",
    "$ ctr undefine web\nweb",
    undefine,
};

const Command kDumpxml = {
    "dumpxml",
    "Containers",
    "CONTAINER",
    "print a container's XML definition",
    "Prints the definition that 'ctr define' would make the same container of, whatever it was "
    "made "
    "of itself.",
    {},
    {},
    Positionals::Mixed,
    1,
    1,
    Completes::Containers,
    "",
    "$ ctr dumpxml web >web.xml",
    dumpxml,
};

} // namespace ctrd::cli
