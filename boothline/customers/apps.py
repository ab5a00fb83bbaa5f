from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersRoom(AppConfig):
    name = "boothline.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.customers import rights
        from boothline.customers.models import Contact, Customer

        kinds.register("customer", Customer)
        kinds.register("contact", Contact)
        rights.register()
        slots.hang("menu", slots.Entry(_("Customers"), "customers", "people", "1", "customers.see", order=20, keys="gc"))
        slots.hang("menu", slots.Entry(_("Board of five types"), "board", "board", "1", "customers.see", order=25, keys="gb"))
