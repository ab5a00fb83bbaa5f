"""What an operation refuses, by its code or by the field that is to blame: words are said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from boothline.core.errors import Refused


@contextmanager
def refused(code: str = "", *, field: str = "") -> Iterator[Any]:
    """`with refused("packed"): ...` or `with refused(field="reason"): ...`"""
    with pytest.raises(Refused) as caught:
        yield caught
    assert not code or caught.value.code == code
    assert not field or caught.value.field == field
