from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Worktime(AppConfig):
    name = "boothline.worktime"
    label = "worktime"
    verbose_name = _("Working calendar")
