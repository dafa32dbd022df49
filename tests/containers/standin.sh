# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # shared with run.sh, which sources this
# Base images: Microsoft's if they can be pulled, otherwise stand-ins made from Debian and the machine's own .NET.

# The root file system is kept here from run to run.
standin_cache=${DISTTRAIN_CONTAINER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/disttrain-containers}
standin_suite=trixie

# base_of STAGE: the base image that the Dockerfile names.
base_of() { sed -nE "s/^ARG $1_IMAGE=(.*)/\1/p" "$repo/deploy/Dockerfile"; }

have_image() { docker image inspect "$1" >/dev/null 2>&1; }

can_pull() {
    local image
    for image in "$(base_of RUNTIME)" "$(base_of SDK)"; do
        have_image "$image" || bounded "docker pull $image" 300 docker pull --quiet "$image" >"$work/pull.log" 2>&1 || return 1
    done
}

make_root_tar() {
    local tar=$1 root=$work/root
    [ "$(id -u)" -eq 0 ] || skip "no image can be pulled, and only root can make a stand-in by debootstrap"
    command -v debootstrap >/dev/null || need_packages debootstrap
    say "making the root file system of the stand-in by debootstrap"
    bounded debootstrap 600 debootstrap --variant=minbase --include=ca-certificates,libssl3t64,libstdc++6 \
        "$standin_suite" "$root" http://deb.debian.org/debian >"$work/debootstrap.log" 2>&1 ||
        skip "debootstrap failed: $(tail -n 1 "$work/debootstrap.log")"
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
    mkdir -p "$(dirname "$tar")"
    tar -C "$root" -cf "$tar.$$" . && mv "$tar.$$" "$tar"
    rm -rf --one-file-system "$root"
}

# build_standin STAGE TAG PART...: with these parts of the machine's .NET.
build_standin() {
    local stage=$1 tag=$2
    shift 2
    have_image "$tag" && return 0
    # --dereference: the list of certificates may be a link.
    tar --dereference -c -C "$here" standin.Dockerfile -C "$dotnet" "$@" -C /etc/ssl/certs ca-certificates.crt |
        bounded "the build of $tag" 300 docker build --target "$stage" --tag "$tag" --file standin.Dockerfile \
            --build-arg ROOT_IMAGE="$root_image" --build-arg NUGET_CERT_REVOCATION_MODE="${NUGET_CERT_REVOCATION_MODE:-online}" \
            - >"$work/standin-$stage.log" 2>&1 || { tail -n 20 "$work/standin-$stage.log" >&2; return 1; }
}

# make_standins: sets SDK_IMAGE and RUNTIME_IMAGE.
make_standins() {
    local version root_image tar=$standin_cache/$standin_suite-minbase-amd64.tar
    command -v dotnet >/dev/null || skip "no image can be pulled ($(tail -n 1 "$work/pull.log")), and there is no .NET here to make one from"
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    version=$(cd / && dotnet --version)-$(cat "$here/standin.Dockerfile" "$here/standin.sh" | sha256sum | cut -c 1-8)
    root_image=disttrain-standin:root-$version
    [ -f "$tar" ] || make_root_tar "$tar"
    have_image "$root_image" ||
        docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$tar" "$root_image" >/dev/null
    export RUNTIME_IMAGE=disttrain-standin:aspnet-$version SDK_IMAGE=disttrain-standin:sdk-$version
    build_standin aspnet "$RUNTIME_IMAGE" dotnet host shared
    build_standin sdk "$SDK_IMAGE" dotnet host shared sdk packs templates sdk-manifests
}
