from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Messaging(AppConfig):
    name = "boothline.messaging"
    label = "messaging"
    verbose_name = _("Letters and notices")

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.messaging import listens, rights
        from boothline.messaging.models import Letter, Notice
        from boothline.messaging.notices import unread

        kinds.register("letter", Letter)
        kinds.register("notice", Notice)
        rights.register()
        slots.answer("unread", unread)
        slots.hang("menu", slots.Entry(_("Letters"), "letters", "mail", "4", "letters.see", order=70))
        listens.register()
