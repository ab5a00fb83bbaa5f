"""Bytes without a record: what was stored for an operation that was rolled back. No backup and no erasure would find them."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from boothline.files.attachments import Attachment, storage

log = logging.getLogger(__name__)
UNDER_WAY = 24 * 3600  # seconds that an operation has to commit the row of its file


def remove_strays() -> None:
    """The daily task: takes away what no record names. Where most are strays, this is another installation's folder: left."""
    folder, begun = Path(storage().location), time.time() - UNDER_WAY
    old = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime < begun}
    if not old:
        return
    known = set(Attachment.objects.values_list("content", flat=True))
    strays = old.keys() - known
    if len(strays) > len(known):
        log.warning("%s of the files in %s have no record; nothing was taken away: is this the right database?", len(strays), folder)
        return
    for name in sorted(strays):
        log.warning("the file %s has no record and was taken away", name)
        old[name].unlink(missing_ok=True)
