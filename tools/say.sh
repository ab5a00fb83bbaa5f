# Sourced by the steps of the set-up: what each says, where its details go, and how a failure becomes one line.
mkdir -p .stamps 2>/dev/null && [ -w .stamps ] || {
  echo "This folder cannot be written to: $PWD. Type: cp -r . ~/boothline   then make run there." >&2; exit 1; }

begin() { what=$1; log=.stamps/$2.log; started=$(date +%s); echo "· $1${3:+ ($3)}" >&2; }
ended() { echo "  $what: $(($(date +%s) - started)) s" >&2; }
stop() { printf '%s\n' "$@" >&2; exit 1; }

# What stands in pip's configuration, files and environment alike.
configured() { .venv/bin/python -m pip config list 2>/dev/null | sed -n "s/^[^=]*[.]$1='\(.*\)'\$/\1/p" | tail -n 1; }

# The company's certificates, wherever somebody has named them; else the system's.
certificates() {
  for file in "$SSL_CERT_FILE" "$PIP_CERT" "$REQUESTS_CA_BUNDLE" "$CURL_CA_BUNDLE" "$NODE_EXTRA_CA_CERTS" "$(configured cert)" \
      /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
    if [ -n "$file" ] && [ -f "$file" ]; then echo "$file"; return; fi
  done
}

# One line for what stands in the log of a step that fetches; $1 names what it asked, $2 how another is named.
unreached() {
  if grep -qiE 'no space left|disk quota' "$log"; then
    stop "There is no space left here or in the folder for temporary files. Make room (df -h), then type make run again."
  elif grep -qiE 'certificate|unknownissuer|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)' "$log"; then
    stop "The certificate of $1 is not trusted here. Type: export SSL_CERT_FILE=/path/to/company.pem   then make run again."
  elif grep -qiE '\b(401|403|407)\b|forbidden|unauthorized|E40[137]' "$log"; then
    stop "$1 refuses to answer (details: $log). Name the one of your company: export $2   then make run again."
  elif grep -qiE 'hash(es)? (mismatch|do not match)|EINTEGRITY' "$log"; then
    stop "$1 gave something else than what is locked with its hash; it was thrown away (details: $log)."
  elif grep -qiE 'connect|resol|timed? ?out|network|unreachable|ENOTFOUND|ECONN|EAI_AGAIN|dns|ETIMEDOUT|name or service' "$log"; then
    stop "$1 cannot be reached. Check the network; where there is a mirror, type: export $2   then make run again."
  fi
  stop "$1: $(grep -v '^ *$' "$log" | tail -n 1) (details: $log)"
}
