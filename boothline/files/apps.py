from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Files(AppConfig):
    name = "boothline.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.files import logo, upkeep
        from boothline.files.models import Attachment

        kinds.register("file", Attachment)
        slots.answer("logo", logo.logo)
        slots.answer("keep_logo", logo.keep_upload)
        tasks.daily(upkeep.remove_strays)
