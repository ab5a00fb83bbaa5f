"""kill -9 in the middle of an import: what is stored is stored whole, and the same import again ends with exactly all of it. In the middle
of a merge, of its way back, or of undoing an import: nothing of it is stored.

`make test` kills the command on one database and the worker on the other; ODD=all both on both, at twenty moments of 5,000 rows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.conftest import ROOT, environment
from tests.turns import IS_FULL, TURN

ROWS, MOMENTS, FEW = (5000, 20, 20) if IS_FULL else (3000, 3, 2)
WAYS = {"first": ["command"], "second": ["worker"]}


@pytest.mark.parametrize("how", ["command", "worker"] if IS_FULL else WAYS.get(TURN, ["command", "worker"]))
def test_a_killed_import_goes_on_to_exactly_all_of_it(how: str, tmp_path: Path):
    env = environment(tmp_path, f"crash_import_{how}")
    command = [sys.executable, "-m", "tests.crash.importing", how, str(ROWS), str(MOMENTS), str(FEW)]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert len([one for one in found["killed"] if not one["ended"]]) >= MOMENTS - 1, "hardly one was killed in the middle"
    for one in [*found["killed"], found["end"]]:
        assert one["contacts"] == one["told"] == one["found"] == one["noted"] and one["points"] == 2 * one["contacts"]
        assert one["contacts"] % 1000 == 0 and one["twice"] == 0 and len(one["states"]) <= 1
    assert (found["end"]["contacts"], found["end"]["customers"], found["end"]["states"]) == (ROWS, -(-ROWS // 3), ["done"])
    assert found["acts"] == {act: {"alive": 0, "left": [], "ended": True} for act in ("merge", "part", "undo")}
    assert found["back"] == dict.fromkeys(found["back"], 0) | {"states": ["undone"]}
