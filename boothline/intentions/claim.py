"""A customer is intending while an open intention has a line that stands."""

from django.db.models import Exists, OuterRef, Q

from boothline.customers import ladder
from boothline.intentions.products import Intention


def register() -> None:
    """The claim."""
    ladder.claim("intending", Q(Exists(Intention.objects.claiming().filter(customer=OuterRef("pk")))))
