#!/usr/bin/env bash
# The containers, seen from outside on a real engine: build, start, train, kill a worker in mid-run, scale, study, stop.
# Needs nothing but root and apt; what is there already is used. Exit code 77: it cannot be done here (it says why).
#
#   DISTTRAIN_DATA=DIR            train on the MNIST in DIR; default ../shared/data/mnist if it exists, else synthetic digits
#   DISTTRAIN_IMAGE=NAME          test this image instead of building one
#   DISTTRAIN_DOCKER_ROOT=DIR     keep the data of an engine that has to be started (the next build is quick)
#   DISTTRAIN_CONTAINER_CACHE=DIR keep the stand-in's root file system here; default ~/.cache/disttrain-containers
#   SDK_IMAGE, RUNTIME_IMAGE      base images to build on
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
work=$(mktemp -d /tmp/disttrain-containers.XXXXXX)
project=disttrain-test-$$
files=(--file "$repo/docker-compose.yml")
skipped=""
job_pid=""

# shellcheck source=tests/containers/expect.sh
. "$here/expect.sh"
# shellcheck source=tests/containers/engine.sh
. "$here/engine.sh"
# shellcheck source=tests/containers/standin.sh
. "$here/standin.sh"
# shellcheck source=tests/containers/cluster.sh
. "$here/cluster.sh"

skip() {
    skipped=$*
    exit 77
}

