"""Decision map and rivals of a key account: who decides there and how they stand to us, and what others offer them.

A map is complete when somebody who decides is on it, the line of superiors up to them, and every attitude is not older than
ninety days. Background is what the person told us, written as we would say it to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.text import clean, phrase
from boothline.customers import events
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.lists import ATTITUDES, PARTS
from boothline.timeline.history import record

FRESH_DAYS = declare(
    "customers.attitude_days", 90, gettext_lazy("Days after which an attitude on the decision map is old"), low=1, high=730
)


class Decider(Record):
    """What part a contact has in the decision, to whom they report, and how they stand to us, since when we know it."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(gettext_lazy("part in the decision"), max_length=10, choices=list(PARTS.items()))
    reports_to = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=gettext_lazy("reports to")
    )
    attitude = models.SmallIntegerField(gettext_lazy("attitude to us"), default=0, choices=list(ATTITUDES.items()))
    known_on = models.DateField(gettext_lazy("known since"))
    background = models.CharField(gettext_lazy("background and experience"), max_length=500, blank=True, default="")
    privacy = tags(part=PLAIN, background=WORDS)
    merging = Merging(
        better=lambda goes, stays: goes.known_on > stays.known_on,
        fills=(("reports_to",), ("background",)),
        note=gettext_lazy("Part in the decision: what was noted last counts; what is empty in it is filled from the other."),
    )

    def __str__(self) -> str:
        return self.contact.name

    @property
    def customer(self) -> Customer:
        """Where they work."""
        return self.contact.customer

    @property
    def is_old(self) -> bool:
        """How they stand to us was noted too long ago."""
        return self.known_on < clock.today() - timedelta(days=FRESH_DAYS.value)


class Rival(Record):
    """One move of a competitor at this customer: who, with which product at which price, when, from whom we know, our answer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(gettext_lazy("competing firm"), max_length=200)
    product = models.CharField(gettext_lazy("product"), max_length=200, blank=True, default="")
    price = models.CharField(gettext_lazy("their price"), max_length=100, blank=True, default="")
    on = models.DateField(gettext_lazy("date"))
    move = models.CharField(gettext_lazy("what they did"), max_length=500)
    source = models.CharField(gettext_lazy("from whom we know"), max_length=200, blank=True, default="")
    answer = models.CharField(gettext_lazy("our answer"), max_length=500, blank=True, default="")
    privacy = tags(name=PLAIN, product=PLAIN, price=PLAIN, move=WORDS, source=WORDS, answer=WORDS)

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return self.name


def map_of(customer: Customer) -> list[tuple[Contact, Decider | None]]:
    """Everybody there with their part, as far as it is known."""
    contacts = list(customer.contacts.order_by("id"))
    known = {one.contact_id: one for one in Decider.objects.filter(contact__in=contacts).select_related("reports_to", "contact")}
    return [(contact, known.get(contact.pk)) for contact in contacts]


def gaps(people: Iterable[Decider]) -> list[str]:
    """What the map lacks, in words; nothing where it is complete."""
    known = {one.contact_id: one for one in people}
    deciders = [one for one in known.values() if one.part == "decides"]
    missing = [] if deciders else [_("nobody who decides is known")]
    for one in known.values():
        if one.part != "decides" and deciders and not _reaches(one, known):
            missing.append(phrase(_("the line from %(name)s up to who decides is not known"), {"name": one.contact.name}))
    old = [one.contact.name for one in known.values() if one.is_old]
    missing += [phrase(_("how %(name)s stands to us was noted more than %(n)s days ago"), {"name": n, "n": FRESH_DAYS.value}) for n in old]
    return missing


def _reaches(one: Decider, known: dict[int, Decider]) -> bool:
    """Somebody up the line decides."""
    seen: set[int] = set()
    at: Decider | None = one
    while at is not None and at.contact_id not in seen:
        if at.part == "decides":
            return True
        seen.add(at.contact_id)
        at = known.get(at.reports_to_id or 0)
    return False


@operation("customers.note_decider")
def note_decider(contact: Contact, *, by: Actor, revision: int, values: dict[str, Any]) -> Decider:
    """Says what part somebody has, to whom they report, and how they stand to us. Nobody reports to themselves, in any ring."""
    require(by, "key_accounts.plan", contact.customer)
    if values.get("part") not in PARTS:
        raise Refused(_("Choose from the list."), field="part")
    if values.get("attitude") not in ATTITUDES:
        raise Refused(_("Choose from the list."), field="attitude")
    hold(contact.customer_id)
    above = values.get("reports_to")
    _check_line(contact, above)
    kept, _made = Decider.objects.get_or_create(
        contact=contact, defaults={"revision": 0, "part": values["part"], "known_on": clock.today()}
    )
    wanted = {"part": values["part"], "reports_to": above, "attitude": values["attitude"], "background": clean(values["background"], 500)}
    is_new = kept.revision == 0
    differing = {name for name, value in wanted.items() if getattr(kept, name) != value}
    if not differing or differing & {"part", "attitude"}:  # saved as it stands, it is still so
        wanted["known_on"] = clock.today()
    changes = revise(kept, revision=revision, values=wanted)
    if not changes and is_new:
        Decider.objects.filter(pk=kept.pk).update(revision=1)
        kept.refresh_from_db()
    if changes or is_new:
        record(events.DECIDER_NOTED, subject=kept, under=contact.customer, by=by, values={"part": kept.part}, changes=changes)
    return kept


def _check_line(contact: Contact, above: Contact | None) -> None:
    if above is None:
        return
    if above.customer_id != contact.customer_id:
        raise Refused(_("This person is no contact of the customer."), field="reports_to")
    at: int | None = above.pk
    seen: set[int] = set()
    while at and at not in seen:
        if at == contact.pk:
            raise Refused(
                phrase(_("This would be a ring: %(name)s would report to themselves."), {"name": contact.name}), field="reports_to"
            )
        seen.add(at)
        at = Decider.objects.filter(contact=at).values_list("reports_to", flat=True).first()


@operation("customers.note_rival")
def note_rival(customer: Customer, *, by: Actor, values: dict[str, Any], rival: Rival | None = None, revision: int = 0) -> Rival:
    """Notes what a competitor did there, or adds to what was noted, our answer for one."""
    require(by, "key_accounts.plan", customer)
    values = {n: clean(v, 500) if isinstance(v, str) else v for n, v in values.items()}
    for name, words in (("name", _("Name the competitor.")), ("move", _("Say what they did."))):
        if not values.get(name):
            raise Refused(words, field=name)
    clock.check_happened(values["on"], "on", future=_("This day is in the future. Note it on the day."))
    if rival and rival.customer_id != customer.pk:
        raise Refused(_("This competitor was noted at another customer."))
    hold(customer.pk)
    if rival is None:
        rival = Rival.objects.create(customer=customer, **values)
        record(events.RIVAL_NOTED, subject=rival, under=customer, by=by, values={"name": rival.name, "move": rival.move})
        return rival
    changes = revise(rival, revision=revision, values=values)
    if changes:
        record(events.RIVAL_EDITED, subject=rival, under=customer, by=by, values={"name": rival.name}, changes=changes)
    return rival
