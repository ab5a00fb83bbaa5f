"""Which questions the lists of this room answer."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.care.complaints import Complaint, Complaints
from boothline.care.lists import ABOUT, COMPLAINT_KINDS, COMPLAINT_STATES, SURVEY_KINDS, SURVEY_STATES
from boothline.care.surveys import Survey, Surveys


class ComplaintFilter(filters.FilterSet):
    """By state, kind, what it is about, and whose."""

    state = filters.ChoiceFilter(
        label=_("state"), choices=[("open", _("not done yet")), ("late", _("over the limit")), *COMPLAINT_STATES.items()],
        method="by_state", empty_label=_("all states"),
    )  # fmt: skip
    kind = filters.ChoiceFilter(label=_("kind"), choices=list(COMPLAINT_KINDS.items()), empty_label=_("all kinds"))
    about = filters.ChoiceFilter(label=_("what it is about"), choices=list(ABOUT.items()), empty_label=_("whatever it is about"))
    whose = filters.ChoiceFilter(label=_("whose"), choices=[("me", _("mine"))], method="by_whom", empty_label=_("everybody's"))

    class Meta:
        model = Complaint
        fields = ["state", "kind", "about"]

    def by_state(self, rows: Complaints, name: str, value: str) -> Complaints:
        """One state; or those that are not done, or late."""
        if value in ("open", "late"):
            return rows.open() if value == "open" else rows.late()
        return rows.filter(state=value)

    def by_whom(self, rows: Complaints, name: str, value: str) -> Complaints:
        """Mine."""
        return rows.filter(owner_id=self.request.by.id)


class SurveyFilter(filters.FilterSet):
    """By kind, state, and what was answered within the year that figures look back."""

    kind = filters.ChoiceFilter(label=_("kind"), choices=list(SURVEY_KINDS.items()), empty_label=_("all kinds"))
    state = filters.ChoiceFilter(label=_("state"), choices=list(SURVEY_STATES.items()), empty_label=_("all states"))
    result = filters.ChoiceFilter(
        label=_("result"),
        choices=[
            ("year", _("answered within 365 days")), ("recommend", _("said whether they recommend us")), ("promoters", _("recommend 9-10")),
            ("passives", _("recommend 7-8")), ("detractors", _("recommend 0-6")),
        ],
        method="by_result", empty_label=_("all results"),
    )  # fmt: skip

    class Meta:
        model = Survey
        fields = ["kind", "state"]

    def by_result(self, rows: Surveys, name: str, value: str) -> Surveys:
        """What a figure counts."""
        between = {"recommend": (0, 10), "promoters": (9, 10), "passives": (7, 8), "detractors": (0, 6)}.get(value)
        return rows.counted().filter(recommend__range=between) if between else rows.counted()
