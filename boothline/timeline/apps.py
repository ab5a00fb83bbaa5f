from django.apps import AppConfig


class Timeline(AppConfig):
    name = "boothline.timeline"
    label = "timeline"

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.timeline import delivery, events, history  # noqa: F401  (what this room says)
        from boothline.timeline.models import Deed

        kinds.register("deed", Deed)
        tasks.swept_by(delivery.sweep)
        slots.answer("last_change", history.last_change)
