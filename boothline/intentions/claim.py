"""A customer is intending while an open intention has a line that stands."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from boothline.core.errors import Words
from boothline.customers import ladder
from boothline.customers.card import Customer
from boothline.intentions.products import Intention


def register() -> None:
    """The claim."""
    ladder.claim("intending", Q(Exists(Intention.objects.claiming().filter(customer=OuterRef("pk")))))


def open_since(customer: Customer) -> list[tuple[Words, datetime]]:
    """What they intend, and since when it is open."""
    found = Intention.objects.claiming().filter(customer=customer).for_list().distinct()
    return [(_("Intention: %(products)s") % {"products": one}, one.made_at) for one in found]
