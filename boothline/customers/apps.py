from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersRoom(AppConfig):
    name = "boothline.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from boothline.core import kinds, slots, tasks
        from boothline.customers import bulk, duplicates, findable, grades, key_panel, listens, merge_panel, merging, pins, rights
        from boothline.customers.card import findable_contacts, findable_customers
        from boothline.customers.models import Alike, Contact, Customer, Decider, GradePin, KeyAccount, KeyPlan, Merge, Pin, Rival
        from boothline.search import index
        from boothline.timeline import undo

        kinds.register("customer", Customer)
        kinds.register("contact", Contact)
        kinds.register("pin", Pin)
        kinds.register("grade_pin", GradePin)
        kinds.register("key_account", KeyAccount)
        kinds.register("key_plan", KeyPlan)
        kinds.register("decider", Decider)
        kinds.register("rival", Rival)
        kinds.register("alike", Alike)
        kinds.register("merge", Merge)
        rights.register()
        listens.register()
        tasks.daily(pins.end_due)
        tasks.daily(grades.grade_daily)
        tasks.daily(duplicates.find_alike)
        tasks.daily(merging.forget_old)
        findable.register()
        slots.answer("customer_acts", findable.customer_acts)
        index.declare("customer", "k", Customer, findable_customers)
        index.declare("contact", "k", Contact, findable_contacts)
        undo.can_take_back(bulk.CHANGED, lambda deed, by: bulk.change_back(deed, by=by))
        slots.hang("bulk.customers", slots.Act(_("Change owner"), "bulk-owner", "people", "customers.assign", order=10))
        slots.hang("bulk.customers", slots.Act(_("Set country"), "bulk-country", "pen", "customers.edit", order=30))
        slots.hang("menu", slots.Entry(_("Customers"), "customers", "people", "1", "customers.see", order=20, keys="gc"))
        slots.hang("menu", slots.Entry(_("Board of five types"), "board", "board", "1", "customers.see", order=25, keys="gb"))
        slots.hang("menu", slots.Entry(_("Key accounts"), "key-accounts", "star", "1", "key_accounts.see", order=23))
        slots.hang("customer", slots.Panel("key", "customers/key_tag.html", key_panel.tag, place="tag", order=5))
        slots.hang("menu", slots.Entry(_("Likely duplicates"), "duplicates", "people", "1", "customers.merge", order=24))
        slots.hang("customer", slots.Panel("merge", "customers/merge_panel.html", merge_panel.panel, place="aside", order=95))
        slots.hang("customer.acts", slots.Act(_("Merge with another"), "customer-merge", "people", "customers.merge", order=95))
        slots.hang("customer.acts", slots.Act(
            _("Mark as key account"), "key-account-mark", "star", "key_accounts.decide", when=key_panel.is_none, order=90,
        ))  # fmt: skip
