#!/bin/sh
# Makes .venv with a Python that is new enough and puts uv into it. What cannot be had is said with the one line to type.
set -e
. tools/say.sh
[ ! -e .venv ] || [ -w .venv ] || stop "The folder .venv belongs to $(stat -c %U .venv). Type: sudo rm -rf .venv .stamps   then make run again."
ln -sf venv.sh .stamps/link 2>/dev/null && rm -f .stamps/link ||
  stop "The file system of $PWD knows no links. Type: cp -r . ~/boothline   then make run there."

# Python, by its name or by that of a version; each is asked, since a name may be there and not work.
asks='import sys
if sys.version_info < (3, 11): sys.exit("%d.%d.%d" % sys.version_info[:3])
try: import ctypes, sqlite3, ssl, venv, zlib
except ImportError as error: sys.exit("without " + str(error.name))'
found="" python=""
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
  command -v "$name" >/dev/null 2>&1 || continue
  if lacks=$("$name" -c "$asks" 2>&1 >/dev/null); then python=$(command -v "$name"); break; fi
  found="$found${found:+, }$name ($(printf %s "$lacks" | tail -n 1))"
done
[ -n "$python" ] || stop "Boothline needs Python 3.11 or newer; here is ${found:-none}." \
  "Install one (Debian, Ubuntu: sudo apt install python3 python3-venv), or type: make run PYTHON=/path/to/python3.12"
# One that was compiled by hand without profiling is a sixth slower than the distribution's own.
plain='import sys, sysconfig
if sys.base_prefix != "/usr" and "--enable-optimizations" not in str(sysconfig.get_config_var("CONFIG_ARGS")): print("plain")'
if [ -z "$PYTHON" ] && [ "$("$python" -c "$plain" 2>/dev/null)" = plain ] && /usr/bin/python3 -c "$asks" >/dev/null 2>&1; then
  python=/usr/bin/python3
fi

# Debian keeps pip apart from Python. Its own package of pip can be fetched and unpacked by anybody.
pip_of_debian() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  own=$PWD/.stamps/apt; rm -rf "$own"; mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
  (cd "$own" && { apt-get -q download python3-pip-whl || {
    set -- -o Dir::State::lists="$own/lists" -o Dir::Cache="$own/cache" -o APT::Sandbox::User=
    apt-get -q "$@" update && apt-get -q "$@" download python3-pip-whl; }; } && dpkg-deb -x python3-pip-whl_*.deb .) >>"$log" 2>&1
}
works() { .venv/bin/python -c "$asks" >/dev/null 2>&1 && .venv/bin/python -m pip --version >/dev/null 2>&1; }
if ! works; then
  begin "virtual environment .venv with $("$python" --version 2>&1)" venv
  rm -rf .venv
  if ! "$python" -m venv .venv >"$log" 2>&1 || ! works; then
    rm -rf .venv
    wheel=$(ls /usr/share/python-wheels/pip-*.whl 2>/dev/null | tail -n 1)
    if [ -z "$wheel" ] && pip_of_debian; then wheel=$(ls .stamps/apt/usr/share/python-wheels/pip-*.whl 2>/dev/null | tail -n 1); fi
    if [ -n "$wheel" ]; then
      "$python" -m venv --without-pip .venv >>"$log" 2>&1 &&
        .venv/bin/python "$wheel/pip" install -q --no-index --disable-pip-version-check "$wheel" >>"$log" 2>&1 || true
    fi
    rm -rf .stamps/apt
    works || { rm -rf .venv
      version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
      if command -v apt-get >/dev/null; then line="sudo apt install python$version-venv"
      elif command -v zypper >/dev/null; then line="sudo zypper install python$(echo "$version" | tr -d .)-pip"
      elif command -v dnf >/dev/null; then line="sudo dnf install python3-pip"
      elif command -v apk >/dev/null; then line="sudo apk add py3-pip"
      else line="$python -m ensurepip"; fi
      stop "This Python cannot make a virtual environment (details: $log). Type: $line   then make run again."; }
  fi
  ended
fi
if ! .venv/bin/uv --version >/dev/null 2>&1; then
  begin "installer uv" uv "about 25 MB"
  PIP_CERT=$(certificates)
  [ -z "$PIP_CERT" ] && unset PIP_CERT || export PIP_CERT
  .venv/bin/python -m pip install -q --disable-pip-version-check --retries 1 --force-reinstall --require-hashes \
    -r requirements/uv.txt >"$log" 2>&1 || unreached "The registry of Python packages" "PIP_INDEX_URL=https://mirror/simple"
  ended
fi
