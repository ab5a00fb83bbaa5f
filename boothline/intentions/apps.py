from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntentionsRoom(AppConfig):
    name = "boothline.intentions"
    label = "intentions"
    verbose_name = _("Intending customers")

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.customers.board import Facts
        from boothline.customers.grading import Evidence
        from boothline.customers.moves import Ways
        from boothline.followups.touches import Business
        from boothline.intentions import claim, evidence, expansion, lapse, listens, panel, quotation, rights
        from boothline.intentions.models import Collection, Expansion, Intention, IntentionLine, Quotation, Requirement
        from boothline.negotiation import playbook

        kinds.register("intention", Intention)
        kinds.register("intention_line", IntentionLine)
        kinds.register("collection", Collection)
        kinds.register("quotation", Quotation)
        kinds.register("requirement", Requirement)
        kinds.register("expansion", Expansion)
        rights.register()
        claim.register()
        slots.answer(playbook.WORTH, panel.worth_intended)
        slots.hang("business", Business(claim.open_since, order=30))
        listens.register()
        quotation.register()
        tasks.daily(quotation.expire_all)
        tasks.daily(lapse.lapse_all)
        tasks.daily(expansion.run_daily)
        slots.hang("grade", Evidence(evidence.fill, order=50))
        slots.hang("board", Facts("intending", panel.on_board, panel.in_lane, order=30))
        slots.hang("moves", Ways("intending", panel.ways_here, order=30))
        slots.hang("moves", Ways("negotiating", panel.ways_back, order=30))
        slots.hang("moves", Ways("visitor", panel.ways_back, order=30))
        slots.hang("moves", Ways("contract", panel.ways_on, order=30))
        slots.hang("customer", slots.Panel("intentions", "intentions/panel.html", panel.intentions, order=50))
        slots.hang("menu", slots.Entry(_("Expansion requests"), "expansions", "star", "2", "intentions.see", order=35))
        slots.hang("customer", slots.Panel("expansions", "intentions/expansions.html", panel.expansions, order=52))
        slots.hang("customer.acts", slots.Act(_("Propose more business"), "expansion-new", "star", "expansions.send", order=45))
        slots.hang("customer.acts", slots.Act(_("Record what they want"), "intention-new", "star", "intentions.edit", order=30))
