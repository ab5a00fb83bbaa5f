"""Which questions the lists of this room answer."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.customers.card import Customers
from boothline.customers.lists import NATURE_WORDS
from boothline.fairs.editions import Fair
from boothline.followups.clocks import HEAT
from boothline.visitors.cooperation import Cooperation
from boothline.visitors.firms import Firm
from boothline.visitors.lists import COOPERATION, FIRM_LISTS, PEERS
from boothline.visitors.solicitation import Capture, Captures


class CaptureFilter(filters.FilterSet):
    """By fair, by heat, by what the customer is."""

    fair = filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"))
    heat = filters.ChoiceFilter(label=_("heat"), choices=list(HEAT.items()), empty_label=_("any heat"))
    nature = filters.ChoiceFilter(
        label=_("nature"), field_name="customer__nature", choices=list(NATURE_WORDS.items()), empty_label=_("buyers and peers")
    )

    taken = filters.ChoiceFilter(
        label=_("captured"), choices=[("mine_today", _("by me today"))], empty_label=_("at any time"), method="taken_by"
    )

    class Meta:
        model = Capture
        fields = ["fair", "heat", "nature"]

    def taken_by(self, rows: Captures, name: str, code: str) -> Captures:
        """Those that the reader took today."""
        return rows.taken_today(self.request.by)


class FirmFilter(filters.FilterSet):
    """By list and by fair."""

    on = filters.ChoiceFilter(label=_("list"), choices=list(FIRM_LISTS.items()), empty_label=_("all lists"))
    fair = filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"))

    class Meta:
        model = Firm
        fields = ["on", "fair"]


class CooperationFilter(filters.FilterSet):
    """By state and by kind of peer."""

    state = filters.ChoiceFilter(label=_("state"), choices=list(COOPERATION.items()), empty_label=_("all states"))
    peer = filters.ChoiceFilter(label=_("kind of peer"), choices=list(PEERS.items()), empty_label=_("all kinds"))

    class Meta:
        model = Cooperation
        fields = ["state", "peer"]


def by_fair() -> filters.Filter:
    """Asks of customers at which fair they were captured."""
    return filters.ModelChoiceFilter(label=_("fair"), queryset=Fair.objects.all(), empty_label=_("all fairs"), method=captured_at)


def captured_at(rows: Customers, name: str, fair: Fair) -> Customers:
    """Those with a capture at this fair, without colleagues of ours."""
    return rows.filter(pk__in=Capture.objects.of_visitors().filter(fair=fair).values("customer_id"))
