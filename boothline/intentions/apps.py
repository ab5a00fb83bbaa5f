from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntentionsRoom(AppConfig):
    name = "boothline.intentions"
    label = "intentions"
    verbose_name = _("Intending customers")

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.customers.board import Facts
        from boothline.intentions import claim, listens, panel, rights
        from boothline.intentions.models import Collection, Intention, IntentionLine

        kinds.register("intention", Intention)
        kinds.register("intention_line", IntentionLine)
        kinds.register("collection", Collection)
        rights.register()
        claim.register()
        listens.register()
        slots.hang("board", Facts("intending", panel.on_board, order=30))
        slots.hang("customer", slots.Panel("intentions", "intentions/panel.html", panel.intentions, order=50))
        slots.hang("customer.acts", slots.Act(_("Record what they want"), "intention-new", "star", "intentions.edit", order=30))
