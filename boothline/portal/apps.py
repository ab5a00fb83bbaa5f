from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Portal(AppConfig):
    name = "boothline.portal"
    label = "portal"
    verbose_name = _("Customer pages")

    def ready(self) -> None:
        from boothline.core import slots
        from boothline.portal.guests import nothing_here

        slots.answer("not_found", nothing_here)
