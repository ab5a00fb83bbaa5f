from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    name = "boothline.accounts"
    label = "accounts"

    def ready(self) -> None:
        from boothline.accounts.models import Company, Team, User
        from boothline.accounts.rights import require, who_holds
        from boothline.core import kinds, slots

        kinds.register("user", User)
        kinds.register("team", Team)
        kinds.register("company", Company)
        slots.answer("who_holds", who_holds)
        slots.answer("require", require)
        slots.hang("menu", slots.Entry(_("People"), "people", "people", "3", "people.see", order=90))
        slots.hang("menu", slots.Entry(_("Company profile"), "company", "gear", "3", "company.edit", order=95))
        slots.hang("menu", slots.Entry(_("Phones"), "join", "scan", "3", order=97))
