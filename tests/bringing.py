"""Files brought in as the command brings them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from boothline.core.actors import Actor
from boothline.exchange.jobs import import_at_once


def import_files(files: Iterable[Path], *, by: Actor, **options: Any) -> dict[str, Any]:
    """What `--json` prints."""
    return import_at_once(files, by=by, **options)[0]
