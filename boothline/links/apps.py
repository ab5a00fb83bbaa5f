from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Links(AppConfig):
    name = "boothline.links"
    label = "links"
    verbose_name = _("Links for customers")

    def ready(self) -> None:
        from boothline.core import kinds
        from boothline.links.models import Grant

        kinds.register("grant", Grant)
