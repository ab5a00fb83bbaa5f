#!/bin/sh
# Makes .venv with the system's Python and puts uv into it. Says the one line to type where Python lacks a part.
set -e
PYTHON=${PYTHON:-python3}
command -v "$PYTHON" >/dev/null || { echo "There is no $PYTHON. Install Python 3.11 or newer (Debian: apt install python3 python3-venv)."; exit 1; }
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$("$PYTHON" --version) is too old; Boothline needs 3.11 or newer. Type: make run PYTHON=python3.12"; exit 1; }
if [ ! -x .venv/bin/python ]; then
  echo "· virtual environment (.venv)"
  "$PYTHON" -m venv .venv 2>.venv-error || { rm -rf .venv; cat .venv-error; rm -f .venv-error
    echo "Python cannot make a virtual environment. Type: apt install python3-venv   then make run again."; exit 1; }
  rm -f .venv-error
fi
if [ ! -x .venv/bin/uv ]; then
  echo "· installer (uv, about 20 MB)"
  .venv/bin/python -m pip install -q --disable-pip-version-check uv
fi
