from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Visitors(AppConfig):
    name = "boothline.visitors"
    label = "visitors"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.customers.board import Facts
        from boothline.customers.filters import Question
        from boothline.customers.papers import Papers
        from boothline.visitors import claim, filters, panel, rights
        from boothline.visitors.models import Capture

        kinds.register("capture", Capture)
        rights.register()
        claim.register()
        slots.hang("board", Facts("visitor", panel.on_board, order=10))
        slots.hang("customer", slots.Panel("origin", "visitors/origin.html", panel.origin, place="tag", order=20))
        slots.hang("customer.filters", Question("fair", filters.by_fair))
        slots.hang("papers", Papers(panel.papers, order=10))
        slots.hang("menu", slots.Entry(_("Captures"), "captures", "scan", "3", "captures.see", order=80, keys="gk"))
        slots.hang("customer", slots.Panel("captures", "visitors/panel.html", panel.captures, order=90))
