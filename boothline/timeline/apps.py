from django.apps import AppConfig


class Timeline(AppConfig):
    name = "boothline.timeline"
    label = "timeline"

    def ready(self) -> None:
        from boothline.core import tasks
        from boothline.timeline import delivery

        tasks.swept_by(delivery.sweep)
