from django.apps import AppConfig


class Exchange(AppConfig):
    name = "boothline.exchange"
    label = "exchange"
