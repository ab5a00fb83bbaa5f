from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsRoom(AppConfig):
    name = "boothline.fairs"
    label = "fairs"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.fairs import rights
        from boothline.fairs.models import Fair

        kinds.register("fair", Fair)
        rights.register()
        slots.hang("menu", slots.Entry(_("Fairs"), "fairs", "fair", "3", "fairs.see", order=75, keys="gf"))
