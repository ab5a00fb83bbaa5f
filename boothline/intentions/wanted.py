"""What a customer wanted by the page of a briefing (401), and changes there while nobody of us has acted on it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.told import in_both
from boothline.followups.steps import NextStep, say_now
from boothline.intentions.offers import OFFER, named
from boothline.intentions.products import Intention, IntentionLine, Wish, add_line, edit_line, lose_line
from boothline.negotiation.briefing import Briefing, Wanted, held
from boothline.negotiation.wishes import want_otherwise
from boothline.timeline.history import Event


def untouched(briefing: Briefing) -> Intention | None:
    """The intention that their answer opened, while it waits for our offer and nobody of us has done anything to it; else None."""
    if briefing.answer != "wants" or briefing.answered_at is None:
        return None
    since = Intention.objects.filter(customer=briefing.customer_id, source="briefing", made_at__gte=briefing.answered_at, state="open")
    made = since.for_list().order_by("id").first()
    if made is None or made.quotations.exists() or made.requirements.exists():
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
    for item in briefing.items.select_related("product", "variant"):
        line = lines.get(item.product_id)
        if item.wanted and line is None:
            add_line(intention, by=trusted, wish=Wish(item.product, item.variant, quantity=item.quantity, price=item.price))
        elif item.wanted and line and line.quantity != item.quantity:
            edit_line(line, by=trusted, revision=line.revision, values={"quantity": item.quantity})
    kept = set(briefing.items.filter(wanted=True).values_list("product", flat=True))
    for line in IntentionLine.objects.filter(intention=intention, lost_at=None).exclude(product__in=kept):
        lose_line(line, by=trusted, reason=_("The customer changed what they want."))
    fresh = Intention.objects.for_list().get(pk=intention.pk)
    for step in NextStep.objects.open().filter(customer=briefing.customer_id, what=OFFER, values__intention=intention.pk):
        say_now(step, products=in_both(lambda: named(fresh)))
    return briefing
