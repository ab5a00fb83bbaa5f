"""What we hold of a contact: the traits that were ticked, and the personality that a person decided on, with the reason."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.text import reason_given
from boothline.customers.card import Contact, Customer, hold
from boothline.personality import events, traits
from boothline.personality.traits import PERSONALITIES, TRAITS, Proposal
from boothline.timeline.history import record


class Opinions(models.QuerySet["Opinion"]):
    """Questions about what we hold of people."""

    def visible_to(self, by: Actor) -> Opinions:
        """Those of the customers that the actor sees."""
        return self.filter(contact__customer__in=Customer.objects.visible_to(by))


class Opinion(Record):
    """One a contact. `type` is empty until a person decides; a proposal is asked for anew from the traits."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
    traits = models.JSONField(gettext_lazy("traits"), default=list)
    type = models.CharField(gettext_lazy("personality"), max_length=16, blank=True, default="", choices=list(PERSONALITIES.items()))
    reason = models.CharField(gettext_lazy("reason"), max_length=500, blank=True, default="")
    by_name = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(traits=WORDS, type=WORDS, reason=WORDS, by_name=PERSON)
    merging = Merging(
        fills=(("type", "reason", "by_name"),),
        joins=("traits",),
        note=gettext_lazy("Personality: where it was decided for both, that of the contact that stays counts; the traits of both stand."),
    )

    objects = Opinions.as_manager()

    def __str__(self) -> str:
        return self.contact.name

    @property
    def customer(self) -> Customer:
        """Where the person works."""
        return self.contact.customer

    @property
    def proposal(self) -> Proposal:
        """What the ticked traits propose."""
        return traits.propose(self.traits)

    @property
    def proposal_words(self) -> str:
        """The proposed personality with its reason; "" if the ticks propose none."""
        found = self.proposal
        if not found.type:
            return ""
        values = {"type": PERSONALITIES[found.type], "why": traits.reason_words(found, self.traits)}
        return _("%(type)s, because: %(why)s") % values


def opinion_of(contact: Contact) -> Opinion:
    """What we hold of them; an empty one where nothing is kept yet."""
    return Opinion.objects.select_related("contact__customer").filter(contact=contact).first() or Opinion(contact=contact, revision=0)


def _kept(contact: Contact) -> Opinion:
    hold(contact.customer_id)
    return Opinion.objects.get_or_create(contact=contact, defaults={"revision": 0})[0]


@operation("personality.tick")
def tick(contact: Contact, *, by: Actor, revision: int, ticked: Collection[str]) -> Opinion:
    """Says which traits one noticed. What a person decided before stays."""
    require(by, "personality.edit", contact)
    known = [code for code in traits.WORDS if code in ticked]
    kept = _kept(contact)
    try:
        changes = revise(kept, revision=revision, values={"traits": known})
    except Stale as stale:
        stale.fields = [(type, _of(type, kept.traits), _of(type, known)) for type in TRAITS if _of(type, kept.traits) != _of(type, known)]
        raise
    if changes:
        record(events.TICKED, subject=kept, under=contact.customer, by=by, values={"proposal": kept.proposal.type or "none"})
    return kept


def _of(type: str, ticked: Collection[str]) -> list[str]:
    return [code for code in TRAITS[type] if code in ticked]


@operation("personality.decide")
def decide(contact: Contact, *, by: Actor, revision: int, type: str, reason: str) -> Opinion:
    """A person says which of the nine it is, with a reason; the ticks only propose."""
    require(by, "personality.edit", contact)
    if type not in PERSONALITIES:
        raise Refused(_("Choose one of the nine."), field="type")
    reason = reason_given(reason, 500)
    kept = _kept(contact)
    if revise(kept, revision=revision, values={"type": type, "reason": reason}):
        Opinion.objects.filter(pk=kept.pk).update(by_name=by.name[:200])
        kept.refresh_from_db()
        record(events.DECIDED, subject=kept, under=contact.customer, by=by, values={"type": type, "reason": reason})
    return kept
