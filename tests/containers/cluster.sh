# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # shared with run.sh, which sources this
# The cluster under test: starting it, training on it, and what can be seen of it from outside.

# compose WHO SECONDS ARGUMENT...
compose() {
    local who=$1 seconds=$2
    shift 2
    bounded "$who" "$seconds" "${compose_command[@]}" --project-name "$project" --project-directory "$repo" "${files[@]}" "$@"
}

# ids_of SERVICE [docker ps ARGUMENT...]: newest first; an empty service means all.
ids_of() {
    local service=$1
    shift
    docker ps --quiet --filter "label=com.docker.compose.project=$project" \
        ${service:+--filter "label=com.docker.compose.service=$service"} "$@"
}

# all_healthy COUNT: so many containers run, and every one says that it is well.
all_healthy() { [ "$(ids_of "" | wc -l)" -eq "$1" ] && [ "$(ids_of "" --filter health=healthy | wc -l)" -eq "$1" ]; }

build_image() { compose "the image" 900 build coordinator >"$work/build.log" 2>&1; }

has_a_version() { bounded "docker run" 30 docker run --rm "$DISTTRAIN_IMAGE" version | grep -qE '[0-9]+\.[0-9]+'; }

# stop_all [SERVICE]
stop_all() { compose "the containers to stop" 60 stop "$@" >>"$work/down.log" 2>&1; }

remove_all() { compose "the containers to go" 60 down --volumes --remove-orphans >>"$work/down.log" 2>&1; }

scale_workers() { compose "$1 workers to start" 180 up --detach --scale "worker=$1" >>"$work/up.log" 2>&1; }

# train NAME WORKERS: follows a run from the coordinator's container; its lines go to NAME.jsonl.
train() {
    compose "the run '$1'" 240 exec -T coordinator disttrain train --cluster http://127.0.0.1:4200 \
        --workers "$2" --epochs "$epochs" "${job[@]}" --json >"$work/$1.jsonl" 2>"$work/$1.err"
}

train_alone() {
    bounded "the run in one process" 240 docker run --rm --init ${DISTTRAIN_DATA:+--volume "$DISTTRAIN_DATA:/data:ro"} "$DISTTRAIN_IMAGE" \
        train --placement inproc --workers 2 --epochs "$epochs" "${job[@]}" --json >"$work/alone.jsonl" 2>"$work/alone.err"
}

# study WORKERS: a scaling study, from the coordinator's container.
study() {
    compose "the study" 120 exec -T coordinator disttrain scale --cluster http://127.0.0.1:4200 \
        --workers "$1" --repeat 1 --warm-up 0 --steps 40 "${job[@]}" --json >"$work/study.jsonl" 2>"$work/study.err"
}

# Every run of a study counts its workers, and the study fails unless all end in the same weights.
studied() { of_kind run "$work/study.jsonl" | grep -oE '"workers": *[0-9]+' | grep -oE '[0-9]+' | paste -sd, ; }

completed() { equal "$(summary status "$work/$1.jsonl")" completed; }

same_weights() { equal "$(summary weightsSha256 "$work/$1.jsonl")" "$reference"; }

audit() { compose "the audit" 60 exec -T coordinator disttrain audit "$(summary runDir "$work/$1.jsonl")" >"$work/audit-$1.log" 2>&1; }

# lost_worker_was_named ADDRESS
lost_worker_was_named() { of_kind event "$work/killed.jsonl" | grep -E '"code": *"worker-suspected"' | grep -qF "$1:"; }

address_of() { docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$1"; }

host_reaches_coordinator() {
    bounded "health" 30 docker run --rm --network host "$DISTTRAIN_IMAGE" \
        health --cluster "http://127.0.0.1:$DISTTRAIN_CLIENT_PORT" >"$work/health.log" 2>&1
}

# Every process of every container, as the host sees its user.
root_processes() {
    local id
    for id in $(ids_of ""); do
        docker top "$id" -eo uid,pid,args | awk -v id="$id" 'NR > 1 && $1 == 0 { print id ": " $0 }'
    done
}

published_elsewhere() {
    local id
    for id in $(ids_of ""); do docker port "$id"; done | grep -v -- '-> 127.0.0.1:' || true
}

killed_by_the_engine() {
    local id
    for id in $(ids_of "" --all); do
        docker inspect --format '{{if ne .State.ExitCode 0}}{{.Name}} exited with {{.State.ExitCode}}{{end}}' "$id"
    done | sed '/^$/d'
}

# What the coordinator knows at this moment. A worker that is merely gone stays known for seconds, one that took its leave does not.
workers_known() {
    if ! compose "the status" 30 exec -T coordinator disttrain status --cluster http://127.0.0.1:4200 --json >"$work/status.json" 2>"$work/status.err"; then
        echo "the coordinator did not say"
    fi
    grep -oE '"name": *"[^"]*"' "$work/status.json" || true
}

left_behind() {
    docker ps --all --quiet --filter "label=com.docker.compose.project=$project"
    docker network ls --quiet --filter "label=com.docker.compose.project=$project"
    docker volume ls --quiet --filter "label=com.docker.compose.project=$project"
}

free_port() {
    local port
    for port in $(shuf -i 20000-30000 -n 20); do
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

