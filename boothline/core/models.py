"""Index of this room's records."""

from boothline.core.presses import Press
from boothline.core.rules import RuleSetting
from boothline.core.wordlists import OwnWords

__all__ = ["OwnWords", "Press", "RuleSetting"]
