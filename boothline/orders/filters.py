"""Which questions the lists of this type answer."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.orders.register import STATES, Order


class OrderFilter(filters.FilterSet):
    """By state."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(STATES.items()), empty_label=_("all states"))

    class Meta:
        model = Order
        fields = ["state"]
