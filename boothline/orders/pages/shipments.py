"""101: plans, releases, packs and ships."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.approvals.approval import newest_about
from boothline.catalogue.packing import load
from boothline.contracts.agreement import Version
from boothline.contracts.establishment import Confirmation
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Words as Said
from boothline.core.money import trimmed
from boothline.core.text import phrase
from boothline.customers.items import items_of
from boothline.customers.suitable import PARTS
from boothline.documents.press import LANGUAGES
from boothline.files.attachments import Attachment
from boothline.orders.arrivals import Arrival
from boothline.orders.overrides import ask_override
from boothline.orders.packing_list import print_packing_list
from boothline.orders.preparation import BEFORE_IT_ARRIVES, check_prepared, prepare, prepared_of, take_back
from boothline.orders.register import Order, OrderLine, carried
from boothline.orders.reservations import reservable, sources_of
from boothline.orders.shipments import (
    MATTER,
    STATES,
    Shipment,
    cancel,
    digest_of,
    gates,
    guessed_days,
    pack,
    permission,
    plan,
    planned_elsewhere,
    release,
    replan,
    ship,
)
from boothline.orders.supply import check_supply
from boothline.orders.transport import TRANSPORT, edit_transport
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Quantity, ReasonForm, Text, Words
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage, panels
from boothline.worktime.calendar import add_workdays


def shipment_url(shipment: Shipment) -> str:
    """The shipment's page."""
    return reverse("shipment", args=[shipment.number])


