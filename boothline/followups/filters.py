"""Which questions the list of response clocks, the pool and the log of gifts answer."""

import django_filters as filters
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.customers.card import Customer
from boothline.customers.lists import GRADE_WORDS, GRADES, TYPE_WORDS
from boothline.followups.clocks import STATES, Clock, Clocks
from boothline.followups.gifts import IS, WAYS, Gift, Gifts
from boothline.followups.gifts import STATES as GIFT_STATES
from boothline.worktime.shows import Show


class ClockFilter(filters.FilterSet):
    """By how it went, by who answers, by fair."""

    state = filters.ChoiceFilter(
        label=_("state"), choices=[*STATES.items(), ("passed", _("limit passed"))], empty_label=_("all states"), method="went"
    )
    owner = filters.ModelChoiceFilter(label=_("with"), queryset=User.objects.filter(is_active=True), empty_label=_("all people"))
    show = filters.ModelChoiceFilter(label=_("fair"), queryset=Show.objects.order_by("-id"), empty_label=_("all fairs"))

    class Meta:
        model = Clock
        fields = ["state", "owner", "show"]

    def went(self, rows: Clocks, name: str, state: str) -> Clocks:
        """As the clock itself says it; *passed* are those that the in-time share counts."""
        now = timezone.now()
        conditions = {
            "running": Q(answered_at=None, closed_at=None, due_at__gt=now),
            "missed": Q(answered_at=None, closed_at=None, due_at__lte=now),
            "in_time": Q(answered_at__lte=F("due_at")),
            "late": Q(answered_at__gt=F("due_at")),
            "closed": Q(answered_at=None, closed_at__isnull=False),
            "passed": Q(due_at__lte=now),
        }
        return rows.filter(conditions[state])


class PoolFilter(filters.FilterSet):
    """By grade, type, and whose they were."""

    grade = filters.ChoiceFilter(label=_("grade"), choices=[(code, GRADE_WORDS[code]) for code in GRADES], empty_label=_("all grades"))
    type = filters.ChoiceFilter(label=_("type"), choices=list(TYPE_WORDS.items()), empty_label=_("all types"))
    owner_before = filters.ModelChoiceFilter(label=_("owner before"), queryset=User.objects.order_by("id"), empty_label=_("anyone"))

    class Meta:
        model = Customer
        fields = ["grade", "type", "owner_before"]


class GiftFilter(filters.FilterSet):
    """Given or received, by state, by calendar year."""

    way = filters.ChoiceFilter(label=_("given or received"), choices=list(WAYS.items()), empty_label=_("given and received"))
    state = filters.ChoiceFilter(label=_("state"), choices=list(GIFT_STATES.items()), empty_label=_("all states"), method="by_state")
    year = filters.ChoiceFilter(
        label=_("year"), choices=[("this", _("this year")), ("last", _("last year"))], empty_label=_("all years"), method="by_year"
    )

    class Meta:
        model = Gift
        fields = ["way", "state"]

    def by_state(self, rows: Gifts, name: str, value: str) -> Gifts:
        """As the gift itself says it."""
        return rows.filter(IS[value])

    def by_year(self, rows: Gifts, name: str, value: str) -> Gifts:
        """The calendar year in which the limits count."""
        return rows.filter(on__year=clock.today().year - (value == "last"))
