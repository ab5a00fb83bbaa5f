from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersRoom(AppConfig):
    name = "boothline.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from boothline.core import kinds, slots
        from boothline.customers.board import Facts
        from boothline.orders import claim, findable, listens, panel, rights
        from boothline.orders.models import GoodsItem, Order, OrderLine, Shipment
        from boothline.orders.register import findable_orders
        from boothline.orders.shipments import findable_shipments
        from boothline.search import index

        kinds.register("order", Order)
        kinds.register("order_line", OrderLine)
        kinds.register("goods_item", GoodsItem)
        kinds.register("shipment", Shipment)
        rights.register()
        findable.register()
        index.declare("order", "o", Order, findable_orders)
        index.declare("shipment", "q", Shipment, findable_shipments)
        claim.register()
        listens.register()
        slots.hang("board", Facts("ordering", panel.on_board, panel.in_lane, order=50))
        slots.hang("menu", slots.Entry(_("Orders"), "orders", "table", "2", "orders.see", order=50, keys="gl"))
        slots.hang("menu", slots.Entry(_("Shipments"), "shipments", "truck", "2", "orders.see", order=60, keys="gs"))
        slots.hang("contract", slots.Panel("order", "orders/of_contract.html", panel.of_contract, place="acts"))
        slots.hang("customer", slots.Panel("orders", "orders/panel.html", panel.orders, order=20))
