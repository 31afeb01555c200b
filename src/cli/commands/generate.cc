#include "base/json.h"
#include "cli/commands.h"
#include "cli/reference.h"

#include <regex>

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"order", 0, OptionKind::Text, "96 04", "START STOP",
     "places among the host's services, two numbers from 00 to 99; after and before ctrd's own "
     "95 and 05"},
};

// @NAME@ the container, @SERVICE@ the script, @START@ @STOP@ its places, @CTR@ how ctr is called.
constexpr const char* kSysvinit = R"(#!/bin/sh
#
# @SERVICE@      Container @NAME@ of ctrd
#
# chkconfig: 2345 @START@ @STOP@
# description: Starts and stops the container @NAME@; written by 'ctr generate sysvinit @NAME@'.
#
### BEGIN INIT INFO
# Provides: @SERVICE@
# Required-Start: ctrd
# Required-Stop: ctrd
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: Container @NAME@
### END INIT INFO

[ ! -f /etc/rc.d/init.d/functions ] || . /etc/rc.d/init.d/functions

ctr="@CTR@"
name='@NAME@'
lockfile=/var/lock/subsys/@SERVICE@

running() { $ctr inspect -f '{{.State.Running}}' "$name" 2>/dev/null | grep -q true; }

start() {
    $ctr start "$name" >/dev/null || return 1
    # One that ends at once was not started.
    sleep 1
    running || { echo "$name ended:"; $ctr logs --tail 10 "$name"; return 1; }
    touch "$lockfile"
    echo "$name is started"
}

stop() {
    if running; then $ctr stop "$name" >/dev/null || return 1; fi
    rm -f "$lockfile"
    echo "$name is stopped"
}

status_of_container() {
    # No answer is no news of the container.
    $ctr version >/dev/null 2>&1 || { echo "ctrd does not answer"; return 4; }
    running && { $ctr ps --filter "name=^/?$name\$"; return 0; }
    [ ! -e "$lockfile" ] || { echo "$name has ended but $lockfile is there"; return 2; }
    echo "$name is stopped"
    return 3
}

case $1 in
    start | stop) "$1" ;;
    status) status_of_container ;;
    restart | force-reload) stop && start ;;
    condrestart | try-restart) running || exit 0; stop && start ;;
    reload) echo "a container cannot reload: use restart"; exit 3 ;;
    *) echo "Usage: $0 {start|stop|restart|force-reload|status|condrestart|try-restart}"; exit 2 ;;
esac
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

int generate(Context& context, const Arguments& arguments) {
    if (arguments[0] != "sysvinit")
        throw invalidArgument("generate: '" + arguments[0] + "': sysvinit is wanted");
    std::smatch places;
    const std::string order = arguments.text("order");
    if (!std::regex_match(order, places, std::regex(R"((\d\d) (\d\d))")))
        throw invalidArgument("generate: --order '" + order +
                              "': two numbers such as '96 04' are "
                              "wanted");
    const Json found = context.api().get(pathOf("containers", arguments[1], "/json"));
    const std::string name = getString(found, "Name").substr(1);
    const std::string policy =
        getString(getMember(getMember(found, "HostConfig"), "RestartPolicy"), "Name");
    if (policy == "always" || policy == "unless-stopped")
        context.complain("container " + name + " has the restart policy " + policy +
                         ": ctrd starts it as well");
    std::string text = replaced(kSysvinit, "@SERVICE@", "ctr-" + name);
    text = replaced(text, "@CTR@", "ctr -H " + context.host().url());
    text = replaced(replaced(text, "@START@", places[1]), "@STOP@", places[2]);
    context.print(replaced(text, "@NAME@", name));
    return 0;
}

} // namespace

const Command kGenerate = {
    "generate",
    "Containers",
    "sysvinit CONTAINER",
    "write an init script for one container",
    "Prints an init script for EL6's chkconfig and service that starts, stops and tells the state "
    "of "
    "this container, with the exit codes of the LSB.\n\n"
    "It is for a container that other services depend on. Containers that only have to run after "
    "a boot need no script but --restart=always, and the labels ctrd.start.order, ctrd.start.delay "
    "and ctrd.start.group for their order.",
    kOptions,
    {},
    Positionals::Mixed,
    2,
    2,
    Completes::Nothing,
    "",
    "$ ctr generate sysvinit web > /etc/rc.d/init.d/ctr-web\n"
    "$ chmod 755 /etc/rc.d/init.d/ctr-web && chkconfig --add ctr-web",
    generate,
};

} // namespace ctrd::cli
