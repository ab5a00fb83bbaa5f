from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Negotiation(AppConfig):
    name = "boothline.negotiation"
    label = "negotiation"
    verbose_name = _("Negotiating customers")

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.customers.board import Facts
        from boothline.negotiation import claim, panel, rights
        from boothline.negotiation.models import Briefing, Objection

        kinds.register("briefing", Briefing)
        kinds.register("objection", Objection)
        rights.register()
        claim.register()
        slots.hang("board", Facts("negotiating", panel.on_board, order=20))
        slots.hang("customer", slots.Panel("negotiation", "negotiation/panel.html", panel.negotiation, order=70))
        slots.hang("customer.acts", slots.Act(_("Record a briefing"), "briefing-new", "eye", "briefings.edit", order=10))
        slots.hang("customer.acts", slots.Act(_("Record an objection"), "objection-new", "warn", "objections.edit", order=20))
