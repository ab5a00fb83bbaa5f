"""Which questions the list of customers answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
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


class CustomerFilter(OwnerFilter):
    """By type, by owner, by how far they ever came."""

    type = filters.ChoiceFilter(label=_("type"), choices=list(TYPE_WORDS.items()), empty_label=_("all types"))
    reached = filters.ChoiceFilter(label=_("came as far as"), choices=list(TYPE_WORDS.items()), empty_label=_("however far"), method="came")

    class Meta:
        model = Customer
        fields = ["type", "owner", "reached"]

    def came(self, rows: Customers, name: str, code: str) -> Customers:
        """Who ever was of this type, or further."""
        return rows.filter(furthest__gte=TYPES.index(code))
