from django.apps import AppConfig


class CaptureRoom(AppConfig):
    name = "boothline.capture"
    label = "capture"

    def ready(self) -> None:
        from boothline.capture import visits
        from boothline.core import slots

        slots.hang("fair", slots.Panel("visit", "capture/code.html", visits.panel, place="side", order=50))
