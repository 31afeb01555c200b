# Sourced by the shell tests that need a whole ctrd.  Each test gets a ctrd of its own in network and
# mount namespaces of its own, with its own root, run directory, socket and cgroup parent: it runs
# beside a ctrd that is in use and beside other tests, and whatever it leaves behind is found and
# removed.
#
#   . "$srcdir/root/lib.sh"
#   test_something() { … }        # a failing command fails it, but for `! command` and all but the
#                                 # last of `one && two`: write `fails command`, and two lines
#   start_ctrd
#   import_busybox
#   run_tests test_something …
#
# The environment may set `storage` (a driver) and `ctrd_options`.

: "${srcdir:=$(dirname "$0")/..}" "${abs_top_builddir:=$(cd "$srcdir/.." && pwd)}"
srcdir=$(cd "$srcdir" && pwd)
programs=${CTRD_PROGRAMS:-$abs_top_builddir/src}

[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
need_lxc() {
    ldconfig -p | grep -q 'liblxc\.so\.1' && return
    echo "needs liblxc"
    trap - EXIT
    rm -rf "$work"
    exit 77
}
# EXEC_DRIVER=lxc runs a test with that driver.
[ "$EXEC_DRIVER" != lxc ] || need_lxc
if [ -z "$CTRD_TEST_NETNS" ]; then
    # The address is outside every range that ctrd picks for itself.
    export CTRD_TEST_NETNS=1 srcdir abs_top_builddir
    exec unshare -n -m sh "$0" "$@"
fi
ip link set lo up

work=$(mktemp -d "${TMPDIR:-/tmp}/ctrd-test.XXXXXX")
root=$work/root run=$work/run socket=$work/ctrd.sock log=$work/ctrd.log pidfile=$work/ctrd.pid
cgroup=ctrd-test-$$
export CTR_HOST=unix://$socket DOCKER_HOST=unix://$socket
PATH=$programs:$PATH
passed=0 failed=0

# Arguments are more options of ctrd.
start_ctrd() {
    "$programs/ctrd" --config-file none --daemonize --log-file "$log" -H "unix://$socket" -g "$root" \
        --exec-root "$run" -p "$pidfile" --cgroup-parent "/$cgroup" -b "${bridge-ctrt0}" \
        ${storage:+-s $storage} ${EXEC_DRIVER:+--exec-driver=$EXEC_DRIVER} $ctrd_options "$@"
}

ctrd_pid() { cat "$pidfile"; }

stop_ctrd() {
    daemon=$(ctrd_pid 2>/dev/null) || return 0
    kill "${1:--TERM}" "$daemon"
    while kill -0 "$daemon" 2>/dev/null; do sleep 0.05; done
}

# The oldest, where the driver has a process of its own in between.
monitor_of() { pgrep -o -f "ctrd-monitor $(ctr inspect -f '{{.Id}}' "$1")"; }

# The one that stands ready for the next container.
spare_monitor() { pgrep -P "$(ctrd_pid)" -f 'ctrd-monitor spare'; }

busybox_tar() { sh "$srcdir/../lxc-templates/ctr-busybox" --tar -; }
import_busybox() { busybox_tar | ctr import - "${1:-busybox}" >/dev/null; }

# wait_for SECONDS COMMAND…: until it succeeds.
wait_for() {
    tries=$(($1 * 20))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { echo "gave up waiting for: $*"; return 1; }
        sleep 0.05
    done
}

# on_signal SIGNAL COMMAND: a container's program that does so at this signal, once it is `ready`.
on_signal() { echo "trap '$2' $1; echo ready; while :; do sleep 0.1; done"; }
# ready NAME: before that a signal would end it as if it had no trap.
ready() { wait_for 20 sh -c "ctr logs '$1' | grep -q ready"; }

# gone PID: it runs no more; how soon process 1 reaps an orphan is not ctrd's.
gone() { ! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; }

# equal FOUND WANTED
equal() { [ "$1" = "$2" ] || { printf 'found:  %s\nwanted: %s\n' "$1" "$2"; return 1; }; }
# contains TEXT PART
contains() { case $1 in *"$2"*) ;; *) printf 'no %s in: %s\n' "$2" "$1"; return 1 ;; esac; }
fails() { if "$@"; then echo "did not fail: $*"; return 1; fi; }
# fails_with CODE PART COMMAND…: ends with this code and says so
fails_with() {
    wanted=$1 part=$2
    shift 2
    code=0
    said=$("$@" 2>&1) || code=$?
    equal "$code" "$wanted" || { echo "said: $said"; return 1; }
    contains "$said" "$part"
}
# status_of METHOD PATH [BODY]: the HTTP status; the answer's body in $work/body
status_of() {
    curl -s -o "$work/body" -w '%{http_code}' --unix-socket "$socket" -X "$1" \
        ${3:+-H 'Content-Type: application/json' --data-binary "$3"} "http://localhost$2"
}

