from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsRoom(AppConfig):
    name = "boothline.fairs"
    label = "fairs"
    verbose_name = _("Fairs")

    def ready(self) -> None:
        from boothline.accounts.setup import FirstStep, Section
        from boothline.core import kinds, slots, tasks
        from boothline.customers.grading import Evidence
        from boothline.fairs import claim, evidence, findable, first, invitations, listens, panel, rights
        from boothline.fairs.editions import findable_fairs
        from boothline.fairs.models import Appointment, Exhibit, Exhibitor, Fair, Goal, Invitation
        from boothline.followups.today import Agenda, Band
        from boothline.followups.week import Source
        from boothline.search import index
        from boothline.timeline.undo import can_take_back

        kinds.register("fair", Fair)
        kinds.register("goal", Goal)
        kinds.register("exhibit", Exhibit)
        kinds.register("exhibitor", Exhibitor)
        kinds.register("appointment", Appointment)
        kinds.register("invitation", Invitation)
        rights.register()
        claim.register()
        listens.register()
        tasks.daily(invitations.run_daily)
        can_take_back(invitations.LISTED, lambda deed, by: invitations.take_back_list(deed, by=by))
        findable.register()
        index.declare("fair", "h", Fair, findable_fairs)
        slots.hang("first", FirstStep(
            _("Set up the fair"), _("Name, days and booth. Colleagues then capture visitors into it."), _("Set up a fair"),
            "fair-new", "fair", "fairs.edit", _("about 3 minutes"), Fair.objects.exists, 30, "fairs",
        ))  # fmt: skip
        slots.hang("settings", Section(_("Fairs"), _("editions, days, booths"), "fairs", "fair", "fairs.see", 70))
        slots.hang("menu", slots.Entry(_("Fairs"), "fairs", "fair", "5", "fairs.see", order=75, keys="gf"))
        slots.hang("menu", slots.Entry(_("Invitations"), "invitations", "mail", "5", "invitations.see", order=77))
        slots.hang("menu", slots.Entry(_("Exhibitors"), "exhibitors", "table", "5", "fairs.see", order=78))
        slots.hang("bulk.customers", slots.Act(_("Invite to a fair"), "bulk-invite", "mail", "invitations.send", order=25))
        slots.hang("bulk.invitations", slots.Act(_("Send invitations"), "bulk-invitation-sending", "mail", "invitations.send", order=10))
        slots.hang("grade", Evidence(evidence.fill, order=20))
        slots.hang("today", Band("appointments", _("Appointments"), panel.on_today, order=20))
        slots.hang("today.day", Agenda(panel.in_the_day, order=20))
        slots.hang("week", Source(panel.in_week, order=20))
        slots.hang("today.side", slots.Panel("booth", "fairs/booth_now.html", panel.booth_now))
        slots.hang("customer", slots.Panel("appointments", "fairs/appointments_panel.html", panel.appointments, order=15))
        slots.hang("customer.acts", slots.Act(_("Book an appointment"), "appointment-new", "cal", "appointments.edit", order=40))
        slots.hang("customer", slots.Panel("invitations", "fairs/invitations_panel.html", panel.invitations, order=16))
        slots.hang("customer.acts", slots.Act(_("Invite to a fair"), "invitation-new", "mail", "invitations.send", order=42))
        for action in (first.CAPTURE, first.FAIR):
            slots.hang("today.first", action)
