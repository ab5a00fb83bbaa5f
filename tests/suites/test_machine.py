"""Anything in any order: no state in which the money does not add up, more is shipped than ordered, or a record lacks its fact.

Three walks of 40 steps here (on PostgreSQL one); `RUNS=200 make test ARGS=tests/suites/test_machine.py` is the whole measure, on both databases.
"""

from __future__ import annotations

import os
import sys

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import stages
from tests.suites.machine import COUNTED, MONDAY, Walk, make_estate, without_paper

RUNS = int(os.environ.get("RUNS", "1" if os.environ.get("DATABASE_URL") else "3"))
STEPS = int(os.environ.get("STEPS", "40"))
LOOK = settings(
    max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None, derandomize=True, print_blob=True,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip


@pytest.mark.django_db
def test_whatever_is_pressed_in_whatever_order_everything_holds(capsys):
    stages.astray()  # what the walks make is no stage of another test
    with without_paper():
        with time_machine.travel(MONDAY, tick=False):
            Walk.estate = make_estate()
        run_state_machine_as_test(Walk, settings=LOOK)
    if "RUNS" in os.environ:
        with capsys.disabled():
            sys.stdout.writelines(f"\n{code:40} {how:20} {times:6}" for (code, how), times in sorted(COUNTED.items()))
