"""What somebody may begin with on the first day: capture, add a fair."""

from django.utils.translation import gettext_lazy as _

from boothline.followups.today import FirstAction

CAPTURE = FirstAction(
    _("Capture the first visitor"),
    _("Name, company and how to reach them. Each capture starts a clock to its first answer, and a next step."),
    _("about 10 seconds"), "scan", url_name="capture-new", button=_("Begin capturing"), right="captures.take", order=10,
)  # fmt: skip
FAIR = FirstAction(
    _("Add a fair"),
    _("Name, days and booth. Colleagues capture there, and its hours count for first answers."),
    _("about 3 minutes"), "fair", url_name="fair-new", button=_("New fair"), right="fairs.edit", order=30,
)  # fmt: skip
