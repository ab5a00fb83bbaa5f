from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Documents(AppConfig):
    name = "boothline.documents"
    label = "documents"
    verbose_name = _("Numbers and documents")
