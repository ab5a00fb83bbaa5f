"""Pictures that tests upload."""

import io

from PIL import Image


def jpeg(width: int = 8, height: int = 8) -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG")
    return out.getvalue()
