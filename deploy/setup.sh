#!/usr/bin/env bash
# Make .venv from a hashed lock file: deploy/setup.sh runtime|dev. Called by the Makefile.
set -euo pipefail
lock="requirements/$1.lock"
uv_version=0.13.9

if [ -z "${PYTHON:-}" ]; then
  echo "The hub needs Python 3.11 or newer: install it (on Debian: apt install python3.11 python3.11-venv)." >&2
  exit 2
fi
if ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
  echo "This Python has no venv module: install it (on Debian: apt install python3-venv)." >&2
  exit 2
fi
[ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
echo "Setting up .venv ($1) ..." >&2
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
install() {
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version" &&
    .venv/bin/uv pip install --quiet --require-hashes -r "$lock"
}
if ! install; then
  echo "uv could not do it; trying pip, which takes a few minutes ..." >&2
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
