from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RadarRoom(AppConfig):
    name = "boothline.radar"
    label = "radar"
    verbose_name = _("Delivery radar")

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.followups.today import Band
        from boothline.radar import listens, panel, today, watch
        from boothline.radar.models import Risk

        kinds.register("risk", Risk)
        listens.register()
        tasks.daily(watch.run_daily)
        slots.hang("menu", slots.Entry(_("Delivery radar"), "radar", "eye", "2", "orders.see", order=55))
        slots.hang("order", slots.Panel("radar", "radar/order.html", panel.of_order, place="radar"))
        slots.hang("today", Band("radar", _("Orders in danger"), today.in_danger, order=33))
        slots.hang("list", slots.Panel("radar-figures", "radar/to_figures.html", panel.to_figures, place="top"))
