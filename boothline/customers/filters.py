"""Which questions the list of customers answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.customers.card import Customer, Customers
from boothline.customers.lists import NATURE_WORDS, TYPE_WORDS, TYPES


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

    nature = filters.ChoiceFilter(
        label=_("nature"), choices=[*NATURE_WORDS.items(), ("open", _("buyer or not yet known"))], empty_label=_("buyers and peers"),
        method="natured",
    )  # fmt: skip

    class Meta:
        model = Customer
        fields = ["type", "owner", "reached", "nature"]

    def natured(self, rows: Customers, name: str, code: str) -> Customers:
        """Buyers, peers or not yet known; *open* is everybody but peers."""
        return rows.exclude(nature="peer") if code == "open" else rows.filter(nature=code)

    def came(self, rows: Customers, name: str, code: str) -> Customers:
        """Who ever was of this type, or further."""
        return rows.filter(furthest__gte=TYPES.index(code))
