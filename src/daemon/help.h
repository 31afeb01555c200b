#pragma once

// What `ctrd --help` says before and after the options.
namespace ctrd::daemon {

inline constexpr const char* kHelpHead = R"(NAME
  ctrd - container engine for RHEL/CentOS 6

SYNOPSIS
  ctrd [OPTIONS]
  ctrd --check [--json]

DESCRIPTION
  ctrd serves the Docker Remote API, 1.12 to 1.44, on a unix socket.  It stays in the
  foreground unless --daemonize is given.  Containers do not depend on it: each has a
  monitor process of its own (ctrd-monitor), so stopping, killing or upgrading ctrd
  stops none of them, and the next ctrd finds them again.
  Several ctrd may run side by side, each with its own --graph, --exec-root, --pidfile,
  --host, --bridge or --bip.

OPTIONS
)";

inline constexpr const char* kHelpTail = R"(
SIGNALS
  SIGTERM, SIGINT   stop the daemon; containers go on
  SIGPWR            stop the containers, in the reverse order of their start and each with
                    its own timeout, then the daemon: the host halts
  SIGHUP            read the files again and take over log level, default ulimits, labels
                    and log options; nothing else changes
  SIGUSR1           open the log file again (after it was rotated)

FILES
  From the weakest to the strongest; the command line is stronger than all of them.
  /etc/ctrd/daemon.json    as Docker's
  /etc/ctrd/ctrd.conf      NAME = VALUE lines, names as above
  /etc/ctrd/containers.d   containers in XML, defined at the start: ctrd-xml(5)
  /etc/sysconfig/ctrd      other_args="…", options as above; also ctrd-storage and ctrd-network
  /var/lib/ctrd            images, layers, containers
  /var/run/ctrd/ctrd.sock  the API

EXIT STATUS
  0  stopped by a signal
  1  could not start; the reason is on standard error
  --check: 0 where containers can run here, 1 where they cannot

EXAMPLE
  ctrd --daemonize --log-opt max-size=10m --log-opt max-file=3
  ctrd -g /srv/two -H unix:///run/two.sock --exec-root /run/two -p /run/two.pid \
       --bip 10.99.0.1/24 -b two0

SEE ALSO
  ctr(1), ctrd.conf(5), ctrd-xml(5)
)";

} // namespace ctrd::daemon
