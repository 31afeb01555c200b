#include "exec/setup/first_process.h"

#include "base/error.h"
#include "exec/setup/process.h"
#include "exec/setup/rootfs.h"
#include "exec/setup/stdio.h"

#include <unistd.h>

namespace ctrd::exec::setup {

void setNames(const Command& command) {
    if (command.uts.mode != NamespaceMode::Private) return;
    if (!command.hostname.empty() &&
        sethostname(command.hostname.data(), command.hostname.size()) < 0)
        throw SystemError("set the host name to '" + command.hostname + "'");
    if (!command.domainname.empty() &&
        setdomainname(command.domainname.data(), command.domainname.size()) < 0)
        throw SystemError("set the domain name to '" + command.domainname + "'");
}

void startSession() {
    if (getsid(0) != getpid() && setsid() < 0) throw SystemError("start a session");
}

void becomeFirstProgram(const Command& command, const std::string& console) {
    startSession();
    if (command.process.tty) {
        if (!console.empty()) reopenTerminal(kConsole);
        takeTerminal(command.process);
    }
    becomeProgram(command.process, initTarget(command));
}

} // namespace ctrd::exec::setup
