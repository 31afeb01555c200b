# Sourced by the tests that replace the daemon under running containers: containers that write their
# log, serve connections and hold one open, and the proof that none of it was lost.
#   run_one w1; run_one w2; pids >"$work/pids"; …; all_is_well

writer='httpd -p 80 -h /etc; nc -ll -p 7 -e cat & i=0; while :; do echo "$i"; i=$((i+1)); usleep 50000; done'

run_one() {
    ctr run -d --name "$1" busybox sh -c "$writer" >/dev/null
    address=$(ctr inspect -f '{{.NetworkSettings.IPAddress}}' "$1")
    echo "$1 $address" >>"$work/served"
    # A connection that stays open from here on, with a process at either end.
    mkfifo "$work/in.$1"
    wait_for 5 curl -s -o /dev/null "http://$address/hostname"
    wait_for 5 busybox nc "$address" 7 </dev/null
    busybox nc "$address" 7 <"$work/in.$1" >"$work/out.$1" &
    # Held open, by a process of its own because the shell has few descriptors.
    tail -f --pid=$$ /dev/null >"$work/in.$1" &
}

# What is said on a connection that was made before comes back on it.
echoes() {
    token=$1.$(cat /proc/sys/kernel/random/uuid)
    echo "$token" >"$work/in.$1"
    wait_for 5 grep -q "$token" "$work/out.$1"
}
gapless() { ctr logs "$1" | awk '$1 != NR - 1 { print "line " NR " is " $1; exit 1 } END { exit NR < 5 }'; }

pids() { ctr inspect -f '{{.State.Pid}} {{.Name}}' $(ctr ps -q) | sort -k 2; }

# All that ran before runs on, and serves.
all_is_well() {
    equal "$(ctr ps -q | wc -l)" "$(wc -l <"$work/served")"
    pids >"$work/pids.now"
    while read -r line; do contains "$(cat "$work/pids.now")" "$line"; done <"$work/pids"
    while read -r name address; do
        curl -s --max-time 5 -o /dev/null "http://$address/hostname" || { echo "$name does not serve"; return 1; }
        echoes "$name"
        gapless "$name"
    done <"$work/served"
    name=$(tail -n 1 "$work/served" | cut -d ' ' -f 1)
    for each in w1 "$name"; do
        equal "$(ctr exec "$each" echo inside)" inside
        contains "$(ctr top "$each")" "httpd"
        ctr pause "$each"
        ctr unpause "$each"
    done
    contains "$(ctr stats --no-stream w1)" w1
}
