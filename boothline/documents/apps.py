from django.apps import AppConfig


class Documents(AppConfig):
    name = "boothline.documents"
    label = "documents"
