from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Worktime(AppConfig):
    name = "boothline.worktime"
    label = "worktime"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.worktime import rights
        from boothline.worktime.models import DayOverride, Shift

        kinds.register("day_override", DayOverride)
        kinds.register("shift", Shift)
        rights.register()
        slots.hang("menu", slots.Entry(_("Workdays"), "workdays", "cal", "3", "worktime.edit", order=95))
