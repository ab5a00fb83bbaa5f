"""Table of contents of this type's pages."""

from boothline.orders.pages import arrivals, goods, orders, problems, shipments
from boothline.ui.kit import page

urlpatterns = [
    page("orders/", orders.OrderList, "orders"),
    page("orders/<str:key>/", orders.OrderPage, "order"),
    page("orders/<str:key>/shipments/new/", shipments.PlanShipment, "shipment-new"),
    page("orders/<str:key>/problems/new/", problems.ReportProblem, "problem-new"),
    page("goods/<int:key>/", goods.EditGoods, "goods"),
    page("order-lines/<int:key>/goods-approval/", goods.ApproveLine, "goods-approval"),
    page("shipments/", shipments.ShipmentList, "shipments"),
    page("shipments/<str:key>/", shipments.ShipmentPage, "shipment"),
    page("shipments/<str:key>/release/", shipments.Release, "shipment-release"),
    page("shipments/<str:key>/packing/", shipments.Pack, "shipment-packing"),
    page("shipments/<str:key>/dispatch/", shipments.Dispatch, "shipment-dispatch"),
    page("shipments/<str:key>/cancellation/", shipments.CancelShipment, "shipment-cancellation"),
    page("shipments/<str:key>/tracking/", arrivals.Track, "shipment-tracking"),
    page("shipments/<str:key>/arrival/", arrivals.RecordArrival, "shipment-arrival"),
    page("returns/<int:key>/receipt/", arrivals.ReceiveReturn, "return-receipt"),
    page("problems/", problems.ProblemList, "problems"),
    page("problems/<str:key>/", problems.ProblemPage, "problem"),
    page("problems/<str:key>/taking/", problems.Take, "problem-taking"),
    page("problems/<str:key>/message/", problems.WriteMessage, "problem-message"),
    page("problems/<str:key>/severity/", problems.Rate, "problem-severity"),
    page("problems/<str:key>/solution/", problems.ProposeSolution, "problem-solution"),
    page("problems/<str:key>/agreement/", problems.NoteAgreement, "problem-agreement"),
    page("problems/<str:key>/resolution/", problems.Resolve, "problem-resolution"),
    page("problems/<str:key>/reopening/", problems.Reopen, "problem-reopening"),
]
