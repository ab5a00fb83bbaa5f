from django.apps import AppConfig


class Exchange(AppConfig):
    name = "boothline.exchange"
    label = "exchange"

    def ready(self) -> None:
        from boothline.core import slots
        from boothline.exchange import events, rights  # noqa: F401  (what this room says)
        from boothline.exchange.panel import export

        rights.register()
        slots.hang("list", slots.Panel("export", "exchange/list.html", export, order=30))
