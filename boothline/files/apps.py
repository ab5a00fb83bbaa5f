from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Files(AppConfig):
    name = "boothline.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.files import logo
        from boothline.files.models import Attachment

        kinds.register("file", Attachment)
        slots.answer("logo", logo.logo)
        slots.answer("keep_logo", logo.keep_upload)