# Where a controller is mounted: "/sys/fs/cgroup/memory", "/cgroup/memory".
hierarchy() { awk -v name="$1" '$3 == "cgroup" && "," $4 "," ~ "," name "," { print $2; exit }' /proc/mounts; }
# The groups of this ctrd's containers in all hierarchies; arguments are find's.
own_cgroups() {
    for place in $(awk '$3 == "cgroup" { print $2 }' /proc/mounts); do
        find "$place/$cgroup" "$@" -type d 2>/dev/null
    done
}
no_cgroups() { [ -z "$(own_cgroups -mindepth 1)" ]; }

# by_nature NAME: whether the drivers cannot do here what root/exec/exceptions.h has under this name.
by_nature() {
    grep -q "k$1 =" "$srcdir/root/exec/exceptions.h" || { echo "no such exception: $1"; exit 1; }
    ! nsenter -p -t $$ true 2>/dev/null
}

# The kernel removes a network namespace, and the links into it, a while after its last process.
no_links_of_ended() { [ "$(ip -o link show type veth | wc -l)" -lt "$(pgrep -c -f "$run")" ]; }

# The files of a container of --rm go a moment after its name.
none_half_gone() { [ "$(ls "$root/containers" | wc -l)" = "$(ctr ps -aq | wc -l)" ]; }

# What must be the same before and after, one line each.
footprint() {
    wait_for 5 no_links_of_ended >/dev/null || true
    wait_for 5 spare_monitor >/dev/null || true
    echo "mounts $(wc -l < /proc/self/mounts)"
    echo "cgroups $(own_cgroups -mindepth 1 | wc -l)"
    echo "links $(ip -o link | wc -l)"
    echo "monitors $(pgrep -c -f "$run" || true)"
    echo "descriptors $(ls "/proc/$(ctrd_pid)/fd" | wc -l)"
    echo "files $(find "$root" "$run" | wc -l)"
}

# left_out REASON: by a test that this host cannot run; it counts as neither passed nor failed.
left_out() { echo "$*"; exit 77; }

run_tests() {
    for name in "$@"; do
        case " ${ONLY:-$name} " in *" $name "*) ;; *) continue ;; esac
        read -r started _ </proc/uptime
        # Not `if (…)`: the shell ignores set -e within a condition.
        ( set -e; $name ) >"$work/said" 2>&1
        status=$?
        if [ $status = 0 ]; then
            passed=$((passed + 1))
            read -r ended _ </proc/uptime
            echo "ok $name, $((${ended%.*} - ${started%.*})) s"
        elif [ $status = 77 ]; then
            echo "left out: $name: $(tail -n 1 "$work/said")"
        else
            failed=$((failed + 1))
            echo "FAILED $name"
            sed 's/^/    /' "$work/said"
        fi
    done
}

finish() {
    status=$?
    trap - EXIT INT TERM
    ctr rm -f $(ctr ps -aq 2>/dev/null) >/dev/null 2>&1
    stop_ctrd 2>/dev/null
    pkill -9 -f "$run" 2>/dev/null
    # Of containers that no ctrd was there to remove; their monitors end with them.
    own_cgroups | sed 's|$|/tasks|' | xargs -r cat 2>/dev/null | sort -u | xargs -r kill -9 2>/dev/null
    sleep 0.1
    own_cgroups -depth | xargs -r rmdir 2>/dev/null
    if [ $failed -gt 0 ] && [ -s "$log" ]; then
        echo "--- the end of ctrd's log"
        tail -n 40 "$log"
    fi
    awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null
    rm -rf "$work"
    echo "$passed passed, $failed failed"
    [ $failed = 0 ] && [ $status = 0 ] && [ $passed -gt 0 ]
    exit $? # within a trap a bare exit takes the status from before it
}
trap finish EXIT
trap 'exit 1' INT TERM
