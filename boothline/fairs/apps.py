from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsRoom(AppConfig):
    name = "boothline.fairs"
    label = "fairs"
    verbose_name = _("Fairs")

    def ready(self) -> None:
        from boothline.accounts.setup import FirstStep, Section
        from boothline.core import kinds, slots
        from boothline.customers.grading import Evidence
        from boothline.fairs import evidence, findable, first, panel, rights
        from boothline.fairs.editions import findable_fairs
        from boothline.fairs.models import Appointment, Fair
        from boothline.followups.today import Band
        from boothline.search import index

        kinds.register("fair", Fair)
        kinds.register("appointment", Appointment)
        rights.register()
        findable.register()
        index.declare("fair", "h", Fair, findable_fairs)
        slots.hang("first", FirstStep(
            _("Set up the fair"), _("Name, days and booth. Colleagues then capture visitors into it."), _("Set up a fair"),
            "fair-new", "fair", "fairs.edit", _("about 3 minutes"), Fair.objects.exists, 30,
        ))  # fmt: skip
        slots.hang("settings", Section(_("Fairs"), _("editions, days, booths"), "fairs", "fair", "fairs.see", 70))
        slots.hang("menu", slots.Entry(_("Fairs"), "fairs", "fair", "5", "fairs.see", order=75, keys="gf"))
        slots.hang("grade", Evidence(evidence.fill, order=20))
        slots.hang("today", Band("appointments", _("Appointments"), panel.on_today, order=20))
        slots.hang("today.side", slots.Panel("booth", "fairs/booth_now.html", panel.booth_now))
        slots.hang("customer", slots.Panel("appointments", "fairs/appointments_panel.html", panel.appointments, order=15))
        slots.hang("customer.acts", slots.Act(_("Book an appointment"), "appointment-new", "cal", "appointments.edit", order=40))
        for action in (first.CAPTURE, first.IMPORT, first.FAIR):
            slots.hang("today.first", action)
