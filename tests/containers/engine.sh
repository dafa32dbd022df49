# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # shared with run.sh, which sources this
# A Docker engine: the one that answers, or one of our own, whose process alone is stopped again.

engine_pid=""
engine_root=""
forward_policy=""
had_bridge=""

engine_answers() { timeout 10 docker info --format '{{.ServerVersion}}' >/dev/null 2>&1; }

compose_command=()
find_compose() {
    if timeout 10 docker compose version >/dev/null 2>&1; then
        compose_command=(docker compose)
    elif command -v docker-compose >/dev/null; then
        compose_command=(docker-compose)
    else
        return 1
    fi
}

# need_packages PACKAGE...: by apt as root; otherwise the test is skipped, naming them.
need_packages() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        skip "missing here: $*; install them, or run this as root where apt is"
    fi
    say "installing $*"
    {
        bounded "apt-get update" 120 apt-get update
        DEBIAN_FRONTEND=noninteractive bounded "apt-get install" 600 apt-get install --yes --no-install-recommends "$@"
    } >"$work/apt.log" 2>&1 || skip "apt could not install $*: $(tail -n 1 "$work/apt.log")"
}

# start_engine ROOT: image and container data go below ROOT.
start_engine() {
    engine_root=$1
    [ "$(id -u)" -eq 0 ] || skip "no Docker engine answers, and only root can start one"
    mkdir -p "$engine_root"
    export DOCKER_HOST="unix://$work/docker.sock"
    say "starting an engine below $engine_root"
    forward_policy=$(iptables --list-rules FORWARD 2>/dev/null | sed -n 's/^-P FORWARD //p')
    [ ! -e /sys/class/net/docker0 ] || had_bridge=yes
    # In a session of its own: Ctrl-C must not stop it before its containers are gone.
    setsid dockerd --data-root "$engine_root" --exec-root "$work/exec" --pidfile "$work/dockerd.pid" --host "$DOCKER_HOST" \
        </dev/null >"$work/dockerd.log" 2>&1 &
    engine_pid=$!
    if ! wait_for "the engine (process $engine_pid)" 60 engine_answers_or_ended || ! engine_answers; then
        skip "the engine did not start: $(grep -E 'level=(fatal|error)|failed|Error' "$work/dockerd.log" | tail -n 1)"
    fi
}

engine_answers_or_ended() { ! kill -0 "$engine_pid" || engine_answers; }

engine_ended() { ! kill -0 "$engine_pid"; }

# What an engine leaves on its host when it stops: mounted network namespaces, its bridge, and no forwarding for others.
# Its iptables chains stay; without a bridge they match nothing.
# shellcheck disable=SC2329 # called by the trap of run.sh
stop_engine() {
    local mounted
    [ -n "$engine_pid" ] || return 0
    kill "$engine_pid" 2>/dev/null || true
    if ! wait_for "the engine (process $engine_pid) to stop" 40 engine_ended; then
        # Its containerd is its child and goes with it only on a clean stop.
        kill -9 "$engine_pid" "$(cat "$work/exec/containerd/containerd.pid")" 2>/dev/null || true
    fi
    for mounted in "$work"/exec/netns/*; do
        [ ! -e "$mounted" ] || umount "$mounted" || true
    done
    [ -n "$had_bridge" ] || ip link delete docker0 2>/dev/null || true
    [ -z "$forward_policy" ] || iptables --policy FORWARD "$forward_policy" || true
    engine_pid=""
}
