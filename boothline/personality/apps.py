from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Personality(AppConfig):
    name = "boothline.personality"
    label = "personality"
    verbose_name = _("Personality")

    def ready(self) -> None:
        from boothline.accounts.setup import Section
        from boothline.core import kinds, slots
        from boothline.personality import panel, rights
        from boothline.personality.models import Opinion, PlaybookText

        kinds.register("opinion", Opinion)
        kinds.register("playbook", PlaybookText)
        rights.register()
        slots.hang("settings", Section(_("Playbooks"), _("what to do with each personality"), "playbooks", "people", "playbooks.see", 77))
        slots.answer("advice", panel.advice)
        slots.hang("customer", slots.Panel("personality", "personality/panel.html", panel.people, order=12))
