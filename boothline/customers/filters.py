"""Which questions the list of customers answers."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core.text import whole
from boothline.customers.card import Customer, Customers
from boothline.customers.lists import TYPE_WORDS, TYPES


class OwnerFilter(filters.FilterSet):
    """By owner."""

    owner = filters.ModelChoiceFilter(
        label=_("owner"),
        queryset=User.objects.filter(is_active=True),
        empty_label=_("all owners"),
        null_label=_("without owner"),
        null_value="none",
    )

    class Meta:
        model = Customer
        fields = ["owner"]


def owners() -> list[tuple[Any, Any]]:
    """Whose customers: my own, nobody's, a colleague's."""
    people = User.objects.filter(is_active=True).order_by("id")
    return [("me", _("me")), ("none", _("nobody")), *((str(user.pk), str(user)) for user in people)]


class CustomerFilter(filters.FilterSet):
    """By type, by owner, by how far they ever came."""

    owner = filters.ChoiceFilter(label=_("owner"), choices=owners, empty_label=_("anybody"), method="of")
    type = filters.ChoiceFilter(label=_("type"), choices=list(TYPE_WORDS.items()), empty_label=_("all types"))
    reached = filters.ChoiceFilter(label=_("came as far as"), choices=list(TYPE_WORDS.items()), empty_label=_("however far"), method="came")

    class Meta:
        model = Customer
        fields = ["type", "owner", "reached"]

    def of(self, rows: Customers, name: str, code: str) -> Customers:
        """Whose they are; *me* is whoever looks, so that a shared view says the same to everybody."""
        if code == "none":
            return rows.filter(owner=None)
        return rows.filter(owner=self.request.by.id if code == "me" else whole(code))

    def came(self, rows: Customers, name: str, code: str) -> Customers:
        """Who ever was of this type, or further."""
        return rows.filter(furthest__gte=TYPES.index(code))
