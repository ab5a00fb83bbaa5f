"""Objections in numbers: why customers did not buy, as the books of another system say it. The deal is over, so each is let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone, translation

from boothline.accounts.rights import require
from boothline.catalogue.products import Product
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.text import fold
from boothline.customers.card import Customer, hold
from boothline.negotiation import cues, events
from boothline.negotiation.lists import DEFAULT_SEVERITY, REASONS
from boothline.negotiation.objections import Objection
from boothline.timeline.history import Telling, record_many


@dataclass(frozen=True)
class LetGo:
    """Why somebody did not buy a product, in their words or ours, and when that was."""

    customer: Customer
    product: Product
    words: str
    on: date | None = None


@operation("negotiation.bring_let_go")
def bring_let_go(objections: list[LetGo], *, by: Actor) -> list[Objection]:
    """Keeps any number with the same few queries, each let go on its day; the reason is the one that the words name or speak of."""
    require(by, "objections.edit")
    hold(*{one.customer.pk for one in objections})
    names = _names()
    made = Objection.objects.bulk_create([_objection(one, names) for one in objections], batch_size=1000)
    told = [
        Telling(one, under=one.customer, values={"reason": one.reason, "words": one.words[:500], "on": timezone.localdate(one.said_at)})
        for one in made
    ]
    record_many(events.LET_GO_BROUGHT, told, by=by)
    return made


def _objection(one: LetGo, names: dict[str, str]) -> Objection:
    at = timezone.make_aware(datetime.combine(one.on or clock.today(), time(12)))
    reason = names.get(fold(one.words)) or next((found.reason for found in cues.suggest(one.words, in_form=True)), "other")
    return Objection(
        customer=one.customer, product=one.product, reason=reason, severity=DEFAULT_SEVERITY.get(reason, 2), words=one.words,
        language=cues.language_of(one.words), said_at=at, state="let_go", closed_at=at,
    )  # fmt: skip


def _names() -> dict[str, str]:
    """{what a reason is called, in either language: its code}."""
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for code in REASONS.codes():
                found |= {fold(REASONS.read(code, to_customer=to_customer)): code for to_customer in (True, False)}
    return found
