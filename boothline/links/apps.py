from django.apps import AppConfig


class Links(AppConfig):
    name = "boothline.links"
    label = "links"

    def ready(self) -> None:
        from boothline.core import kinds
        from boothline.links.models import Grant

        kinds.register("grant", Grant)
