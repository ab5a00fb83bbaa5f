#!/bin/sh
# Forgets a set-up that is not this folder's: copied from elsewhere, or made with a Python that is gone. Asked before every make.
[ -e .stamps/uv ] || exit 0
if [ "$(cat .stamps/place 2>/dev/null)" != "$PWD" ] || ! .venv/bin/python -c '' 2>/dev/null; then
  [ -w .stamps ] && rm -rf .stamps/uv .stamps/run .stamps/dev .stamps/ready .stamps/catalogue
  [ -w .venv ] && rm -rf .venv
fi
exit 0
