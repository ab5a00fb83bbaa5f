from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Care(AppConfig):
    name = "boothline.care"
    label = "care"
    verbose_name = _("Care")

    def ready(self) -> None:
        from boothline.care import complaints, findable, listens, panel, rights, surveys, today
        from boothline.care.models import Complaint, Survey
        from boothline.core import kinds, slots, tasks
        from boothline.followups.panel import Waits
        from boothline.followups.today import Band
        from boothline.search import index

        kinds.register("complaint", Complaint)
        kinds.register("survey", Survey)
        rights.register()
        listens.register()
        findable.register()
        index.declare("complaint", "r", Complaint, complaints.findable_complaints)
        tasks.daily(surveys.run_daily)
        tasks.swept_by(complaints.run_due)
        slots.hang("menu", slots.Entry(_("Complaints"), "complaints", "chat", "4", "complaints.see", order=66))
        slots.hang("menu", slots.Entry(_("Satisfaction"), "survey-figures", "chart", "4", "complaints.see", order=68))
        slots.hang("menu", slots.Entry(_("Surveys"), "surveys", "pen", "4", "complaints.see", order=67))
        slots.hang("today", Band("complaints", _("Complaints and low answers that wait for us"), today.waiting, order=29))
        slots.hang("waits", Waits(panel.waits, order=20))
        slots.hang("customer", slots.Panel("complaints", "care/panel.html", panel.complaints, order=22))
        slots.hang("problem", slots.Panel("complaints", "care/of_problem.html", panel.of_problem))
        slots.hang("customer", slots.Panel("surveys", "care/satisfaction.html", panel.surveys, order=23))
        slots.hang("customer.acts", slots.Act(_("Send a survey"), "survey-new", "chart", "surveys.send", order=65))
        slots.hang("customer.acts", slots.Act(_("Record a complaint"), "complaint-new", "chat", "complaints.receive", order=60))
