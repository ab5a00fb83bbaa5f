from django.apps import AppConfig


class Search(AppConfig):
    name = "boothline.search"
    label = "search"

    def ready(self) -> None:
        from boothline.core import tasks
        from boothline.search import rights, upkeep

        rights.register()
        tasks.daily(upkeep.nightly)
