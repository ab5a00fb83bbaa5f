from django.apps import AppConfig


class Core(AppConfig):
    name = "boothline.core"
    label = "core"
