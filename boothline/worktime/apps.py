from django.apps import AppConfig


class Worktime(AppConfig):
    name = "boothline.worktime"
    label = "worktime"
