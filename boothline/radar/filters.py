"""Which questions the radar answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.core.text import whole
from boothline.customers.filters import owners
from boothline.radar.lists import COLOURS, OWES, RISKS
from boothline.radar.watch import Risk, Risks


class RiskFilter(filters.FilterSet):
    """By colour, who follows, whose customer, who owes, what it is."""

    colour = filters.ChoiceFilter(label=_("colour"), choices=list(COLOURS.items()), empty_label=_("red and amber"))
    follows = filters.ChoiceFilter(label=_("followed up by"), choices=owners, empty_label=_("anyone"), method="by_whom")
    owner = filters.ChoiceFilter(label=_("owner"), choices=owners, empty_label=_("anyone"), method="by_whom")
    owes = filters.ChoiceFilter(label=_("who owes"), choices=list(OWES.items()), empty_label=_("whoever owes"))
    code = filters.ChoiceFilter(label=_("risk"), choices=list(RISKS.items()), empty_label=_("every risk"))

    class Meta:
        model = Risk
        fields = ["colour", "owes", "code"]

    def by_whom(self, rows: Risks, name: str, whose: str) -> Risks:
        """Me, nobody, a colleague: who follows it, or whose the customer is."""
        field = "follows" if name == "follows" else "order__customer__owner"
        return rows.filter(**{f"{field}_id": None if whose == "none" else self.request.by.id if whose == "me" else whole(whose)})
