from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Portal(AppConfig):
    name = "boothline.portal"
    label = "portal"
    verbose_name = _("Customer pages")

    def ready(self) -> None:
        from boothline.core import slots
        from boothline.portal.guests import is_guest, nothing_here

        slots.answer("is_guest", is_guest)
        slots.answer("not_found", nothing_here)
