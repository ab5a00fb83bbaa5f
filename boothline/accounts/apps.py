from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    name = "boothline.accounts"
    label = "accounts"
    verbose_name = _("Company and people")

    def ready(self) -> None:
        from django.contrib.contenttypes.management import create_contenttypes
        from django.db.models.signals import post_migrate

        from boothline.accounts import listens, setup, tries
        from boothline.accounts.company import keep_our_time
        from boothline.accounts.models import Company, Team, User
        from boothline.accounts.people import called
        from boothline.accounts.rights import require, who_holds
        from boothline.core import kinds, slots, tasks
        from boothline.core.models import OwnWords, RuleSetting

        post_migrate.disconnect(create_contenttypes)  # rights are named in accounts.rights: nobody reads the rows that Django would make
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        kinds.register("user", User)
        kinds.register("team", Team)
        kinds.register("company", Company)
        kinds.register("rule", RuleSetting)
        kinds.register("own_words", OwnWords)
        listens.register()
        setup.register()
        tasks.prepared_by(keep_our_time)
        tasks.daily(tries.forget_old)
        slots.answer("who_holds", who_holds)
        slots.answer("require", require)
        slots.answer("called", called)
        slots.hang("menu", slots.Entry(_("People"), "people", "people", "6", "people.see", order=90))
        slots.hang("menu", slots.Entry(_("Settings"), "settings", "gear", "6", order=95))
        slots.hang("menu", slots.Entry(_("Phones"), "join", "scan", "6", order=97))
