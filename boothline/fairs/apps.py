from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairsRoom(AppConfig):
    name = "boothline.fairs"
    label = "fairs"
    verbose_name = _("Fairs")

    def ready(self) -> None:
        from boothline.accounts.setup import FirstStep, Section
        from boothline.core import kinds, slots
        from boothline.fairs import rights
        from boothline.fairs.models import Fair

        kinds.register("fair", Fair)
        rights.register()
        slots.hang("first", FirstStep(
            _("Set up the fair"), _("Name, days and booth. Colleagues then capture visitors into it."), _("Set up a fair"),
            "fair-new", "fair", "fairs.edit", _("about 3 minutes"), Fair.objects.exists, 30,
        ))  # fmt: skip
        slots.hang("settings", Section(_("Fairs"), _("editions, days, booths"), "fairs", "fair", "fairs.see", 70))
        slots.hang("menu", slots.Entry(_("Fairs"), "fairs", "fair", "3", "fairs.see", order=75, keys="gf"))
