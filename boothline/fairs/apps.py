from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsRoom(AppConfig):
    name = "boothline.fairs"
    label = "fairs"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.fairs import first, panel, rights
        from boothline.fairs.models import Appointment, Fair
        from boothline.followups.today import Band

        kinds.register("fair", Fair)
        kinds.register("appointment", Appointment)
        rights.register()
        slots.hang("menu", slots.Entry(_("Fairs"), "fairs", "fair", "3", "fairs.see", order=75, keys="gf"))
        slots.hang("today", Band("appointments", _("Appointments"), panel.on_today, order=20))
        slots.hang("today.side", slots.Panel("booth", "fairs/booth_now.html", panel.booth_now))
        slots.hang("customer", slots.Panel("appointments", "fairs/appointments_panel.html", panel.appointments, order=15))
        slots.hang("customer.acts", slots.Act(_("Book an appointment"), "appointment-new", "cal", "appointments.edit", order=40))
        for action in (first.CAPTURE, first.IMPORT, first.FAIR):
            slots.hang("first", action)