# shellcheck disable=SC2329 # called by the trap
clean_up() {
    local code=$?
    trap - EXIT INT TERM
    set +e
    [ -z "$job_pid" ] || kill "$job_pid" 2>/dev/null
    if [ "$code" -ne 0 ] && [ -z "$skipped" ]; then
        show_what_happened >&2
    fi
    if [ ${#compose_command[@]} -gt 0 ] && engine_answers; then
        remove_all
    fi
    stop_engine
    if [ -n "$engine_root" ] && [ -z "${DISTTRAIN_DOCKER_ROOT:-}" ]; then
        rm -rf --one-file-system "$engine_root"
    fi
    if [ "$code" -eq 0 ] || [ -n "$skipped" ]; then
        rm -rf --one-file-system "$work"
    else
        echo "the logs are in $work" >&2
    fi
    if [ -n "$skipped" ]; then
        echo "containers: skipped: $skipped"
    else
        echo "containers: $passed passed, $failed failed"
    fi
    exit "$code"
}

# shellcheck disable=SC2329 # called by the trap
show_what_happened() {
    local id log
    for log in "$work"/*.log "$work"/*.err; do
        [ ! -s "$log" ] || [ "$log" = "$work/dockerd.log" ] || { echo "---- $log"; tail -n 15 "$log"; }
    done
    for id in $(ids_of "" --all); do
        docker inspect --format '---- {{.Name}}: {{.State.Status}}, exit code {{.State.ExitCode}}{{with .State.Health}}, {{.Status}}{{end}}' "$id"
        docker logs --tail 25 "$id" 2>&1
    done
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- An engine, base images, the image
missing=()
command -v docker >/dev/null || missing+=(docker.io)
find_compose || missing+=(docker-compose)
if ! engine_answers && ! command -v dockerd >/dev/null; then
    missing+=(docker.io)
fi
[ ${#missing[@]} -eq 0 ] || need_packages "${missing[@]}"
find_compose || skip "neither 'docker compose' nor docker-compose is there"
engine_answers || start_engine "${DISTTRAIN_DOCKER_ROOT:-$work/engine}"
say "engine $(docker info --format '{{.ServerVersion}}, {{.Driver}}'), ${compose_command[*]} $("${compose_command[@]}" version --short)"

if [ -z "${DISTTRAIN_IMAGE:-}" ]; then
    export DISTTRAIN_IMAGE=disttrain:test
    if [ -n "${SDK_IMAGE:-}${RUNTIME_IMAGE:-}" ]; then
        : "${SDK_IMAGE:?is missing beside RUNTIME_IMAGE}" "${RUNTIME_IMAGE:?is missing beside SDK_IMAGE}"
    elif ! can_pull; then
        make_standins
    fi
    if [ -n "${SDK_IMAGE:-}" ]; then
        export BUILD_NETWORK=${BUILD_NETWORK:-host}
        files+=(--file "$repo/deploy/compose.base-images.yml")
        say "building on $SDK_IMAGE and $RUNTIME_IMAGE"
    fi
    need "the image builds" build_image
fi
say "image of $(docker image inspect --format '{{.Size}}' "$DISTTRAIN_IMAGE" | awk '{ printf "%.0f MB", $1 / 1e6 }')"
need "it says its version" has_a_version

# ---- The cluster
data=${DISTTRAIN_DATA:-}
[ -n "$data" ] || [ ! -d "$repo/../shared/data/mnist" ] || data=$(cd "$repo/../shared/data/mnist" && pwd)
if [ -n "$data" ]; then
    export DISTTRAIN_DATA=$data
    job=(--dataset mnist)
    epochs=1
else
    job=(--dataset synthetic:6000)
    epochs=8
fi
job+=(--shards 4 --seed 7)
DISTTRAIN_CLIENT_PORT=$(free_port)
export DISTTRAIN_CLIENT_PORT

say "starting coordinator, parameter server and two workers"
need "two workers start" scale_workers 2
need "all four containers are healthy" wait_for "four healthy containers" 90 all_healthy 4
check "the host reaches the coordinator on its published port" host_reaches_coordinator
check "no process runs as root" empty "$(root_processes)"
check "no port is published beyond this host" empty "$(published_elsewhere)"

# ---- The undisturbed run, long enough (6 s) for a kill in its midst, whatever the machine and the engine
for attempt in 1 2 3; do
    say "undisturbed run, $epochs epochs"
    need "a run with two workers ends" train undisturbed 2
    need "it completed" completed undisturbed
    seconds=$(summary trainSeconds "$work/undisturbed.jsonl")
    if [ "$attempt" -eq 3 ] || ! less "$seconds" 6 2>/dev/null; then
        break
    fi
    epochs=$(awk -v e="$epochs" -v s="$seconds" 'BEGIN { print int(e * 9 / (s > 0.3 ? s : 0.3)) + 1 }')
done
reference=$(summary weightsSha256 "$work/undisturbed.jsonl")
need "its summary has the SHA-256 of the weights" test ${#reference} -eq 64

# ---- The same run with a worker killed in its midst
say "the same run, with a kill"
train killed 2 &
job_pid=$!
need "the run takes steps" wait_for "20 steps of the run" 60 at_least 20 step "$work/killed.jsonl"
victim=$(ids_of worker | head -n 1)
victim_address=$(address_of "$victim")
docker kill "$victim" >/dev/null
killed_at=$(of_kind step "$work/killed.jsonl" | field step)
code=0
wait "$job_pid" || code=$?
job_pid=""
check "the run whose worker was killed ends with exit code 0" test "$code" -eq 0
check "it completed" completed killed
check "the kill (step $killed_at) came before the last step" less "$killed_at" "$(summary steps "$work/killed.jsonl")"
check "the same weights as undisturbed" same_weights killed
check "an event names the worker at $victim_address" lost_worker_was_named "$victim_address"
check "its audit is clean" audit killed

# ---- Four workers
say "four workers"
need "four workers start" scale_workers 4
need "all six containers are healthy" wait_for "six healthy containers" 90 all_healthy 6
check "a run with four workers ends" train four 4
check "four of them" equal "$(summary workers "$work/four.jsonl")" 4
check "the same weights as with two" same_weights four
check "its audit is clean" audit four

check "a scaling study measures one, two and four workers" study 1,2,4
check "every number of them" equal "$(studied)" 1,2,4

# ---- No cluster at all: the same image on its own
say "one container, one process"
check "a run in one process ends" train_alone
check "the same weights as in the cluster" same_weights alone

# ---- Down
say "down"
check "the coordinator knows four workers" equal "$(workers_known | wc -l)" 4
check "the workers stop" stop_all worker
check "every worker took its leave of the coordinator" empty "$(workers_known)"
check "the rest of the cluster stops" stop_all
# One that outlasts its grace period is killed by the engine, which its exit code tells whatever the machine's pace.
check "within the grace period and of its own accord" empty "$(killed_by_the_engine)"
check "the containers are removed" remove_all
check "nothing is left behind" empty "$(left_behind)"
[ "$failed" -eq 0 ]
