"""The PDF press: a typst template of the room that prints, and data that stays text (never markup)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

LANGUAGES = {"zh-hans": "中文", "en": "English"}  # what stands in the name of a file
LAYOUT = Path(__file__).parent / "typst"


def print_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """Sets `template` with `data` (readable there as `data`) and our own Chinese type."""
    import typst  # heavy: only where a document is printed

    source = (LAYOUT / "layout.typ").read_text("utf-8") + "\n" + template.read_text("utf-8")
    pdf: bytes = typst.compile(  # type: ignore[misc]
        source.encode("utf-8"),
        font_paths=[str(settings.ASSETS_DIR / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=str)},
    )
    return pdf
