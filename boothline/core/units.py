"""The words of units: a unit is stored as it was typed, and read in the reader's language where it is a known one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

LATIN = {
    "件": "pcs", "个": "pcs", "只": "pcs", "条": "pcs", "片": "pcs", "支": "pcs", "根": "pcs", "张": "pcs", "台": "pcs", "块": "pcs",
    "套": "sets", "组": "sets", "对": "pairs", "双": "pairs", "箱": "cartons", "盒": "boxes", "包": "packs", "卷": "rolls", "桶": "drums",
    "米": "m", "平方米": "m²", "立方米": "m³", "千克": "kg", "公斤": "kg", "吨": "t", "升": "L", "打": "dozen",
}  # fmt: skip
CHINESE = {
    "pcs": "件", "pc": "件", "piece": "件", "pieces": "件", "set": "套", "sets": "套", "pair": "对", "pairs": "对", "carton": "箱",
    "cartons": "箱", "ctn": "箱", "box": "盒", "boxes": "盒", "roll": "卷", "rolls": "卷",
    "m": "米", "kg": "千克", "t": "吨", "dozen": "打",
}  # fmt: skip


PIECES = ("pce", "ea", "each", "unit", "units", "个", "件")  # other words for a piece
ONE = {  # of what
    "pcs": "pc", "sets": "set", "pairs": "pair", "cartons": "carton", "boxes": "box", "packs": "pack", "rolls": "roll", "drums": "drum",
}  # fmt: skip
WHOLE = ("pcs", "sets", "pairs", "cartons", "boxes", "packs", "rolls", "drums")


def known_unit(written: str) -> str:
    """One word for the unit, however it was written: "Pcs" and 个 are pcs; "" where we do not know it."""
    folded = written.casefold()
    latin = LATIN.get(folded) or LATIN.get(CHINESE.get(folded, "")) or ("pcs" if folded in PIECES else "")
    return latin or next((unit for unit in LATIN.values() if unit.casefold() == folded), "")


def is_whole(unit: str) -> bool:
    """Whether such a thing comes in whole numbers only: nobody ships half a lamp."""
    folded = unit.casefold()
    return LATIN.get(unit, LATIN.get(CHINESE.get(folded, ""), folded)) in WHOLE


def unit_words(unit: str, of: Any = None) -> str:
    """The unit for the reader, `of` so many: 1 pc, 2 pcs; as typed where we do not know it."""
    if (get_language() or "zh").startswith("zh"):
        return CHINESE.get(unit.casefold(), unit)
    words = LATIN.get(unit, unit)
    return ONE.get(words, words) if of == 1 else words
