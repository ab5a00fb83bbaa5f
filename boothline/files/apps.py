from django.apps import AppConfig


class Files(AppConfig):
    name = "boothline.files"
    label = "files"

    def ready(self) -> None:
        from boothline.core import kinds
        from boothline.files.models import Attachment

        kinds.register("file", Attachment)
