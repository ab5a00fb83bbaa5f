from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Visitors(AppConfig):
    name = "boothline.visitors"
    label = "visitors"

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.customers.board import Facts
        from boothline.visitors import claim, listens, panel, rights
        from boothline.visitors.models import Capture, Cooperation, Firm, Questionnaire
        from boothline.visitors.recognition import recognise_all

        kinds.register("capture", Capture)
        kinds.register("questionnaire", Questionnaire)
        kinds.register("firm", Firm)
        kinds.register("cooperation", Cooperation)
        rights.register()
        claim.register()
        listens.register()
        tasks.daily(recognise_all)
        slots.hang("board", Facts("visitor", panel.on_board, order=10))
        slots.hang("menu", slots.Entry(_("Captures"), "captures", "scan", "3", "captures.see", order=80, keys="gk"))
        slots.hang("menu", slots.Entry(_("Cooperation"), "cooperations", "link", "3", "cooperation.see", order=85))
        slots.hang("menu", slots.Entry(_("Lists of firms"), "firms", "table", "3", "firms.edit", order=86))
        slots.hang("customer", slots.Panel("nature", "visitors/nature_tag.html", panel.nature_tag, place="tag", order=10))
        slots.hang("customer", slots.Panel("recognition", "visitors/nature.html", panel.nature, order=40))
        slots.hang("customer", slots.Panel("captures", "visitors/panel.html", panel.captures, order=90))
        slots.hang("fair", slots.Panel("undecided", "visitors/undecided.html", panel.undecided, place="main", order=40))
        slots.hang("fair", slots.Panel("questionnaire", "visitors/asked.html", panel.asked, place="side", order=60))
