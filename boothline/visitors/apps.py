from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Visitors(AppConfig):
    name = "boothline.visitors"
    label = "visitors"
    verbose_name = _("Visitors")

    def ready(self) -> None:
        from boothline.accounts.setup import FirstStep, Section
        from boothline.core import kinds, slots, tasks
        from boothline.customers.board import Facts
        from boothline.customers.filters import Question
        from boothline.customers.grading import Evidence
        from boothline.customers.papers import Papers
        from boothline.visitors import asking, claim, evidence, filters, listens, panel, rights
        from boothline.visitors.learning import learn
        from boothline.visitors.models import Capture, Cooperation, Firm, Lesson, Questionnaire, Retraction
        from boothline.visitors.recognition import recognise_all

        kinds.register("capture", Capture)
        kinds.register("questionnaire", Questionnaire)
        kinds.register("firm", Firm)
        kinds.register("lesson", Lesson)
        kinds.register("retraction", Retraction)
        kinds.register("cooperation", Cooperation)
        rights.register()
        claim.register()
        listens.register()
        tasks.daily(learn)
        tasks.daily(recognise_all)
        tasks.daily(asking.run_daily)
        slots.answer("noted", panel.noted)
        slots.hang("today.idle", slots.Panel("captures", "visitors/captured_today.html", panel.captured_today))
        slots.hang("grade", Evidence(evidence.fill, order=30))
        slots.hang("board", Facts("visitor", panel.on_board, order=10))
        slots.hang("customer", slots.Panel("origin", "visitors/origin.html", panel.origin, place="tag", order=20))
        slots.hang("customer.filters", Question("fair", filters.by_fair))
        slots.hang("papers", Papers(panel.papers, order=10))
        slots.hang("first", FirstStep(
            _("Capture the first visitor"), _("Name, company, what they want. A card's photo goes with it."), _("Capture a visitor"),
            "capture-new", "scan", "captures.take", _("about 10 seconds"), Capture.objects.exists, 50, "captures",
        ))  # fmt: skip
        slots.hang("settings", Section(
            _("Recognition"), _("what confirmed buyers and peers taught, and how often the answers are right"), "recognition", "eye",
            "firms.edit", 72,
        ))  # fmt: skip
        slots.hang("menu", slots.Entry(_("Captures"), "captures", "scan", "5", "captures.see", order=80, keys="gk"))
        slots.hang("menu", slots.Entry(_("Cooperation"), "cooperations", "link", "5", "cooperation.see", order=85))
        slots.hang("menu", slots.Entry(_("Lists of firms"), "firms", "table", "5", "firms.edit", order=86))
        slots.hang("customer", slots.Panel("nature", "visitors/nature_tag.html", panel.nature_tag, place="tag", order=10))
        slots.hang("customer", slots.Panel("recognition", "visitors/nature.html", panel.nature, order=40))
        slots.hang("customer", slots.Panel("captures", "visitors/panel.html", panel.captures, place="aside", order=90))
        slots.hang("customer", slots.Panel("interests", "visitors/interests.html", panel.interests, place="aside", order=92))
        slots.hang("fair", slots.Panel("undecided", "visitors/undecided.html", panel.undecided, place="main", order=40))
        slots.hang("fair", slots.Panel("questionnaire", "visitors/asked.html", panel.asked, place="side", order=60))
