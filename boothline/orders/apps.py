from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersRoom(AppConfig):
    name = "boothline.orders"
    label = "orders"

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.customers.board import Facts
        from boothline.orders import claim, listens, panel, rights
        from boothline.orders.models import GoodsItem, Order, OrderLine, Shipment

        kinds.register("order", Order)
        kinds.register("order_line", OrderLine)
        kinds.register("goods_item", GoodsItem)
        kinds.register("shipment", Shipment)
        rights.register()
        claim.register()
        listens.register()
        slots.hang("board", Facts("ordering", panel.on_board, panel.in_lane, order=50))
        slots.hang("menu", slots.Entry(_("Orders"), "orders", "table", "2", "orders.see", order=50, keys="gl"))
        slots.hang("menu", slots.Entry(_("Shipments"), "shipments", "truck", "2", "orders.see", order=60, keys="gs"))
        slots.hang("customer", slots.Panel("orders", "orders/panel.html", panel.orders, order=20))
