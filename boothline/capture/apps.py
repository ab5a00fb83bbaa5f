from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaptureRoom(AppConfig):
    name = "boothline.capture"
    label = "capture"
    verbose_name = _("At the booth")

    def ready(self) -> None:
        from boothline.capture import visits
        from boothline.core import slots

        slots.hang("fair", slots.Panel("visit", "capture/code.html", visits.panel, place="side", order=50))
