"""The cooperation list: where peers go. Noted, talking, agreed, ended; each with its own next steps.

Whoever is recognised as a peer is noted here by itself. A peer without business stays a visitor; with business they are on
both sides, here and among the customers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.core.text import listed
from boothline.customers.card import Customer, hold
from boothline.followups.steps import Plan, plan_many, workday_for
from boothline.timeline.history import Telling, record, record_many
from boothline.visitors import events
from boothline.visitors.lists import COOPERATION, PEERS

FAR = ("noted", "ended", "talking", "agreed")
NEXT = {"noted": ("talking", "ended"), "talking": ("agreed", "ended"), "agreed": ("ended",), "ended": ("talking",)}


class Cooperations(models.QuerySet["Cooperation"]):
    """Questions about cooperation."""

    def visible_to(self, by: Actor) -> Cooperations:
        """Of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def for_list(self) -> Cooperations:
        """With what a list shows."""
        return self.select_related("customer", "customer__owner")

    def search(self, words: str, by: Actor) -> Cooperations:
        """By what finds the customer."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Cooperation(Record):
    """One peer and how far the cooperation has come."""

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+")
    peer = models.CharField(gettext_lazy("kind of peer"), max_length=12, blank=True, default="", choices=list(PEERS.items()))
    state = models.CharField(gettext_lazy("state"), max_length=8, default="noted", choices=list(COOPERATION.items()), editable=False)
    since = models.DateTimeField(default=timezone.now, editable=False)
    privacy = tags(peer=PLAIN, state=PLAIN)
    merging = Merging(
        better=lambda goes, stays: goes.weight > stays.weight,
        note=gettext_lazy("Cooperation: where both are on the list, the one that has come further counts."),
    )

    objects = Cooperations.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "-since", "id"], name="cooperation_state")]

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def weight(self) -> tuple[int, datetime]:
        """Of two of one peer, the one with more counts: moved by somebody, as far as it stands; then the newer."""
        return 0 if is_untouched(self) else 1 + FAR.index(self.state), self.since

    @property
    def onward(self) -> list[tuple[str, Any]]:
        """(state, words) that it may go to."""
        return [(code, COOPERATION[code]) for code in NEXT[self.state]]


def follow(customers: list[Customer], peers: dict[int, str], *, by: Actor) -> None:
    """After recognition: {customer id: kind of peer} are noted; who is none any more and with whom nobody has talked yet goes."""
    if not customers:
        return
    there = {c.customer_id: c for c in Cooperation.objects.filter(customer__in=customers)}
    new = [Cooperation(customer=c, peer=peers[c.pk]) for c in customers if c.pk in peers and c.pk not in there]
    told = [(one, "") for one in Cooperation.objects.bulk_create(new, batch_size=1000)]
    for customer in customers:
        held = there.get(customer.pk)
        if held and customer.pk in peers:
            if held.peer != peers[customer.pk] and peers[customer.pk]:
                Cooperation.objects.filter(pk=held.pk).update(peer=peers[customer.pk])
            if held.state == "ended" and not _was_talked(held):
                told.append((_keep_state(held, "noted"), "peer_again"))
        elif held and held.state == "noted":
            told.append((_keep_state(held, "ended"), "not_a_peer"))
    tellings = [Telling(c, under=c.customer, values={"state": c.state, "words": why}) for c, why in told]
    record_many(events.COOPERATION_MOVED, tellings, by=by)


def is_untouched(held: Cooperation) -> bool:
    """Nobody but recognition moved it."""
    return held.revision == 1


def _was_talked(held: Cooperation) -> bool:
    """Ended by a person after a talk: recognition does not open it again."""
    return held.revision > 1


def _keep_state(held: Cooperation, state: str) -> Cooperation:
    held.state, held.since = state, timezone.now()
    held.save(update_fields=["state", "since"])
    return held


@operation("visitors.move_cooperation")
def move_cooperation(
    held: Cooperation, *, by: Actor, revision: int, state: str, words: str = "", next_step: Plan | None = None
) -> Cooperation:
    """Takes a cooperation on: to talking, agreed, ended; or to a next step where it stands. The same state again, nothing said
    and nothing planned: what stands is the answer."""
    require(by, "cooperation.edit", held)
    hold(held.customer_id)
    held.refresh_from_db()
    if state == held.state and not words and next_step is None:
        return held
    if revision != held.revision:
        raise Refused(
            _("Somebody moved it meanwhile: it is now %(state)s. Look at it and choose again.") % {"state": COOPERATION[held.state]}
        )
    if state != held.state and state not in NEXT[held.state]:
        raise Refused(_("From here it goes on to: %(states)s.") % {"states": listed(words for _code, words in held.onward)}, field="state")
    if state == "ended" != held.state and not words:
        raise Refused(_("Say why it ends."), field="words")
    since: datetime = held.since if state == held.state else timezone.now()
    held.state, held.since, held.revision = state, since, held.revision + 1
    held.save(update_fields=["state", "since", "revision"])
    record(events.COOPERATION_MOVED, subject=held, under=held.customer, by=by, values={"state": state, "words": words})
    if next_step:
        plan_many([replace(next_step, due_on=workday_for(next_step.due_on))], by=by.trusted())
    return held
