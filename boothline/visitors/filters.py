"""Which questions the list of captures answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.fairs.editions import Fair
from boothline.visitors.solicitation import HEAT, Capture


class CaptureFilter(filters.FilterSet):
    """By fair and by heat."""

    fair = filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"))
    heat = filters.ChoiceFilter(label=_("heat"), choices=list(HEAT.items()), empty_label=_("any heat"))

    class Meta:
        model = Capture
        fields = ["fair", "heat"]
