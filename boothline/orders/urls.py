"""Table of contents of this type's pages."""

from boothline.orders.pages import arrivals, changes, goods, ledger, orders, problems, shipments, splits
from boothline.ui.kit import page

urlpatterns = [
    page("orders/", orders.OrderList, "orders"),
    page("orders/lines/", ledger.OrderLineList, "order-lines"),
    page("orders/<str:key>/", orders.OrderPage, "order"),
    page("orders/<str:key>/change/", changes.Change, "order-change"),
    page("orders/<str:key>/cancellation/", changes.Cancel, "order-cancellation"),
    page("orders/<str:key>/split/", splits.Split, "order-split"),
    page("orders/<str:key>/merger/", splits.Merge, "order-merger"),
    page("orders/<str:key>/hold/", changes.Stop, "order-hold"),
    page("holds/<int:key>/lifting/", changes.Lift, "hold-lifting"),
    page("money-holds/<int:key>/lifting/", changes.LiftMoney, "money-lifting"),
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
