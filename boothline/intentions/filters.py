"""Which questions the lists of intentions and of expansion requests answer."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.customers.filters import ask_above
from boothline.intentions.expansion import Expansion
from boothline.intentions.lists import EXPANSION_KINDS, EXPANSION_STATES
from boothline.intentions.products import STATES, Intention


class IntentionFilter(filters.FilterSet):
    """By state, and by what rooms above ask."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(STATES.items()), empty_label=_("all states"))

    class Meta:
        model = Intention
        fields = ["state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_above(self, "intention.filters")


class ExpansionFilter(filters.FilterSet):
    """By state and kind."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(EXPANSION_STATES.items()), empty_label=_("all states"))
    kind = filters.ChoiceFilter(label=_("kind"), choices=list(EXPANSION_KINDS.items()), empty_label=_("all kinds"))

    class Meta:
        model = Expansion
        fields = ["state", "kind"]
