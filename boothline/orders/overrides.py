"""Overrides of the goods data gate, asked for by whoever may release and not override: a manager says yes to exactly what is missing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.accounts.rights import require
from boothline.approvals import matters
from boothline.approvals.approval import Approval, ask
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import trimmed
from boothline.core.operations import operation
from boothline.core.text import clean, prose, sentence_given
from boothline.orders.lists import GOODS_KINDS
from boothline.orders.shipments import MATTER, Gate, Shipment, as_it_stands, digest_of, gates, permission
from boothline.worktime.calendar import eight_hours_later

WORDS = gettext_noop("%(quantity)s × %(sku)s without goods data: %(items)s")


def register() -> None:
    """Releasing goods without all their data is a matter that approvals know."""
    levels = ["manager", "head", "admin"]
    matters.declare(
        matters.Matter(
            MATTER, lambda: levels, eight_hours_later, _address,
            gettext_lazy("Release %(what)s for %(customer)s without all goods data"), gettext_lazy("Approve the release"),
        )
    )  # fmt: skip


def _address(key: int) -> str:
    number = Shipment.objects.filter(pk=key).values_list("number", flat=True).first()
    return reverse("shipment", args=[number]) if number else reverse("shipments")


@operation("orders.ask_override")
def ask_override(shipment: Shipment, *, by: Actor, reason: str) -> Approval:
    """Asks a manager to let goods go without all their data, with a reason. Asked again about the same, the open question is the
    answer; where other data is missing since, or more is to leave, it is asked anew."""
    require(by, "shipments.release", shipment)
    shipment = as_it_stands(shipment, ("planned",))
    shut = gates(shipment)
    hard = [gate.words for gate in shut if not gate.can_override]
    if hard:
        raise Refused(_("Nobody overrides this: %(reasons)s") % {"reasons": prose(hard)}, code="gates", gates=shut)
    if not shut:
        raise Refused(_("Nothing stands against it. It can be released."), code="not_needed")
    allowed = permission(shipment, shut)
    if allowed:
        return allowed
    reason = clean(reason, 2000)
    sentence_given(reason)
    customer = shipment.customer
    return ask(
        shipment, by=by.trusted(), matter=MATTER, why=_why(shipment, shut), digest=digest_of(shut), under=customer,
        team_id=customer.team_id, words=reason,
    )  # fmt: skip


def _why(shipment: Shipment, shut: list[Gate]) -> list[tuple[str, dict[str, Any]]]:
    skus = dict(shipment.lines.values_list("pk", "line__sku"))
    with override("en"):  # the messages themselves
        items = {gate.part: [str(GOODS_KINDS[kind]) for kind in gate.lacks] for gate in shut}
    return [
        (
            WORDS,
            {
                "sku": skus[gate.part], "quantity": trimmed(gate.quantity), "items": items[gate.part], "part": gate.part,
                "lacks": gate.lacks,
            },
        )
        for gate in shut
    ]  # fmt: skip
