#!/bin/sh
# One launcher for people and machines: finds a Python, makes .venv once per lock, then runs.
#   ./yimen.sh run [--host H] [--port N] [--empty]   serve the centre
#   ./yimen.sh test [pytest arguments]               run the tests
#   ./yimen.sh ARGS                                  any other command of `yimen`
set -eu
cd "$(dirname "$0")"

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

find_python() {
    for candidate in "${PYTHON:-}" python3 python python3.14 python3.13 python3.12 \
        "${HOME:-/}"/.pyenv/versions/3.1[234]*/bin/python; do
        [ -n "$candidate" ] || continue
        if fits "$candidate"; then echo "$candidate"; return 0; fi
    done
    echo "yimen: needs Python 3.12 or later with venv; install it or set PYTHON=/path/to/python3" >&2
    return 1
}

stamp() { cat requirements.lock pyproject.toml | cksum | tr -d ' \t\n'; }

install() {
    want=$(stamp)
    if [ -x .venv/bin/yimen ] && [ "$(cat .venv/.stamp 2>/dev/null || true)" = "$want" ]; then return 0; fi
    python=$(find_python)
    echo "yimen: installing into .venv ($("$python" --version 2>&1))" >&2
    rm -rf .venv
    "$python" -m venv .venv >&2
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock >&2
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e . >&2
    echo "$want" > .venv/.stamp
}

install
if [ "${1:-}" = test ]; then
    shift
    exec .venv/bin/python -m pytest "$@"
fi
exec .venv/bin/yimen "$@"
