from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Exchange(AppConfig):
    name = "boothline.exchange"
    label = "exchange"
    verbose_name = _("Import and export")

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.exchange import jobs, rights, undo
        from boothline.exchange.foreign import Foreign
        from boothline.exchange.opportunities import Opportunity
        from boothline.exchange.panel import bring_in, export
        from boothline.followups.today import FirstAction

        rights.register()
        kinds.register("import", jobs.Import)
        kinds.register("opportunity", Opportunity)
        kinds.refers(Foreign, "kind", "record_id")
        tasks.swept_by(jobs.run_due)
        tasks.swept_by(undo.run_due)
        tasks.daily(jobs.remove_old_files)
        slots.hang("menu", slots.Entry(_("Imports"), "imports", "in", "6", "imports.run", order=92))
        slots.hang("today.first", FirstAction(
            _("Bring in the customers that you have"),
            _("Contacts from a csv file or a vCard. Which row is wrong, and why, is said row by row; the same file again adds nothing."),
            _("about 5 minutes"), "in", "import-new", _("Import files"), "imports.run", order=20,
        ))  # fmt: skip
        slots.hang("customer.acts", slots.Act(_("Print the customer card"), "customer-card", "print", "customers.see", order=95))
        slots.hang("bulk.opportunities", slots.Act(
            _("Give them a customer"), "bulk-opportunity-customer", "link", "imports.run", order=10
        ))  # fmt: skip
        slots.hang("list", slots.Panel("export", "exchange/list.html", export, order=30))
        slots.hang("list", slots.Panel("bring_in", "exchange/bring_in.html", bring_in, order=35))
