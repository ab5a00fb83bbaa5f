from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsRoom(AppConfig):
    name = "boothline.fairs"
    label = "fairs"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.fairs import findable, rights
        from boothline.fairs.editions import findable_fairs
        from boothline.fairs.models import Fair
        from boothline.search import index

        kinds.register("fair", Fair)
        rights.register()
        findable.register()
        index.declare("fair", "h", Fair, findable_fairs)
        slots.hang("menu", slots.Entry(_("Fairs"), "fairs", "fair", "3", "fairs.see", order=75, keys="gf"))
