"""Which questions the list of captures answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.customers.card import Customers
from boothline.fairs.editions import Fair
from boothline.visitors.solicitation import HEAT, Capture


class CaptureFilter(filters.FilterSet):
    """By fair and by heat."""

    fair = filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"))
    heat = filters.ChoiceFilter(label=_("heat"), choices=list(HEAT.items()), empty_label=_("any heat"))

    class Meta:
        model = Capture
        fields = ["fair", "heat"]


def by_fair() -> filters.Filter:
    """Asks of customers at which fair they were captured."""
    return filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"), method=captured_at)


def captured_at(rows: Customers, name: str, fair: Fair) -> Customers:
    """Those with a capture at this fair."""
    return rows.filter(pk__in=Capture.objects.filter(fair=fair).values("customer_id"))
