"""Table of contents of this type's pages."""

from boothline.orders.pages import goods, orders, shipments
from boothline.ui.kit import page

urlpatterns = [
    page("orders/", orders.OrderList, "orders"),
    page("orders/<str:key>/", orders.OrderPage, "order"),
    page("orders/<str:key>/shipments/new/", shipments.PlanShipment, "shipment-new"),
    page("goods/<int:key>/", goods.EditGoods, "goods"),
    page("order-lines/<int:key>/goods-approval/", goods.ApproveLine, "goods-approval"),
    page("shipments/", shipments.ShipmentList, "shipments"),
    page("shipments/<str:key>/", shipments.ShipmentPage, "shipment"),
    page("shipments/<str:key>/release/", shipments.Release, "shipment-release"),
    page("shipments/<str:key>/packing/", shipments.Pack, "shipment-packing"),
    page("shipments/<str:key>/dispatch/", shipments.Dispatch, "shipment-dispatch"),
    page("shipments/<str:key>/cancellation/", shipments.CancelShipment, "shipment-cancellation"),
]
