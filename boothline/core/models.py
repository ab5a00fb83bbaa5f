"""Index of this room's records."""

from boothline.core.presses import Press
from boothline.core.rules import RuleSetting

__all__ = ["Press", "RuleSetting"]
