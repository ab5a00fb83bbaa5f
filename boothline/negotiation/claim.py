"""A customer is negotiating while an objection is open or the answer to a briefing is pending."""

from django.db.models import Exists, OuterRef, Q

from boothline.customers import ladder
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.objections import Objection


def register() -> None:
    """The claim."""
    held_back = Exists(Objection.objects.alive().filter(customer=OuterRef("pk")))
    awaited = Exists(Briefing.objects.pending().filter(customer=OuterRef("pk")))
    ladder.claim("negotiating", Q(held_back) | Q(awaited))
