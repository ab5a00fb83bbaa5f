from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Worktime(AppConfig):
    name = "boothline.worktime"
    label = "worktime"
    verbose_name = _("Working calendar")

    def ready(self) -> None:
        from boothline.accounts.setup import Section
        from boothline.core import kinds, slots
        from boothline.worktime import rights
        from boothline.worktime.models import Absence, DayOverride, Shift

        kinds.register("absence", Absence)
        kinds.register("day_override", DayOverride)
        kinds.register("shift", Shift)
        rights.register()
        slots.hang("settings", Section(_("Workdays"), _("free days and working days of our own"), "workdays", "cal", "worktime.edit", 75))
        slots.hang("menu", slots.Entry(_("Days off"), "absences", "cal", "6", "absences.own", order=92))
