"""Which questions the list of customers answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.customers.card import Customer
from boothline.customers.lists import TYPE_WORDS


class CustomerFilter(filters.FilterSet):
    """By type and by owner."""

    type = filters.ChoiceFilter(label=_("type"), choices=list(TYPE_WORDS.items()), empty_label=_("all types"))
    owner = filters.ModelChoiceFilter(
        label=_("owner"),
        queryset=User.objects.filter(is_active=True),
        empty_label=_("all owners"),
        null_label=_("without owner"),
        null_value="none",
    )

    class Meta:
        model = Customer
        fields = ["type", "owner"]
