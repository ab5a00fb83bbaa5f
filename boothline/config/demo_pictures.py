"""Pictures for the demo's products: plain drawings, made when the demo is made."""

from __future__ import annotations

import io
from typing import Any

GROUND, METAL, DARK, GLOW = "#e9edec", "#8b9794", "#2f393d", "#ffe9b0"
SIZE = (1200, 900)


def drawn(code: str) -> bytes:
    """The picture of one product of the demo, as PNG."""
    from PIL import Image, ImageDraw  # heavy: only when the demo is made

    picture = Image.new("RGB", SIZE, GROUND)
    _SHAPES[code](ImageDraw.Draw(picture))
    out = io.BytesIO()
    picture.resize((800, 600), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _track_light(draw: Any) -> None:
    draw.polygon([(520, 520), (700, 520), (930, 900), (290, 900)], fill=GLOW)
    draw.rounded_rectangle((160, 120, 1040, 180), 12, fill=DARK)
    draw.rectangle((580, 180, 640, 260), fill=METAL)
    draw.rounded_rectangle((500, 250, 720, 530), 40, fill=DARK)


def _panel(draw: Any) -> None:
    draw.rounded_rectangle((230, 130, 970, 770), 26, fill=METAL)
    draw.rounded_rectangle((262, 162, 938, 738), 14, fill=GLOW)


def _magnetic(draw: Any) -> None:
    draw.rounded_rectangle((120, 330, 1080, 430), 14, fill=DARK)
    for left in range(180, 1000, 170):
        draw.rounded_rectangle((left, 430, left + 130, 500), 10, fill=METAL)
        draw.rounded_rectangle((left + 12, 486, left + 118, 520), 8, fill=GLOW)


def _garden(draw: Any) -> None:
    draw.rectangle((572, 420, 628, 830), fill=DARK)
    draw.rounded_rectangle((470, 800, 730, 850), 18, fill=DARK)
    draw.pieslice((380, 90, 820, 530), 180, 360, fill=DARK)
    draw.rounded_rectangle((430, 310, 770, 440), 30, fill=GLOW)


def _downlight(draw: Any) -> None:
    draw.ellipse((270, 120, 930, 780), fill=METAL)
    draw.ellipse((330, 180, 870, 720), fill="#ffffff")
    draw.ellipse((420, 270, 780, 630), fill=GLOW)


_SHAPES = {"TR20": _track_light, "PN60": _panel, "MG10": _magnetic, "GD05": _garden, "DL08": _downlight}
