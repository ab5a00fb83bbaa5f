"""At every fault point of the path the process is killed by kill -9, another one starts, and the same request is pressed again.

Nothing that was answered is lost, nothing is doubled: after each life with a crash in every request there is exactly as
much of everything as after one without, and kept answers equal a recount at every moment, half-way too.

Each life is one customer who walks the whole path. In the first that is disturbed every request dies at each of its points in turn,
each time in a new process that presses the very same form again, before one comes through; and in every life each round of the
worker after a request dies at a few of its own: what is tried too often in vain is given up.
The points are not listed here: a life without faults writes down which ones it passes. Three in four strike on SQLite, the others on PostgreSQL, unless
ODD=all asks for all of them on both.
"""

from __future__ import annotations

from typing import Any

import pytest

from boothline.core.faults import STEPS
from tests.crash.conftest import Mailbox, Stage
from tests.crash.path import DECLINING, ORDERING
from tests.turns import is_ours

MUST_DIE = [  # the operations of the path; each of their four points has to be among those that struck
    "billing.receive", "visitors.take", "negotiation.brief", "negotiation.object_many", "negotiation.answer", "intentions.open", "intentions.collect",
    "contracts.prepare", "contracts.send", "contracts.open", "contracts.confirm", "orders.approve_all_goods",
    "orders.plan_shipment", "orders.release_shipment", "orders.pack_shipment", "orders.ship", "followups.log", "timeline.deliver",
    "messaging.mark_sent",
]  # fmt: skip
DEATHS = 6  # of a round of the worker in one life
AGAIN = {
    "links.LinkToken",
    "event links.minted",
    "timeline.Event",
}  # a letter that leaves again has a link of its own; the first one was never mailed


class Life:
    """One customer's walk, as told by the stage."""

    def __init__(self, stage: Stage, mailbox: Mailbox, number: int, sessions: dict[str, str]) -> None:
        self.stage, self.mailbox = stage, mailbox
        self.state: dict[str, Any] = {"life": number, "sessions": sessions}
        self.struck: list[str] = []

    def walk(self, steps: list[str], faults: dict[tuple[str, str], list[str]]) -> None:
        """All steps in order; consecutive ones without a fault are played by one process."""
        quiet: list[dict[str, Any]] = []
        for step in steps:
            if step == "open":
                quiet = self.play(quiet)
                links = [links[0] for _id, to, links in self.mailbox.took if to == f"z{self.state['life']}@firm.example"]
                self.state["link"] = links[-1]
            press, sweep = {"kind": "press", "step": step}, {"kind": "sweep"}
            if faults.get((step, "press")):
                quiet = self.play(quiet)
                press = self.die_in_press(step, faults[step, "press"])
            quiet.append(press)
            if faults.get((step, "sweep")):
                quiet = self.play(quiet)
                sweep = self.die_in_sweep(faults[step, "sweep"])
            quiet.append(sweep)
        self.play(quiet)

    def play(self, acts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if acts:
            said, end = self.stage.play(*acts, state=self.state)
            assert end == 0
            for words in said:
                self.learn(words)
        return []

    def learn(self, words: dict[str, Any]) -> None:
        if "status" in words:
            assert words["status"] == 302 and not words["alarm"], words
            self.state = words["state"]

    def die_in_press(self, step: str, faults: list[str]) -> dict[str, Any]:
        """Dies at each point in turn; answers with the press that is to come through."""
        again: dict[str, Any] = {"kind": "press", "step": step}
        seen = None
        for fault in faults:
            said, end = self.stage.play(again | {"fault": fault}, state=self.state)
            assert end == -9 and len(said) == 1, f"{fault} did not strike in {step}"
            self.check(said[0], seen, step)
            again["data"], self.state, seen = said[0]["data"], said[0]["state"], (fault, said[0]["census"])
        told, _end = self.stage.play({"kind": "look"})
        self.check(told[0], seen, step)
        self.struck += faults
        return again

    def check(self, now: dict[str, Any], seen: tuple[str, dict[str, int]] | None, step: str) -> None:
        """What a crash left: all or nothing, and kept answers equal a recount."""
        assert now["wrong"] == [], f"{seen} in {step}"
        if seen:
            fault, census = seen
            if "files." in fault:
                return  # the picture of a capture is an act of its own, after the capture's, which may have been made just before
            assert (now["census"] != census) == fault.endswith("/after-commit"), f"{fault} in {step}: all or nothing"

    def die_in_sweep(self, faults: list[str]) -> dict[str, Any]:
        for n, fault in enumerate(faults):
            said, end = self.stage.play({"kind": "sweep", "fault": fault, "after_crash": n > 0}, state=self.state)
            assert end == -9 and not said, f"{fault} did not strike in the worker"
        self.struck += faults
        return {"kind": "sweep", "after_crash": True}

    def look(self) -> dict[str, int]:
        said, _end = self.stage.play({"kind": "look"})
        assert said[0]["wrong"] == []
        return said[0]["census"]


@pytest.fixture(scope="module")
def sessions(stage: Stage, mailbox: Mailbox) -> dict[str, str]:
    said, _end = stage.play({"kind": "set up"})
    found: dict[str, str] = said[0]["sessions"]
    Life(stage, mailbox, 1, found).walk(ORDERING, {})  # the first customer also makes what is made once (counters)
    return found


def trace(stage: Stage, mailbox: Mailbox, sessions: dict[str, str], steps: list[str], number: int) -> dict[tuple[str, str], list[str]]:
    """The points that each request and each round of the worker passes, in order, each once."""
    life, points = Life(stage, mailbox, number, sessions), {}
    for step in steps:
        if step == "open":
            life.state["link"] = mailbox.took[-1][2][0]
        for kind in ("press", "sweep"):
            said, end = stage.play({"kind": kind, "step": step}, state=life.state, trace=True)
            assert end == 0
            for words in said:
                life.learn(words)
            points[step, kind] = list(dict.fromkeys(said[-1]["reached"]))
    return points


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}


