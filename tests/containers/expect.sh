# shellcheck shell=bash
# Assertions, bounded waits, and the fields of the trainer's JSON lines.

passed=0
failed=0

# check WHAT COMMAND...: one line and one count for what is asserted; never ends the script.
check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok    $what"
    else
        failed=$((failed + 1))
        echo "FAIL  $what"
    fi
}

# need WHAT COMMAND...: a check without which the rest makes no sense.
need() {
    local before=$failed
    check "$@"
    [ "$failed" -eq "$before" ] || exit 1
}

say() { echo "----  $* (${SECONDS} s)"; }

# bounded WHO SECONDS COMMAND...: runs it for at most that long and says who was waited for.
bounded() {
    local who=$1 seconds=$2 start=$SECONDS code=0
    shift 2
    timeout --foreground --kill-after=5 "$seconds" "$@" || code=$?
    if [ "$code" -ne 0 ] && [ $((SECONDS - start)) -ge "$seconds" ]; then
        echo "gave up on $who after $seconds s" >&2
    fi
    return "$code"
}

# wait_for WHO SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local who=$1 seconds=$2 deadline=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            echo "waited $seconds s for $who" >&2
            return 1
        fi
        sleep 0.2
    done
}

# of_kind KIND FILE: the lines of that kind, whole ones only (the file may be growing).
of_kind() { grep -E "\"kind\": *\"$1\".*\}$" "$2"; }

count_of_kind() { of_kind "$1" "$2" | wc -l; }

# at_least COUNT KIND FILE
at_least() { [ "$(count_of_kind "$2" "$3")" -ge "$1" ]; }

# field NAME: the value of a string or number of the last line on stdin, empty if it has none.
field() { tail -n 1 | sed -nE "s/.*\"$1\": *(\"([^\"]*)\"|([-+.0-9eE]+)).*/\2\3/p"; }

# summary NAME FILE: a field of a run's summary; empty when there is no summary.
summary() { { of_kind summary "$2" || true; } | field "$1"; }

equal() {
    [ -n "$1" ] && [ "$1" = "$2" ] && return 0
    echo "      got '$1', expected '$2'" >&2
    return 1
}

less() {
    [ -n "$1" ] && [ -n "$2" ] && awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }' && return 0
    echo "      '$1' is not below '$2'" >&2
    return 1
}

empty() {
    [ -z "$1" ] && return 0
    echo "      got '$1'" >&2
    return 1
}
