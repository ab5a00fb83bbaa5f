"""Warned of before a contract is sent: a shipping date that is near, or nearer than what it promises; whoever approves it reads besides of
goods that are not there by then, and of fewer than a product is sold in. It is said, and never in the way."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boothline.contracts.agreement import ContractLine, Version
from boothline.contracts.establishment import LIFE_DAYS
from boothline.contracts.milestones import MilestonePlan
from boothline.contracts.supply import promised, too_early
from boothline.core import clock
from boothline.core.money import figure
from boothline.core.rules import declare
from boothline.core.units import unit_words

NEAR = declare("contracts.near_shipping_days", 3, gettext_lazy("Days to the shipping date from which sending warns"), low=0, high=60)


def tight(version: Version) -> list[str]:
    """What speaks against the shipping date, in words; nothing for a date that can be kept."""
    on, today = version.shipping_on, clock.today()
    if on is None or on < today:  # what has passed is refused
        return []
    return [*_near((on - today).days), *_lead_times(version), *_answer(version), *_plan(version)]


def warnings(version_id: int) -> list[str]:
    """The same for whoever approves the version, the goods that are not there by then, and those of which it is fewer than the minimum."""
    version = Version.objects.select_related("contract__customer").get(pk=version_id)
    lines = list(version.lines.select_related("variant__product"))
    return [*tight(version), *too_early(lines, promised(lines), version.shipping_on), *_too_few(lines)]


def _too_few(lines: list[ContractLine]) -> list[str]:
    found = []
    for line in lines:
        product = line.variant.product
        if line.quantity < product.minimum:
            said = {
                "sku": line.sku,
                "n": figure(line.quantity),
                "least": figure(product.minimum),
                "unit": unit_words(product.unit, product.minimum),
            }
            found.append(_("%(sku)s: %(n)s is below the minimum of %(least)s %(unit)s.") % said)
    return found


def _near(days: int) -> list[str]:
    if days > NEAR.value:
        return []
    if days < 2:
        return [_("The shipping date is tomorrow.") if days else _("The shipping date is today.")]
    return [ngettext("The shipping date is in %(num)s day.", "The shipping date is in %(num)s days.", days) % {"num": days}]


def _lead_times(version: Version) -> list[str]:
    """Products that take longer than there is time, begun today."""
    late = {}
    for line in version.lines.select_related("variant__product"):
        ready = clock.today() + timedelta(days=line.variant.product.lead_days)
        if version.shipping_on and ready > version.shipping_on:
            late[line.sku] = {"sku": line.sku, "n": line.variant.product.lead_days, "ready": clock.day_words(ready)}
    return [_("%(sku)s takes %(n)s days: begun today, it is ready on %(ready)s.") % one for one in late.values()]


def _answer(version: Version) -> list[str]:
    until = clock.today() + timedelta(days=LIFE_DAYS.value)
    if version.shipping_on and until > version.shipping_on:
        return [_("The customer may answer until %(until)s, later than that.") % {"until": clock.day_words(until)}]
    return []


def _plan(version: Version) -> list[str]:
    if MilestonePlan.objects.filter(contract=version.contract_id, is_squeezed=True).exists():
        return [_("The plan of milestones is squeezed: there are fewer days than the template asks for.")]
    return []