class ShipmentList(ListPage):
    """Every shipment that one may see."""

    right = "orders.see"
    title = _("Shipments")
    nav = "shipments"
    columns = [
        Column(_("shipment"), str, "link", shipment_url),
        Column(_("state"), lambda s: (s.state, STATES[s.state]), "state"),
        Column(_("customer"), lambda s: str(s.order.customer)),
        Column(_("order"), lambda s: s.order.number),
        Column(_("planned for"), lambda s: s.planned_on, "day"),
        Column(_("time of day"), lambda s: s.get_slot_display(), usual=False),
        Column(_("carrier"), lambda s: " ".join(filter(None, (s.carrier, s.tracking_number)))),
        Column(_("vessel or flight"), lambda s: s.vessel, usual=False),
        Column(_("container number"), lambda s: s.container, usual=False),
        Column(_("seal number"), lambda s: s.seal, usual=False),
        Column(_("released"), lambda s: s.released_at, "moment", usual=False),
        Column(_("packed"), lambda s: s.packed_at, "moment", usual=False),
        Column(_("shipped"), lambda s: s.shipped_at, "moment", usual=False),
        Column(_("on the way"), lambda s: s.get_tracking_state_display(), usual=False),
        Column(_("delivered"), lambda s: s.delivered_at, "moment", usual=False),
        Column(_("arrived"), lambda s: s.arrived_at, "moment", usual=False),
        Column(_("shipping date"), lambda s: s.order.promised_on, "day", usual=False),
    ]
    under = "order__customer"
    sentence = _("Showing shipments, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "day": Sort(_("planned day"), "planned_on")}
    search_words = _("Find: shipment, tracking number, order, customer")
    empty = _("No shipments yet. They are planned on an order's page.")
    leads = ("orders", _("Go to the orders"), "orders.see")

    def rows(self) -> QuerySet[Shipment]:
        """Visible ones."""
        return Shipment.objects.visible_to(self.by).for_list()


class PlanForm(forms.Form):
    """How much of each line, and when. Goods that make others good wait for no other: they stand there alone to begin with."""

    planned_on = Day(label=_("planned for"))
    slot = forms.ChoiceField(label=_("time of day"), choices=[("", _("any time")), *PARTS.items()], required=False)

    def __init__(self, *args: Any, lines: list[tuple[OrderLine, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line, left in lines:
            begins = trimmed(left) if line.replaces_id or not _replacing(lines) else ""
            self.fields[f"line_{line.pk}"] = Quantity(label=line.sku, required=False, initial=begins)

    def line_fields(self) -> list[tuple[OrderLine, Any, Any]]:
        """Each line with what is left and its field."""
        return [(line, left, self[f"line_{line.pk}"]) for line, left in self.lines]


def _replacing(lines: list[tuple[OrderLine, Any]]) -> bool:
    return any(line.replaces_id for line, _left in lines)


class PlanShipment(FormPage):
    """Plans a shipment of an order."""

    right = "shipments.plan"
    title = _("Plan a shipment")
    nav = "orders"
    template = "orders/plan.html"
    form = PlanForm
    button = _("Plan shipment")
    key = "number"

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        return [(str(_("Orders")), reverse("orders")), (self.record.number, reverse("order", args=[self.record.number]))]

    def initial(self) -> dict[str, Any]:
        """The promised day, or tomorrow; of what makes others good the next workday: its problem is to be solved."""
        if _replacing(self._left()):
            return {"planned_on": add_workdays(clock.today(), 1)}
        tomorrow = clock.today() + timedelta(days=1)
        return {"planned_on": max(filter(None, (self.record.promised_on, tomorrow)))}

    def form_options(self) -> dict[str, Any]:
        """What is left of each line."""
        return {"lines": self._left()}

    def context(self) -> dict[str, Any]:
        """Whether anybody knows how long the goods will be on their way."""
        order = self.record
        mode = carried([order]).get(order.contract_id, (False, ""))[1]
        term = Version.objects.filter(contract=order.contract_id, confirmations__in=Confirmation.objects.valid()).order_by("-n")
        guessed = guessed_days(order.customer, mode, term.values_list("delivery_term", flat=True).first())
        return {"guessed": guessed, "may_edit_customer": may(self.by, "customers.edit", order.customer)}

    def _left(self) -> list[tuple[OrderLine, Any]]:
        taken = planned_elsewhere(self.record)
        left = [(line, line.due - taken[line.pk]) for line in self.record.lines.select_related("replaces")]
        return [(line, rest) for line, rest in left if rest > 0]

    def save(self, form: Any) -> str:
        """Plans it; a day on which its goods cannot be there is asked about once."""
        quantities = {line.pk: form.cleaned_data[f"line_{line.pk}"] for line, _left in form.lines}
        wanted = {pk: quantity for pk, quantity in quantities.items() if quantity}
        if not self.is_sure:
            check_supply(self.record, wanted, form.cleaned_data["planned_on"])
        return shipment_url(
            plan(self.record, by=self.by, quantities=wanted, **{name: form.cleaned_data[name] for name in ("planned_on", "slot")})
        )


class Replan(FormPage):
    """Plans a shipment otherwise: quantities, what else goes with it, its day."""

    right = "shipments.plan"
    title = _("Change the plan")
    nav = "shipments"
    template = "orders/plan.html"
    form = PlanForm
    button = _("Save plan")
    key = "number"

    def find(self) -> QuerySet[Shipment]:
        """Visible ones."""
        return Shipment.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The shipment."""
        return [(str(_("Shipments")), reverse("shipments")), (self.record.number, shipment_url(self.record))]

    def hindered(self) -> Said:
        """It is released, or over."""
        words = _("Shipment %(number)s is %(state)s already.")
        state = self.record.state
        return "" if state == "planned" else phrase(words, {"number": self.record.number, "state": STATES[state]})

    def initial(self) -> dict[str, Any]:
        """As it is planned; what else is left stands there with nothing."""
        had = {f"line_{part.line_id}": trimmed(part.quantity) for part in self.record.lines.all()}
        nothing = {f"line_{line.pk}": "" for line, _left in self._left()}
        return {"planned_on": self.record.planned_on, "slot": self.record.slot, **nothing, **had}

    def form_options(self) -> dict[str, Any]:
        """What is left of each line besides other shipments; also a line of which nothing is left any more."""
        return {"lines": self._left()}

    def _left(self) -> list[tuple[OrderLine, Any]]:
        order, had = self.record.order, {part.line_id for part in self.record.lines.all()}
        taken = planned_elsewhere(order, but=self.record)
        left = [(line, max(line.due - taken[line.pk], Decimal(0))) for line in order.lines.select_related("replaces")]
        return [(line, rest) for line, rest in left if rest or line.pk in had]

    def save(self, form: Any) -> str:
        """Plans it so; a day on which its goods cannot be there is asked about once."""
        quantities = {line.pk: form.cleaned_data[f"line_{line.pk}"] or Decimal(0) for line, _left in form.lines}
        if not self.is_sure:
            check_supply(self.record.order, quantities, form.cleaned_data["planned_on"], but=self.record)
        said = {name: form.cleaned_data[name] for name in ("planned_on", "slot")}
        return shipment_url(replan(self.record, by=self.by, revision=self.seen, quantities=quantities, **said))


def _against(shipment: Shipment, by: Actor) -> dict[str, Any]:
    """What stands against a shipment that is still here, which way each leads, and what rooms above say of it."""
    standing = gates(shipment) if shipment.state in ("planned", "released", "packed") else []
    codes = {gate.code for gate in standing}
    return {
        "gates": standing,
        "goods_of": _goods_of(shipment, by) if "stock" in codes else {},
        "may_buy": by.has("purchases.edit"),
        "may_reserve": may(by, "stock.reserve", shipment.order),
        "panels": panels("shipment", shipment, by),
        "lacks_goods_data": "goods" in codes,
        "lacks_money": "hold_money" in codes,
        "is_shut": any(not gate.can_override for gate in standing),
    }


def _goods_of(shipment: Shipment, by: Actor) -> dict[int, dict[str, Any]]:
    """{shipment line id: which purchases its goods wait for, and how much of what nothing covers is free}."""
    sources = sources_of(shipment.order) if by.has("purchases.see") else {}
    found = {}
    parts = list(shipment.lines.select_related("line__variant"))
    free = reservable(part.line for part in parts)
    for part in parts:
        bought = [one.purchase_line for one in sources.get(part.line_id, []) if one.purchase_line]
        found[part.pk] = {"line": part.line, "bought": bought, "free": free.get(part.line_id, 0)}
    return found


class ShipmentPage(DetailPage):
    """One shipment: what leaves, what stands against it, and the one next step."""

    right = "orders.see"
    template = "orders/shipment.html"
    nav = "shipments"
    key = "number"

    def find(self) -> QuerySet[Shipment]:
        """Visible ones."""
        return Shipment.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        order = self.record.order
        return [(str(_("Orders")), reverse("orders")), (order.number, reverse("order", args=[order.number]))]

    def heading(self) -> str:
        """Its number."""
        return str(_("Shipment %(number)s") % {"number": self.record.number})

    def context(self) -> dict[str, Any]:
        """Gates and rights, the way and the arrival."""
        arrival = Arrival.objects.filter(shipment=self.record).prefetch_related("lines__line").first()
        against = _against(self.record, self.by)
        parts = list(self.record.lines.all())
        return {
            "guessed": self.record.guessed_days,
            "may_edit_customer": may(self.by, "customers.edit", self.record.customer),
            "load": load((part.line.variant, part.quantity) for part in parts),
            "loads": {part.pk: load([(part.line.variant, part.quantity)]) for part in parts},
            "arrival": arrival,
            "arrival_lines": list(arrival.lines.all()) if arrival else [],
            "arrival_files": list(Attachment.objects.of(arrival)) if arrival else [],
            "tracked": list(self.record.tracking.order_by("-at", "-id")) if self.record.shipped_at else [],
            **against,
            **_asked(self.record, against),
            "state_words": STATES[self.record.state],
            "may_release": may(self.by, "shipments.release", self.record),
            "may_replan": self.record.state == "planned" and may(self.by, "shipments.plan", self.record.order),
            "is_overplanned": any(gate.code == "quantity" for gate in against["gates"]),
            "items": items_of(self.record.customer, [part.line.variant_id for part in parts]),
            "prepared": prepared_of(self.record),
            "is_prepared": pgettext_lazy("preparation", "done"),
            "languages": LANGUAGES,
            "may_prepare": self.record.state in BEFORE_IT_ARRIVES and may(self.by, "shipments.release", self.record),
            "may_override": may(self.by, "orders.override_gate", self.record),
            "events": _history(self.record, arrival) if may(self.by, "history.see", self.record) else [],
        }


class ShipmentFormPage(FormPage):
    """What the forms of a shipment share."""

    right = "shipments.release"
    nav = "shipments"
    key = "number"

    def find(self) -> QuerySet[Shipment]:
        """Visible ones."""
        return Shipment.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The shipment."""
        return [(str(_("Shipments")), reverse("shipments")), (self.record.number, shipment_url(self.record))]


def _history(shipment: Shipment, arrival: Arrival | None) -> list[Event]:
    """What happened to it, and to its arrival: who signed for what, the newest first."""
    return list(Event.objects.about_any([shipment, *([arrival] if arrival else [])]).order_by("-id")[:20])


def _asked(shipment: Shipment, against: dict[str, Any]) -> dict[str, Any]:
    """What became of the question whether its goods may leave without all their data."""
    shut = against["gates"] if shipment.state == "planned" else []
    newest = newest_about(shipment, MATTER) if shut else None
    asked = newest if newest and newest.digest == digest_of(shut) else None
    return {
        "waiting": asked if asked and asked.state == "open" else None,
        "allowed": permission(shipment, shut),
        "refused": asked if asked and asked.state == "refused" else None,
    }


class ReleaseForm(forms.Form):
    """A reason, where goods data is missing."""

    override_reason = Words(label=_("reason for releasing without goods data"), required=False, rows=2)

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["override_reason"].required = needs_reason


class Release(ShipmentFormPage):
    """Lets the shipment go to packing; whoever may not override goods data asks for it here."""

    title = _("Release the shipment")
    template = "orders/release.html"
    form = ReleaseForm
    button = _("Release shipment")

    def context(self) -> dict[str, Any]:
        """What stands against it, and whether this person can release it at all, or ask."""
        against, asked = self._stands()
        return {**against, **asked, "is_blocked": against["is_shut"], "is_asking": self._is_asking(against, asked)}

    def form_options(self) -> dict[str, Any]:
        """Whether goods data is to be overridden, which says why."""
        against, asked = self._stands()
        return {"needs_reason": against["lacks_goods_data"] and not against["is_shut"] and not asked["allowed"]}

    def _stands(self) -> tuple[dict[str, Any], dict[str, Any]]:
        against = _against(self.record, self.by)
        return against, _asked(self.record, against)

    def _is_asking(self, against: dict[str, Any], asked: dict[str, Any]) -> bool:
        is_theirs = asked["allowed"] or may(self.by, "orders.override_gate", self.record)
        return bool(against["gates"]) and not against["is_shut"] and not is_theirs

    def save(self, form: Any) -> str:
        """Releases, or asks; pressed late, says with whom it is, since when."""
        reason = form.cleaned_data["override_reason"]
        if self._is_asking(*self._stands()):
            approval = ask_override(self.record, by=self.by, reason=reason)
            self.done = phrase(_("With %(who)s for approval since %(since)s."), {"who": approval.with_whom, "since": approval.since})
        else:
            release(self.record, by=self.by, override_reason=reason)
        return shipment_url(self.record)


class Pack(ActionPage):
    """Everything is packed."""

    right = "shipments.release"
    key = "number"

    def find(self) -> QuerySet[Shipment]:
        """Visible ones."""
        return Shipment.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The shipment."""
        return shipment_url(self.record)

    def press(self) -> str:
        """Packs."""
        pack(self.record, by=self.by)
        return self.back()


class Preparing(ActionPage):
    """One press notes that something is prepared, another one takes it back."""

    right = "shipments.release"
    key = "number"
    kind = ""

    def find(self) -> QuerySet[Shipment]:
        """Visible ones."""
        return Shipment.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The shipment."""
        return f"{shipment_url(self.record)}#prepared"

    def press(self) -> str:
        """Notes it, or takes it back: what the button says."""
        if self.request.POST.get("back"):
            take_back(self.record, by=self.by, kind=self.kind)
        else:
            prepare(self.record, by=self.by, kind=self.kind, words=self.request.POST.get("words", ""))
        return self.back()


class Papers(Preparing):
    """Its papers are together."""

    kind = "papers"


class Vehicle(Preparing):
    """A vehicle is found for it: which."""

    kind = "vehicle"


class Notice(Preparing):
    """The customer knows when it comes."""

    kind = "informed"


class TransportForm(forms.Form):
    """Vessel or flight, container, seal."""

    vessel = Text(label=_("vessel or flight"), max_length=100, required=False)
    container = Text(label=_("container number"), max_length=100, required=False)
    seal = Text(label=_("seal number"), max_length=100, required=False)


class Transport(ShipmentFormPage):
    """With what it travels."""

    title = _("Vessel, container and seal")
    lead = _("As the carrier names them. They stand on the packing list.")
    form = TransportForm
    button = _("Save transport")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in TRANSPORT}

    def save(self, form: Any) -> str:
        """Writes it."""
        return shipment_url(edit_transport(self.record, by=self.by, revision=self.seen, values=form.cleaned_data))


class PackingList(DetailPage):
    """The packing list as a PDF: in the reader's language, or in the one that is asked for."""

    right = "orders.see"
    key = "number"

    def find(self) -> QuerySet[Shipment]:
        """Visible ones."""
        return Shipment.objects.visible_to(self.by).for_list()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Prints it."""
        self.record = self.load()
        asked = request.GET.get("language")
        pdf = print_packing_list(self.record, language=asked if asked in LANGUAGES else get_language() or "zh-hans")
        answer = HttpResponse(pdf, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="packing-list-{self.record.number}.pdf"'
        return answer


class DispatchForm(forms.Form):
    """Who took the goods."""

    carrier = Text(label=_("carrier"), max_length=100)
    tracking_number = Text(label=_("tracking number"), max_length=100, required=False)


class Dispatch(ShipmentFormPage):
    """The goods leave."""

    title = _("Ship")
    template = "orders/dispatch.html"
    form = DispatchForm
    button = _("Goods have left")

    def context(self) -> dict[str, Any]:
        """What holds the goods here."""
        return _against(self.record, self.by)

    def initial(self) -> dict[str, Any]:
        """As planned: whose vehicle was found for it."""
        vehicle = self.record.preparations.filter(kind="vehicle", undone_at=None).first()
        return {"carrier": self.record.carrier or (vehicle.words if vehicle else ""), "tracking_number": self.record.tracking_number}

    def save(self, form: Any) -> str:
        """Ships; what nobody noted is asked about once, unless the goods stay here anyway."""
        if not self.is_sure and not gates(self.record):
            check_prepared(self.record)
        ship(self.record, by=self.by, **form.cleaned_data)
        return shipment_url(self.record)


class CancelShipment(ShipmentFormPage):
    """It does not happen."""

    title = _("Cancel the shipment")
    lead = _("These goods stay here: what is packed is unpacked, and they can be planned again. The order itself stays.")
    template = "orders/shipment_cancel.html"
    form = ReasonForm
    button = _("Cancel shipment")
    is_risk = True

    def save(self, form: Any) -> str:
        """Cancels."""
        cancel(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return shipment_url(self.record)
