// ctrd, the daemon.

#include "config.h"

#include "base/error.h"
#include "base/log.h"
#include "daemon/background.h"
#include "daemon/check.h"
#include "daemon/configuration.h"
#include "daemon/daemon.h"
#include "daemon/fsck.h"
#include "daemon/help.h"
#include "daemon/import_docker.h"
#include "daemon/own_log.h"
#include "monitor/protocol.h"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include <malloc.h>

namespace {

using namespace ctrd;

// Starts, says so, and serves until a signal ends it.
int serve(const daemon::CommandLine& line, const daemon::Configuration& configuration) {
    const daemon::Options& options = configuration.options();
    for (const auto& [name, value] : options.environment)
        setenv(name.c_str(), value.c_str(), 1);
    log::setLevel(options.logLevel);
    daemon::Background background;
    if (options.daemonize)
        background = daemon::Background::enter(options.logFile);
    else
        daemon::openLog(options.logFile);
    try {
        daemon::Daemon daemon(configuration, [&line] { return daemon::Configuration::read(line); });
        background.ready();
        daemon.run();
        return 0;
    } catch (const Error& e) {
        background.failed(e.what());
        std::cerr << "ctrd: " << e.what() << std::endl;
        return 1;
    }
}

int run(const daemon::CommandLine& line) {
    if (line.help) {
        std::cout << daemon::kHelpHead << daemon::describeOptions() << daemon::kHelpTail;
        return 0;
    }
    if (line.version) {
        std::cout << "ctrd version " PACKAGE_VERSION ", monitor protocol " << monitor::kProtocol
                  << "\n";
        return 0;
    }
    if (line.check) return daemon::printCheck(line.asJson);
    if (!line.importFiles.empty()) {
        std::cout << daemon::importDockerSysconfig(line.importFiles);
        return 0;
    }
    const auto configuration = daemon::Configuration::read(line);
    if (line.fsck) return daemon::checkFiles(configuration.options(), line.repair);
    if (!line.showConfig) return serve(line, configuration);
    std::cout << (line.showConfig->empty() ? configuration.show()
                                           : configuration.show(*line.showConfig));
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    // A thread's own arena costs address space and dirty pages that an idle daemon never gives
    // back; two are enough for what runs at once here.
    mallopt(M_ARENA_MAX, 2);
    signal(SIGPIPE, SIG_IGN);
    try {
        return run(daemon::parseCommandLine({argv + 1, argv + argc}));
    } catch (const Error& e) {
        std::cerr << "ctrd: " << e.what() << std::endl;
    } catch (const std::exception& e) {
        std::cerr << "ctrd: internal error: " << e.what() << std::endl;
    }
    return 1;
}
