from django.apps import AppConfig


class Portal(AppConfig):
    name = "boothline.portal"
    label = "portal"

    def ready(self) -> None:
        from boothline.core import slots
        from boothline.portal.guests import nothing_here

        slots.answer("not_found", nothing_here)
