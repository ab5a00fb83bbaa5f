from django.apps import AppConfig


class Ui(AppConfig):
    name = "boothline.ui"
    label = "ui"
