"""The daily task: what time brings, for one after the other."""

from boothline.core import tasks
from boothline.core.actors import SYSTEM


def test_one_that_fails_keeps_no_other_waiting(caplog):
    def act(about, *, by):
        assert by is SYSTEM
        return about if about != 2 else 1 / 0

    assert sum(tasks.alone(act, one) for one in (1, 2, [3, 4], None, True)) == 4
    assert "failed for 2" in caplog.text and "ZeroDivisionError" in caplog.text
