"""A customer is ordering for ever once an order stands: something is due on some line."""

from django.db.models import Exists, OuterRef, Q

from boothline.customers import ladder
from boothline.orders.register import OrderLine


def register() -> None:
    """The claim."""
    ladder.claim("ordering", Q(Exists(OrderLine.objects.filter(order__customer=OuterRef("pk"), due__gt=0))))
