from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Timeline(AppConfig):
    name = "boothline.timeline"
    label = "timeline"
    verbose_name = _("History")

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.timeline import delivery, events, history  # noqa: F401  (what this room says)
        from boothline.timeline.models import Deed

        kinds.register("deed", Deed)
        tasks.swept_by(delivery.sweep)
        slots.answer("last_change", history.last_change)
