"""The visible difference between two versions: lines, header, total; the same for staff and for the customer.

Lines are matched by their thread, which they keep from version to version; what has none in common, by variant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from boothline.contracts.agreement import ContractLine, Version
from boothline.core.privacy import as_read
from boothline.core.records import label_of
from boothline.core.text import listed
from boothline.core.totals import AMOUNTS, summed
from boothline.intentions.collection import OrderDetails

WORDS = {"quantity": gettext_lazy("quantity"), "price": gettext_lazy("unit price"), "discount": gettext_lazy("discount")}
ARROW = "→"


@dataclass(frozen=True)
class Change:
    """One field: what it says, was, is."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class LineChange:
    """One line that is new, gone or different, and what that does to the amount."""

    kind: str  # added · removed · changed
    line: ContractLine
    delta: Decimal
    fields: tuple[Change, ...] = ()

    @property
    def was(self) -> Decimal | None:
        """The amount before; none of a line that is new."""
        return None if self.kind == "added" else self.line.amount if self.kind == "removed" else self.line.amount - self.delta

    @property
    def now(self) -> Decimal | None:
        """The amount now; none of a line that is gone."""
        return None if self.kind == "removed" else self.line.amount

    @property
    def signed_delta(self) -> str:
        """With its sign."""
        return signed(self.delta)

    def words(self) -> str:
        """(10 → 8, 100.00 → 95.00: −240.00), or only the amount."""
        moved = listed(f"{f.was} {ARROW} {f.now}" for f in self.fields)
        values = {"moved": moved, "delta": signed(self.delta)}
        return (_("(%(moved)s: %(delta)s)") if moved else _("(%(delta)s)")) % values


@dataclass(frozen=True)
class PartChange:
    """A charge, the order discount or the tax: what it was, is, and what that does to the total."""

    code: str
    label: str
    was: Decimal
    now: Decimal

    @property
    def signed_delta(self) -> str:
        """With its sign."""
        return signed(self.now - self.was)


@dataclass(frozen=True)
class Difference:
    """What the newer version says differently."""

    old: Version
    new: Version
    lines: list[LineChange] = field(default_factory=list)
    header: list[Change] = field(default_factory=list)
    parts: list[PartChange] = field(default_factory=list)

    @property
    def delta(self) -> Decimal:
        """What it does to the total."""
        moved: Decimal = self.new.total - self.old.total
        return moved

    @property
    def signed_delta(self) -> str:
        """With its sign."""
        return signed(self.delta)

    @property
    def count(self) -> int:
        """How many things differ: lines, charges and header fields; tax that only follows them is none of them."""
        return len(self.lines) + len(self.header) + sum(part.code != "tax" for part in self.parts)

    def of(self, kind: str) -> list[LineChange]:
        """The lines of one kind."""
        return [change for change in self.lines if change.kind == kind]

    @property
    def summary(self) -> str:
        """1 changed (10 → 8, 100.00 → 95.00: −240.00), 1 added (+60.00), total −180.00."""
        counted = [
            (self.of("changed"), ngettext("%(num)s changed", "%(num)s changed", len(self.of("changed")))),
            (self.of("added"), ngettext("%(num)s added", "%(num)s added", len(self.of("added")))),
            (self.of("removed"), ngettext("%(num)s removed", "%(num)s removed", len(self.of("removed")))),
        ]
        space, between = (" ", ", ") if _locale() == "en_GB" else ("", "，")
        parts = [f"{words % {'num': len(found)}}{space}{space.join(c.words() for c in found)}" for found, words in counted if found]
        parts += [f"{part.label}{space}{part.signed_delta}" for part in self.parts]
        if self.header:
            parts.append(_("%(fields)s changed") % {"fields": listed(change.label for change in self.header)})
        if self.delta:
            parts.append(_("total %(delta)s") % {"delta": signed(self.delta)})
        return between.join(parts) if parts else _("Nothing differs.")


