from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsRoom(AppConfig):
    name = "boothline.contracts"
    label = "contracts"
    verbose_name = _("Contracts")

    def ready(self) -> None:
        from boothline.contracts import (
            claim,
            clearance,
            findable,
            haste,
            lapse,
            listens,
            milestones,
            rights,
            running,
        )
        from boothline.contracts.agreement import findable_contracts
        from boothline.contracts.dossier import buyer, sharing_code
        from boothline.contracts.establishment import expire_all
        from boothline.contracts.models import (
            Confirmation,
            ConfirmationRequest,
            Contract,
            Dossier,
            DossierPaper,
            FamilyTemplate,
            Milestone,
            MilestonePlan,
            Need,
            Version,
        )
        from boothline.contracts.reminders import remind_all
        from boothline.core import kinds, slots, tasks
        from boothline.customers.duplicates import Sign
        from boothline.search import index

        kinds.register("contract", Contract)
        kinds.register("version", Version)
        kinds.register("request", ConfirmationRequest)
        kinds.register("confirmation", Confirmation)
        kinds.register("need", Need)
        kinds.register("milestone_plan", MilestonePlan)
        kinds.register("milestone", Milestone)
        kinds.register("family_template", FamilyTemplate)
        kinds.register("dossier", Dossier)
        kinds.register("dossier_paper", DossierPaper)
        slots.hang("duplicates", Sign("code", 8, _("the same unified social credit code"), sharing_code))
        slots.answer("buyer", buyer)
        rights.register()
        findable.register()
        index.declare("contract", "n", Contract, findable_contracts)
        claim.register()
        clearance.register(haste.warnings, running.changes)
        listens.register()
        tasks.daily(expire_all)
        tasks.daily(remind_all)
        tasks.daily(lapse.lapse_all)
        tasks.daily(milestones.run_daily)
        self._hang()

    def _hang(self) -> None:
        """What this room shows on the pages of others, and answers them."""
        from boothline.accounts.setup import Section
        from boothline.contracts import claim, events, panel, today
        from boothline.core import slots
        from boothline.customers.board import Facts
        from boothline.customers.moves import Ways
        from boothline.customers.papers import Papers
        from boothline.customers.story import Shelved
        from boothline.followups.today import Band
        from boothline.followups.touches import Business
        from boothline.intentions.collection import AGREED

        slots.hang("business", Business(claim.open_since, order=40))
        slots.hang("board", Facts("contract", panel.on_board, panel.in_lane, order=40))
        slots.hang("papers", Papers(panel.papers, order=40))
        slots.hang(
            "story",
            Shelved("documents", (events.VERSION_MADE, events.SENT, events.READY, events.OPENED, events.CONFIRMED, events.DECLINED)),
        )
        slots.hang("moves", Ways("ordering", panel.ways_on, order=40))
        slots.hang("moves", Ways("intending", panel.ways_back, order=40))
        slots.answer("signatories", panel.signatories)
        slots.answer(AGREED, panel.agreed_last)
        slots.hang("today", Band("waiting", _("Customers who wait for us"), today.waiting, order=30))
        slots.hang("menu", slots.Entry(_("Contracts"), "contracts", "file", "2", "contracts.see", order=40, keys="gn"))
        slots.hang("menu", slots.Entry(_("Milestones"), "milestones", "cal", "2", "contracts.see", order=45))
        slots.hang(
            "settings",
            Section(
                _("Milestones by family"),
                _("how the products of a family are made"),
                "milestone-families",
                "cal",
                "milestones.templates",
                76,
            ),
        )
        slots.hang("customer", slots.Panel("dossier", "contracts/dossier_panel.html", panel.dossier, order=35))
        slots.hang("customer.acts", slots.Act(_("Record a need"), "customer-need-new", "pen", "contracts.prepare", order=40))
        slots.hang("customer", slots.Panel("needs", "contracts/told.html", panel.told, order=55))
        slots.hang("customer", slots.Panel("contracts", "contracts/panel.html", panel.contracts, order=30))
