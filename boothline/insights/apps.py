from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Insights(AppConfig):
    name = "boothline.insights"
    label = "insights"
    verbose_name = _("Figures")

    def ready(self) -> None:
        from boothline.accounts.setup import Section
        from boothline.core import slots, tasks
        from boothline.customers.filters import Question
        from boothline.insights import filters, listens, panel, rights, selfcheck
        from boothline.insights.report import MEASURES

        rights.register()
        listens.register()
        tasks.daily(selfcheck.nightly)
        slots.hang("settings", Section(
            _("Self-check"), _("stored figures compared with a recount"), "self-check", "scale", "insights.check", 95,
        ))  # fmt: skip
        for measure in MEASURES:
            slots.hang("fair.measures", measure)
        slots.hang("customer.filters", Question("part", filters.by_part, order=110, beside="fair"))
        slots.hang("customer.filters", Question("came", filters.by_way, order=120, beside="fair"))
        slots.hang("customer.filters", Question("taken", filters.by_taker, order=130, beside="fair"))
        slots.hang("customer.filters", Question("interest", filters.by_interest, order=140, beside="fair"))
        slots.hang("customer.filters", Question("shown", filters.by_briefing, order=150, beside="fair"))
        slots.hang("order.filters", Question("taken", filters.orders_by_taker, order=120, beside="fair"))
        slots.hang("order.filters", Question("product", filters.orders_by_product, order=130, beside="fair"))
        slots.hang("order.filters", Question("business", filters.orders_by_business, order=140, beside="fair"))
        slots.hang("order.filters", Question("fair", filters.orders_by_fair))
        slots.hang("order.filters", Question("cancelled", filters.uncancelled, order=110, beside="fair"))
        slots.hang("intention.filters", Question("fair", filters.intentions_by_fair))
        slots.hang("fair", slots.Panel("figures", "insights/panel.html", panel.of_fair, place="top", order=10))
        slots.hang("fair", slots.Panel("exhibits", "insights/exhibits.html", panel.exhibits, place="side", order=20))