def difference(old: Version, new: Version, was: list[ContractLine] | None = None, *, is_open: bool = True) -> Difference:
    """What `new` says differently from `old`; `was`: the lines of what is written nowhere, an order as it stands. `is_open`: to whoever
    reads where the goods go and whom to call there."""
    was, now = list(old.lines.all()) if was is None else was, list(new.lines.all())
    pairs = _matched(was, now)
    met = {line.pk for line in pairs.values()}
    found = []
    for line in now:
        before = pairs.get(line.pk)
        if before is None:
            found.append(LineChange("added", line, line.amount))
        elif fields := _apart(before, line):
            found.append(LineChange("changed", line, line.amount - before.amount, fields))
    found += [LineChange("removed", line, -line.amount) for line in was if line.pk not in met]
    return Difference(old, new, found, _header(old, new, is_open), _parts((old, was), (new, now)))


def _parts(*both: tuple[Version, list[ContractLine]]) -> list[PartChange]:
    """What is charged, taken off and taxed, where that differs, as a document prints it."""
    costs = (summed([line.amount for line in lines], version.price_terms(), version.currency) for version, lines in both)
    was, now = ({code: (words, amount) for code, words, amount in cost.rows() if code != "goods"} for cost in costs)
    nothing = ("", Decimal(0))
    codes = [code for code in (*AMOUNTS, "tax") if now.get(code, nothing)[1] != was.get(code, nothing)[1]]
    return [
        PartChange(code, (now.get(code) or was[code])[0], was.get(code, nothing)[1], now.get(code, nothing)[1]) for code in codes
    ]  # fmt: skip


def _matched(was: list[ContractLine], now: list[ContractLine]) -> dict[int, ContractLine]:
    """{id of a new line: its old one}, by thread, then by variant."""
    by_thread = {line.thread: line for line in was}
    pairs = {line.pk: by_thread[line.thread] for line in now if line.thread in by_thread}
    left = [line for line in was if line not in pairs.values()]
    for line in now:
        if line.pk not in pairs:
            same = next((old for old in left if old.variant_id == line.variant_id), None)
            if same is not None:
                pairs[line.pk] = same
                left.remove(same)
    return pairs


def _apart(before: ContractLine, line: ContractLine) -> tuple[Change, ...]:
    return tuple(
        Change(str(WORDS[name]), _shown(name, getattr(before, name)), _shown(name, getattr(line, name)))
        for name in WORDS
        if getattr(before, name) != getattr(line, name)
    )


def _header(old: Version, new: Version, is_open: bool) -> list[Change]:
    names = [f.name for f in OrderDetails._meta.local_fields if f.name in new.copied() and f.name not in AMOUNTS] + [
        "shipping_on",
        "arrival_on",
        "carriage",
        "special_terms",
        "currency",
    ]
    found = []
    for name in names:
        if getattr(old, name) != getattr(new, name):
            found.append(Change(label_of(type(new), name), _said(old, name, is_open), _said(new, name, is_open)))
    return found


def _said(version: Version, name: str, is_open: bool) -> str:
    """A header field as people read it."""
    value: Any = getattr(version, name)
    if value in (None, ""):
        return "–"
    if name in ("deposit_percent", "tax_rate"):
        return f"{value.normalize():f}%"
    if name in ("shipping_on", "arrival_on", "balance_on"):
        return str(date_format(value, "DATE_FORMAT"))
    display = getattr(version, f"get_{name}_display", None)
    return as_read(Version.privacy.get(name), str(display() if display else value), is_open)


def _shown(name: str, value: Decimal) -> str:
    if name == "discount":
        return f"{format_decimal(value, locale=_locale())}%"
    if name != "price":
        return format_decimal(value, locale=_locale())
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return format_decimal(value, format=f"#,##0.{'0' * places}", locale=_locale())


def signed(amount: Decimal) -> str:
    """+60.00 or −240.00."""
    words = format_decimal(abs(amount), format="#,##0.00", locale=_locale())
    return f"{'−' if amount < 0 else '+'}{words}"


def _locale() -> str:
    return "zh_Hans_CN" if (get_language() or "zh").startswith("zh") else "en_GB"
