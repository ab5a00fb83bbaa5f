"""Which way to take: what is meant, as far as there is a way for it; else what is known of the customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from boothline.customers.card import ContactPoint

NEEDS = {"call": {"phone"}, "chat": {"wechat", "whatsapp"}, "mail": {"email"}}  # kinds of steps by what one must know for them
CHANNEL = {"call": "phone", "chat": "wechat", "mail": "mail", "meet": "meet", "do": "other"}  # of a touch that such a step was


def known_ways(customers: Iterable[int]) -> dict[int, set[str]]:
    """{customer id: the kinds of ways to reach its people}: one question for all."""
    found: dict[int, set[str]] = {pk: set() for pk in customers}
    for pk, kind in (
        ContactPoint.objects.filter(contact__customer__in=found).order_by().values_list("contact__customer_id", "kind").distinct()
    ):
        found[pk].add(kind)
    return found


def way(meant: str, known: Collection[str]) -> str:
    """The kind of a step: as it was meant, else what there is a way for; where nothing is known it is a task."""
    return next((kind for kind in (meant, *NEEDS) if kind not in NEEDS or not NEEDS[kind].isdisjoint(known)), "do")
