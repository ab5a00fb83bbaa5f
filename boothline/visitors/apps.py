from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Visitors(AppConfig):
    name = "boothline.visitors"
    label = "visitors"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.customers.board import Facts
        from boothline.visitors import claim, panel, rights
        from boothline.visitors.models import Capture

        kinds.register("capture", Capture)
        rights.register()
        claim.register()
        slots.hang("board", Facts("visitor", panel.on_board, order=10))
        slots.hang("menu", slots.Entry(_("Captures"), "captures", "scan", "3", "captures.see", order=80, keys="gk"))
        slots.hang("customer", slots.Panel("captures", "visitors/panel.html", panel.captures, order=90))
