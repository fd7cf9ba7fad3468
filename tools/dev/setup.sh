#!/usr/bin/env bash
# Installs what building and testing need on Debian 12: system packages, the grammar sources, and the
# Python packages of the tests in .venv. Can be run again at any time; takes a second when all is there.
source "$(dirname "$0")/lib.sh"

packages=(
    g++ cmake ninja-build ccache git
    llvm-19-dev libclang-19-dev libzstd-dev zlib1g-dev
    libgit2-dev libcli11-dev libtomlplusplus-dev
    libgtest-dev libbenchmark-dev
    clang-format-19 clang-tidy-19
)
# A server of its own for the tests that want one, never started as a service.
packages+=(postgresql)
# Node and Python often come from elsewhere: only what is missing is installed.
command -v npm >/dev/null || packages+=(nodejs npm)
command -v python3 >/dev/null || packages+=(python3)
python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)

command -v dpkg-query >/dev/null ||
    die "this script knows Debian alone; CONTRIBUTING.md lists what to install elsewhere"

missing=()
for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == "install ok installed" ]] || missing+=("$package")
done
if ((${#missing[@]})); then
    if ((EUID != 0)); then
        printf 'these packages are missing; install them and run this script again:\n\n' >&2
        printf '    sudo apt-get update && sudo apt-get install --no-install-recommends %s\n\n' "${missing[*]}" >&2
        exit 2
    fi
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
fi

# The lock file is kept beside what was installed from it, so that a newer lock is noticed.
installed=grammars/node_modules/installed-lock.json
if ! cmp -s grammars/package-lock.json "$installed"; then
    say "installing the grammar sources"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix grammars >&2
    cp grammars/package-lock.json "$installed"
fi

tools/dev/python-env.sh
