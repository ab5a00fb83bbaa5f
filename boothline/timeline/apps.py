from django.apps import AppConfig


class Timeline(AppConfig):
    name = "boothline.timeline"
    label = "timeline"

    def ready(self) -> None:
        from boothline.core import slots, tasks
        from boothline.timeline import delivery, history

        tasks.swept_by(delivery.sweep)
        slots.answer("last_change", history.last_change)
