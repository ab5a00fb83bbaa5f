"""Which questions the list of expansion requests answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.intentions.expansion import Expansion
from boothline.intentions.lists import EXPANSION_KINDS, EXPANSION_STATES


class ExpansionFilter(filters.FilterSet):
    """By state and kind."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(EXPANSION_STATES.items()), empty_label=_("all states"))
    kind = filters.ChoiceFilter(label=_("kind"), choices=list(EXPANSION_KINDS.items()), empty_label=_("all kinds"))

    class Meta:
        model = Expansion
        fields = ["state", "kind"]
