from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Approvals(AppConfig):
    name = "boothline.approvals"
    label = "approvals"

    def ready(self) -> None:
        from boothline.approvals import rights
        from boothline.approvals.approval import approves, pass_on_all, waiting_for
        from boothline.approvals.models import Approval
        from boothline.core import kinds, slots, tasks

        kinds.register("approval", Approval)
        rights.register()
        tasks.daily(pass_on_all)
        entry = slots.Entry(_("To approve"), "approvals", "ok", "1", "approvals.decide", order=30, count=waiting_for, when=approves)
        slots.hang("menu", entry)
