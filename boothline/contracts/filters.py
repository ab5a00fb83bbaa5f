"""Which questions the list of contracts answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.contracts.agreement import STATES, Contract


class ContractFilter(filters.FilterSet):
    """By state."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(STATES.items()), empty_label=_("all states"))

    class Meta:
        model = Contract
        fields = ["state"]
