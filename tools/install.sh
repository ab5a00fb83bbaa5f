#!/bin/sh
# Installs a locked requirement file with hashes by uv, by pip where uv fails: install.sh FILE "what" "how much".
# `--self` puts this checkout in. What was cut off in the middle is put in anew.
set -e
. tools/say.sh
# uv reads no pip configuration: hand it a company's mirror and certificates.
mirror() {
  [ -n "$UV_DEFAULT_INDEX" ] || UV_DEFAULT_INDEX=${PIP_INDEX_URL:-$(configured index-url)}
  [ -z "$UV_DEFAULT_INDEX" ] || export UV_DEFAULT_INDEX
  [ -n "$UV_INSECURE_HOST" ] || UV_INSECURE_HOST=${PIP_TRUSTED_HOST:-$(configured trusted-host)}
  [ -z "$UV_INSECURE_HOST" ] || export UV_INSECURE_HOST
  proxy=${PIP_PROXY:-$(configured proxy)}
  [ -z "$proxy" ] || export HTTPS_PROXY="${HTTPS_PROXY:-$proxy}" HTTP_PROXY="${HTTP_PROXY:-$proxy}"
  SSL_CERT_FILE=$(certificates)
  [ -z "$SSL_CERT_FILE" ] && unset SSL_CERT_FILE || export SSL_CERT_FILE PIP_CERT="$SSL_CERT_FILE"
  export UV_SYSTEM_CERTS=1 VIRTUAL_ENV="$PWD/.venv"
}
mirror
again=""; [ ! -e .stamps/cut-off ] || again=--reinstall
if [ "$1" = "--self" ]; then
  log=.stamps/self.log
  .venv/bin/uv pip install -q --no-deps -e . >"$log" 2>&1 || .venv/bin/python -m pip install -q --no-deps -e . >>"$log" 2>&1 ||
    unreached "The registry of Python packages" "PIP_INDEX_URL=https://mirror/simple"
  exit
fi
if [ "$1" = "--node" ]; then
  begin "Node, since there is none here that is new enough" node "about 50 MB"
  .venv/bin/uv pip install -q --reinstall --target .node --require-hashes -r requirements/node.txt >"$log" 2>&1 ||
    .venv/bin/python -m pip install -q --disable-pip-version-check --retries 1 --upgrade --target .node --require-hashes \
      -r requirements/node.txt >>"$log" 2>&1 || unreached "The registry of Python packages" "PIP_INDEX_URL=https://mirror/simple"
  ended; exit
fi
begin "$2" "$(basename "$1" .txt)" "$3"
touch .stamps/cut-off
.venv/bin/uv pip install -q $again --require-hashes -r "$1" >"$log" 2>&1 ||
  .venv/bin/python -m pip install -q --disable-pip-version-check --retries 1 ${again:+--force-reinstall} --require-hashes \
    -r "$1" >>"$log" 2>&1 || unreached "The registry of Python packages" "PIP_INDEX_URL=https://mirror/simple"
rm -f .stamps/cut-off
ended
