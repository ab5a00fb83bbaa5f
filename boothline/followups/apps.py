from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Followups(AppConfig):
    name = "boothline.followups"
    label = "followups"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.followups import bulk, panel, rights
        from boothline.followups.models import NextStep, Touch
        from boothline.timeline import undo

        undo.can_take_back(bulk.PLANNED, lambda deed, by: bulk.take_back_plans(deed, by=by))
        slots.hang("bulk.customers", slots.Act(_("Plan a step"), "bulk-step", "later", "steps.plan", order=20))
        kinds.register("step", NextStep)
        kinds.register("touch", Touch)
        rights.register()
        slots.answer("nearest_steps", panel.nearest_steps)
        slots.hang("menu", slots.Entry(_("Today"), "today", "today", "1", "steps.see", order=10, keys="gt"))
        slots.hang("customer", slots.Panel("next", "followups/next.html", panel.next_step, place="next", order=10))
