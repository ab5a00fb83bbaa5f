"""What a page says once something is done. Every such message of every test passes here, so none can go out with a place left unfilled."""

import re
from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage

UNFILLED = re.compile(r"%\(\w+\)s|%s|\{\w+\}")


class Flashes(FallbackStorage):
    """Those of the product, each of which is looked at."""

    def add(self, level: int, message: Any, extra_tags: str = "") -> None:
        """Refuses a message that still has the place of a value in it."""
        assert not UNFILLED.search(str(message)), f"said with an unfilled place: {message}"
        super().add(level, message, extra_tags)
