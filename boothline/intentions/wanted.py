"""What a customer wants of a briefing (401) as an intention, and what they change of it on its page while nobody of us has acted on it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from boothline.catalogue.products import of_several
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.told import in_both
from boothline.followups.steps import NextStep, say_now
from boothline.intentions.offers import OFFER, named
from boothline.intentions.products import Intention, Wish, add_line, edit_line, lose_line
from boothline.negotiation.briefing import Briefing, BriefingItem, Wanted, held
from boothline.negotiation.prices import Taken, prices_for, prices_taken
from boothline.negotiation.wishes import want_otherwise
from boothline.timeline.history import Event


def wanted_of(briefing: Briefing) -> list[BriefingItem]:
    """What they want of it."""
    return list(briefing.items.filter(wanted=True).select_related("product", "variant", "chosen").order_by("pk"))


def wishes_of(briefing: Briefing, items: Sequence[BriefingItem], currency: str) -> list[Wish]:
    """What they want of a briefing as an intention in this currency holds it, when they answer and whenever they change it: in no variant
    where they have not said which of several they mean."""
    several = of_several([item.product_id for item in items])
    variants = [item.chosen if item.product_id in several else item.variant for item in items]
    pairs = list(zip(items, variants, strict=True))
    others = [variant for item, variant in pairs if variant and variant != item.variant]  # the page showed the price of another
    shown = dict(zip(others, prices_for(briefing.customer, [(variant, None) for variant in others]), strict=True))
    priced = [(shown.get(variant, item) if variant else item) for item, variant in pairs]
    taken = [Taken(item.product_id, variant, item.quantity, p.price, p.currency) for (item, variant), p in zip(pairs, priced, strict=True)]
    prices = prices_taken(briefing.customer, taken, currency)
    return [Wish(item.product, variant, quantity=item.quantity, price=price) for (item, variant), price in zip(pairs, prices, strict=True)]


def opened_by(briefing: Briefing) -> Intention | None:
    """The intention that the answer to this briefing opened, the last where it was answered anew; whatever became of it."""
    return Intention.objects.filter(briefing=briefing).for_list().order_by("-id").first()


def untouched(briefing: Briefing) -> Intention | None:
    """The intention that their answer opened, while it waits for our offer and nobody of us has done anything to it; else None."""
    made = opened_by(briefing) if briefing.answer == "wants" else None
    if made is None or made.state != "open" or made.quotations.exists() or made.requirements.exists():
        return None
    waits = NextStep.objects.open().filter(customer=briefing.customer_id, what=OFFER, values__intention=made.pk)
    return made if waits.exists() and not Event.objects.about(made).filter(actor_kind="user").exists() else None


@operation("intentions.change_wanted")
def change_wanted(briefing: Briefing, *, by: Actor, wanted: list[Wanted]) -> Briefing:
    """They want other products of it, or another quantity: the lines follow, and so does the step that asks for our offer."""
    briefing = held(briefing)
    intention = untouched(briefing)
    if intention is None:
        raise Refused(_("We are working on what you want already. Write us what should be changed."), field="words", code="acted")
    briefing = want_otherwise(briefing, by=by, wanted=wanted)
    trusted, lines = by.trusted(), {line.product_id: line for line in intention.standing}
    items = wanted_of(briefing)
    for item, wish in zip(items, wishes_of(briefing, items, intention.currency), strict=True):
        line = lines.pop(item.product_id, None)
        if line is None:
            add_line(intention, by=trusted, wish=wish)
        elif (line.quantity, line.variant) != (wish.quantity, wish.variant):
            values = {"quantity": wish.quantity, "variant": wish.variant, "price": wish.price}
            edit_line(line, by=trusted, revision=line.revision, values=values)
    for line in lines.values():
        lose_line(line, by=trusted, reason=_("The customer changed what they want."))
    fresh = Intention.objects.for_list().get(pk=intention.pk)
    for step in NextStep.objects.open().filter(customer=briefing.customer_id, what=OFFER, values__intention=intention.pk):
        say_now(step, products=in_both(lambda: named(fresh)))
    return briefing
