from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Negotiation(AppConfig):
    name = "boothline.negotiation"
    label = "negotiation"
    verbose_name = _("Negotiating customers")

    def ready(self) -> None:
        from boothline.accounts.setup import Section
        from boothline.core import kinds, slots, tasks
        from boothline.customers.board import Facts
        from boothline.customers.grading import Evidence
        from boothline.customers.moves import Ways
        from boothline.customers.story import Shelved
        from boothline.followups.panel import Waits
        from boothline.negotiation import claim, decisions, events, evidence, lapse, listens, panel, rights
        from boothline.negotiation.models import Briefing, Decision, Objection, PlanTemplate

        kinds.register("briefing", Briefing)
        kinds.register("objection", Objection)
        kinds.register("decision", Decision)
        kinds.register("plan_template", PlanTemplate)
        rights.register()
        listens.register()
        claim.register()
        tasks.daily(lapse.lapse_all)
        tasks.daily(decisions.ask_again_all)
        slots.hang(
            "settings", Section(_("Decision plans"), _("how each reason is answered"), "plan-templates", "flow", "playbooks.see", 78)
        )
        slots.hang("waits", Waits(panel.waits, order=30))
        slots.hang("grade", Evidence(evidence.fill, order=40))
        slots.hang("board", Facts("negotiating", panel.on_board, order=20))
        slots.hang("customer", slots.Panel("negotiation", "negotiation/panel.html", panel.negotiation, order=70))
        slots.hang(
            "story",
            Shelved("touches", (events.BRIEFED, events.BRIEFING_SENT, events.CHOSEN, events.ASKED, events.ANSWERED, events.OBJECTED)),
        )
        slots.hang("moves", Ways("negotiating", panel.ways_here, order=20))
        slots.hang("moves", Ways("visitor", panel.ways_back, order=20))
        slots.hang("customer.acts", slots.Act(_("Record a briefing"), "briefing-new", "eye", "briefings.edit", order=10))
        slots.hang("customer.acts", slots.Act(_("Record an objection"), "objection-new", "warn", "objections.edit", order=20))
