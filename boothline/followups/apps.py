from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Followups(AppConfig):
    name = "boothline.followups"
    label = "followups"
    verbose_name = _("Follow-up")

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.customers.grading import Evidence
        from boothline.customers.story import Shelved
        from boothline.followups import bulk, events, evidence, gifts, handover, listens, panel, pool, rights, visits
        from boothline.followups.clocks import run_due
        from boothline.followups.models import Clock, Gift, NextStep, Taking, Touch
        from boothline.followups.today import Band
        from boothline.timeline import undo

        kinds.register("clock", Clock)
        undo.can_take_back(bulk.PLANNED, lambda deed, by: bulk.take_back_plans(deed, by=by))
        slots.hang("bulk.customers", slots.Act(_("Plan a step"), "bulk-step", "later", "steps.plan", order=20))
        kinds.register("gift", Gift)
        kinds.register("step", NextStep)
        kinds.register("taking", Taking)
        kinds.register("touch", Touch)
        rights.register()
        gifts.register()
        listens.register()
        tasks.swept_by(run_due)
        tasks.daily(pool.run_daily)
        tasks.daily(handover.end_stand_ins)
        slots.hang("grade", Evidence(evidence.fill, order=10))
        slots.answer("nearest_steps", panel.nearest_steps)
        slots.hang("menu", slots.Entry(_("Today"), "today", "today", "1", "steps.see", order=10, keys="gt"))
        slots.hang("menu", slots.Entry(_("Pool"), "pool", "in", "1", "pool.take", order=22))
        slots.hang("menu", slots.Entry(_("Gifts"), "gifts", "file", "4", "gifts.see", order=69))
        slots.hang("customer", slots.Panel("gifts", "followups/gifts.html", panel.gifts, place="aside", order=80))
        slots.hang("customer.acts", slots.Act(_("Log a gift"), "gift-new", "pen", "gifts.log", order=80))
        slots.hang("customer", slots.Panel("pool", "followups/pool.html", panel.pool, place="aside", order=90))
        slots.hang("person.acts", slots.Act(_("Hand over for good"), "person-leaving", "people", "customers.assign", order=10))
        slots.hang("customer.box", slots.Act(_("Log a touch"), "touch-new", "pen", "touches.log", order=5))
        slots.hang("customer", slots.Panel("next", "followups/next.html", panel.next_step, place="next", order=10))
        slots.hang("customer", slots.Panel("quick", "followups/quick.html", panel.quick, place="quick", order=10))
        slots.hang("today.side", slots.Panel("standards", "followups/standards.html", panel.standards, order=10))
        slots.hang("story", Shelved("touches", (events.TOUCHED, events.TAKEN_IN, events.DONE)))
        slots.hang("today", Band("visits", _("Visits to key accounts"), visits.on_today, order=45))
        slots.hang("key_account", slots.Panel("visits", "followups/visits.html", visits.of_account, order=10))
