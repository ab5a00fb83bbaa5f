from django.apps import AppConfig


class Ui(AppConfig):
    name = "boothline.ui"
    label = "ui"

    def ready(self) -> None:
        from boothline.ui.fields import speak_plainly

        speak_plainly()
