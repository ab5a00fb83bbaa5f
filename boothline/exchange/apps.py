from django.apps import AppConfig


class Exchange(AppConfig):
    name = "boothline.exchange"
    label = "exchange"

    def ready(self) -> None:
        from boothline.exchange import events, rights  # noqa: F401  (what this room says)

        rights.register()