@pytest.mark.parametrize("steps, must_die", [(ORDERING, MUST_DIE), (DECLINING, ["contracts.decline"])], ids=["ordering", "declining"])
def test_killed_at_every_point_and_pressed_again(
    stage: Stage, mailbox: Mailbox, sessions: dict[str, str], steps: list[str], must_die: list[str]
):
    base = 100 if steps is ORDERING else 200
    before = Life(stage, mailbox, 0, sessions).look()
    points = trace(stage, mailbox, sessions, steps, base + 1)
    after = Life(stage, mailbox, 0, sessions).look()
    undisturbed = grown(before, after)
    if steps is DECLINING:
        points = {key: found for key, found in points.items() if key[0] == "decline"}
    points = {key: [fault for fault in found if is_ours(fault)] for key, found in points.items()}
    struck: list[str] = []
    most = max(len(found) for (_step, kind), found in points.items() if kind == "sweep")
    for n in range(0, max(most, 1), DEATHS):
        life = Life(stage, mailbox, base + 2 + n, sessions)
        mailed = len(mailbox.took)
        life.walk(steps, {key: found[n : n + DEATHS] if key[1] == "sweep" else found * (n == 0) for key, found in points.items()})
        struck += life.struck
        now = life.look()
        told = grown(after, now)
        assert {k: v for k, v in told.items() if k not in AGAIN} == {k: v for k, v in undisturbed.items() if k not in AGAIN}, (
            n,
            life.struck,
        )
        assert all(told[k] >= undisturbed[k] for k in AGAIN)
        assert len({ident for ident, _to, _links in mailbox.took[mailed:]}) == undisturbed["messaging.Letter"]
        after = now
    missing = {fault for code in must_die for at in STEPS if is_ours(fault := f"{code}/{at}")} - set(struck)
    assert not missing
