from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Visitors(AppConfig):
    name = "boothline.visitors"
    label = "visitors"
    verbose_name = _("Visitors")

    def ready(self) -> None:
        from boothline.accounts.setup import FirstStep
        from boothline.core import kinds, slots
        from boothline.customers.board import Facts
        from boothline.visitors import claim, panel, rights
        from boothline.visitors.models import Capture

        kinds.register("capture", Capture)
        rights.register()
        claim.register()
        slots.hang("board", Facts("visitor", panel.on_board, order=10))
        slots.hang("first", FirstStep(
            _("Capture the first visitor"), _("Name, company, what they want. A card's photo goes with it."), _("Capture a visitor"),
            "capture-new", "scan", "captures.take", _("about 10 seconds"), Capture.objects.exists, 50,
        ))  # fmt: skip
        slots.hang("menu", slots.Entry(_("Captures"), "captures", "scan", "3", "captures.see", order=80, keys="gk"))
        slots.hang("customer", slots.Panel("captures", "visitors/panel.html", panel.captures, order=90))
