#!/bin/sh
# Installs a locked requirement file with hashes by uv, by pip where uv fails; `--self` puts this checkout in.
set -e
BIN=.venv/bin
# uv reads no pip configuration: hand it a company's mirror and certificates.
index=$($BIN/python -m pip config get global.index-url 2>/dev/null || true)
[ -n "$index" ] && [ -z "$UV_DEFAULT_INDEX" ] && export UV_DEFAULT_INDEX="$index"
[ -n "$PIP_INDEX_URL" ] && [ -z "$UV_DEFAULT_INDEX" ] && export UV_DEFAULT_INDEX="$PIP_INDEX_URL"
export UV_SYSTEM_CERTS=1 VIRTUAL_ENV="$PWD/.venv"
if [ "$1" = "--self" ]; then
  $BIN/uv pip install -q --no-deps -e . 2>/dev/null || $BIN/python -m pip install -q --no-deps -e .
  exit
fi
echo "· $2"
$BIN/uv pip install -q --require-hashes -r "$1" || $BIN/python -m pip install -q --disable-pip-version-check --require-hashes -r "$1"
