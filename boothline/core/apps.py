from django.apps import AppConfig


class Core(AppConfig):
    name = "boothline.core"
    label = "core"

    def ready(self) -> None:
        from boothline.core import among, presses, tasks

        among.register()
        tasks.daily(presses.forget_old)
