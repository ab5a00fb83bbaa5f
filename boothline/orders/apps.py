from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersRoom(AppConfig):
    name = "boothline.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from boothline.core import kinds, tasks
        from boothline.orders import arrivals, claim, fees, findable, listens, overrides, problems, purchases, rights, solutions
        from boothline.orders.models import (
            Arrival,
            CompensationClaim,
            GoodsItem,
            GoodsReturn,
            Hold,
            Order,
            OrderChange,
            OrderLine,
            Problem,
            ProblemMessage,
            PromiseMove,
            Purchase,
            Reservation,
            Resolution,
            Shipment,
        )
        from boothline.orders.register import findable_orders, flag_overdue
        from boothline.orders.shipments import findable_shipments
        from boothline.search import index

        kinds.register("order", Order)
        kinds.register("order_line", OrderLine)
        kinds.register("goods_item", GoodsItem)
        kinds.register("shipment", Shipment)
        kinds.register("hold", Hold)
        kinds.register("order_change", OrderChange)
        kinds.register("arrival", Arrival)
        kinds.register("problem", Problem)
        kinds.register("problem_message", ProblemMessage)
        kinds.register("promise_move", PromiseMove)
        kinds.register("resolution", Resolution)
        kinds.register("compensation_claim", CompensationClaim)
        kinds.register("goods_return", GoodsReturn)
        kinds.register("purchase", Purchase)
        kinds.register("reservation", Reservation)
        rights.register()
        solutions.register()
        overrides.register()
        fees.register()
        purchases.register()
        tasks.daily(flag_overdue)
        tasks.daily(arrivals.accept_all_by_time)
        tasks.daily(problems.run_daily)
        tasks.daily(claim.run_daily)
        tasks.swept_by(problems.run_due)
        findable.register()
        index.declare("order", "o", Order, findable_orders)
        index.declare("shipment", "q", Shipment, findable_shipments)
        index.declare("problem", "p", Problem, problems.findable_problems)
        claim.register()
        listens.register()
        self._hang()

    def _hang(self) -> None:
        """What this room shows on the pages of others."""
        from boothline.contracts import needs, running
        from boothline.core import slots
        from boothline.customers.board import Facts
        from boothline.customers.grading import Evidence
        from boothline.followups.today import Band
        from boothline.followups.touches import Business
        from boothline.followups.week import Source
        from boothline.orders import before_change, changes, claim, evidence, ledger, panel, today
        from boothline.orders.shipments import have_left

        slots.answer("goods_left", have_left)
        slots.answer(running.ORDER, before_change.order_of)
        slots.answer(needs.ELSEWHERE, changes.elsewhere)
        slots.hang("business", Business(claim.open_since, order=50))
        slots.hang("grade", Evidence(evidence.fill, is_first=True, order=60))
        slots.hang("board", Facts("ordering", panel.on_board, panel.in_lane, order=50))
        slots.hang("menu", slots.Entry(_("Orders"), "orders", "table", "2", "orders.see", order=50, keys="gl"))
        slots.hang("menu", slots.Entry(_("Shipments"), "shipments", "truck", "2", "orders.see", order=60, keys="gs"))
        slots.hang("sums.orders", slots.Summed(ledger.order_sums))
        slots.hang("sums.order-lines", slots.Summed(ledger.line_sums))
        slots.hang("list", slots.Panel("by_line", "orders/by_line.html", panel.by_line, order=5))
        slots.hang("list", slots.Panel("claims", "orders/to_claims.html", panel.to_claims, order=5))
        slots.hang("menu", slots.Entry(_("Purchases"), "purchases", "in", "2", "purchases.see", order=62))
        slots.hang("stock", slots.Panel("claims", "orders/stock_claims.html", panel.of_goods))
        slots.hang("order", slots.Panel("plan", "contracts/plan.html", panel.plan_of, place="plan"))
        slots.hang("contract", slots.Panel("order", "orders/of_contract.html", panel.of_contract, place="acts"))
        slots.hang("menu", slots.Entry(_("Problems"), "problems", "warn", "2", "orders.see", order=65))
        slots.hang("today", Band("problems", _("Problems that wait for us"), today.waiting, order=28))
        slots.hang("today", Band("beside", _("Problems of my customers, with others"), today.with_others, order=58))
        slots.hang("today", Band("agreed", _("Agreed about problems, to be carried out"), today.agreed, order=34))
        slots.hang("today", Band("purchases", _("Purchases that are late"), today.late_purchases, order=36))
        slots.hang("week", Source(today.leaving, order=30))
        slots.hang("customer", slots.Panel("trouble", "orders/trouble.html", panel.trouble, place="next", order=5))
        slots.hang("customer", slots.Panel("orders", "orders/panel.html", panel.orders, order=20))
        slots.hang("customer", slots.Panel("problems", "orders/problems_panel.html", panel.problems, order=21))
