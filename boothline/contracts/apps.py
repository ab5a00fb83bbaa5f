from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsRoom(AppConfig):
    name = "boothline.contracts"
    label = "contracts"
    verbose_name = _("Contracts")

    def ready(self) -> None:
        from boothline.contracts import claim, panel, rights
        from boothline.contracts.establishment import expire_all
        from boothline.contracts.models import Confirmation, ConfirmationRequest, Contract, Version
        from boothline.core import kinds, slots, tasks
        from boothline.customers.board import Facts

        kinds.register("contract", Contract)
        kinds.register("version", Version)
        kinds.register("request", ConfirmationRequest)
        kinds.register("confirmation", Confirmation)
        rights.register()
        claim.register()
        tasks.daily(expire_all)
        slots.hang("board", Facts("contract", panel.on_board, order=40))
        slots.hang("menu", slots.Entry(_("Contracts"), "contracts", "file", "2", "contracts.see", order=40, keys="gn"))
        slots.hang("customer", slots.Panel("contracts", "contracts/panel.html", panel.contracts, order=30))
