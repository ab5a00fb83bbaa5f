"""What becomes of the steps that are open while a touch is logged: of each it is asked in one line whether it was done.

Nobody's guess keeps a promise: a step is done beforehand only where the touch was logged from that very step. The nearest step that one
wrote oneself is replaced by the new one; a promise, and whatever another room planned, stays until somebody says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.customers.card import Customer
from boothline.followups.clocks import FIRST_STEPS, Clock
from boothline.followups.steps import NextStep

ASKED_OF = 4  # so many open steps; more are no glance any more
DONE, OPEN, REPLACED, DROPPED = "done", "open", "replaced", "dropped"
FATES: dict[str, Words] = {
    DONE: pgettext_lazy("step", "done"), OPEN: pgettext_lazy("step", "still open"), REPLACED: gettext_lazy("replaced by the new step"),
    DROPPED: gettext_lazy("no longer needed"),
}  # fmt: skip
WARM = 3  # heat from which on nobody is left for weeks


@dataclass(frozen=True)
class Question:
    """An open step, what may become of it, and what is chosen beforehand."""

    step: NextStep
    first: str

    @property
    def name(self) -> str:
        """The field that carries the answer."""
        return f"fate-{self.step.pk}"

    @property
    def fates(self) -> dict[str, Words]:
        """What one wrote oneself is replaced; a promise may be needed no longer; what another room planned ends there, or by being done."""
        last = (REPLACED,) if self.step.values is None else (DROPPED,) if self.step.is_promise else ()
        return {code: FATES[code] for code in (DONE, OPEN, *last)}


def questions(customer: Customer, by: Actor, meant: NextStep | None = None) -> list[Question]:
    """What to ask, promises first. Not of a first answer: whoever is reached has it; nor of what somebody else
    answers for, or of work that is done on a page of its own."""
    steps = NextStep.objects.open().filter(customer=customer).select_related("customer", "owner").order_by("due_on", "id")
    asked = (step for step in steps if step.is_for(by) and not step.desk)
    found = [step for step in asked if step == meant or step.is_promise or step.values is None or step.what not in FIRST_STEPS]
    own = next((step for step in found if step.values is None and step.owner_id in (None, by.id)), None)
    found.sort(key=lambda step: (step != meant, not step.is_promise, step != own))
    return [Question(step, DONE if step == meant else REPLACED if step == own else OPEN) for step in found[:ASKED_OF]]


def presses(customer: Customer) -> bool:
    """Whether they cannot wait for their grade's day: something was promised and is still open, or they were warm at the booth and
    nobody has answered yet."""
    promised = NextStep.objects.open().filter(customer=customer, what__in=FIRST_STEPS[:1], values__isnull=False)
    return promised.exists() or Clock.objects.open().filter(customer=customer, heat__gte=WARM).exists()
