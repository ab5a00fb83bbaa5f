from django.apps import AppConfig


class Portal(AppConfig):
    name = "boothline.portal"
    label = "portal"
