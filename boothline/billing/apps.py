from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Billing(AppConfig):
    name = "boothline.billing"
    label = "billing"
    verbose_name = _("Money")

    def ready(self) -> None:
        from boothline.billing import credits, gates, listens, panel, refunds, rights, schedule, today
        from boothline.billing.deliveries import delivery_sums
        from boothline.billing.ledger import account_sums
        from boothline.billing.lists import INSTALMENT_KINDS
        from boothline.billing.models import Announcement, Credit, Instalment, LetterOfCredit, Receipt, Refund, TargetMonth
        from boothline.contracts import running
        from boothline.core import kinds, slots, tasks
        from boothline.followups.today import Band
        from boothline.orders.register import MONEY_RECORDS, OPEN_OF
        from boothline.orders.solutions import REFUND_OF

        kinds.register("instalment", Instalment)
        kinds.register("announcement", Announcement)
        kinds.register("receipt", Receipt)
        kinds.register("credit", Credit)
        kinds.register("refund", Refund)
        kinds.register("target_month", TargetMonth)
        kinds.register("letter_of_credit", LetterOfCredit)
        rights.register()
        refunds.register()
        listens.register()
        tasks.daily(schedule.run_daily)
        tasks.daily(gates.run_daily)
        tasks.daily(credits.run_daily)
        slots.answer(MONEY_RECORDS, panel.records_of)
        slots.answer(running.MONEY, schedule.of_change)
        slots.answer(running.WORDS, lambda kind: str(INSTALMENT_KINDS[kind]))
        slots.answer(REFUND_OF, panel.refund_of)
        slots.answer(OPEN_OF, lambda order: schedule.account_of(order).open)
        slots.hang("today", Band("refunds", _("Refunds to be paid back"), today.refunds, order=33))
        slots.hang("today", Band("announced", _("Payments that customers announced"), today.announced, order=36))
        slots.hang("order", slots.Panel("money", "billing/order.html", panel.of_order, place="money", order=10))
        slots.hang("shipment", slots.Panel("money", "billing/shipment.html", panel.of_shipment))
        slots.hang("customer", slots.Panel("balance", "billing/customer.html", panel.of_customer, order=25))
        slots.hang("list", slots.Panel("sums", "billing/to_sums.html", panel.to_sums, place="top"))
        slots.hang("list", slots.Panel("unallocated", "billing/to_unallocated.html", panel.to_unallocated, place="top"))
        slots.hang("list", slots.Panel("announced", "billing/to_announced.html", panel.to_announced, place="top"))
        slots.hang("sums.orders", slots.Summed(account_sums))
        slots.hang("sums.deliveries", slots.Summed(delivery_sums))
        slots.hang("menu", slots.Entry(_("Monthly deliveries"), "deliveries", "cal", "2", "billing.see", order=62))
        slots.hang("menu", slots.Entry(_("Payments due"), "instalments", "cal", "3", "billing.see", order=70))
        slots.hang("menu", slots.Entry(_("Receipts"), "receipts", "out", "3", "billing.see", order=71))
        slots.hang("menu", slots.Entry(_("Credits"), "credits", "scale", "3", "billing.see", order=72))
