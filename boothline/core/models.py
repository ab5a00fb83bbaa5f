"""Index of this room's records."""

from boothline.core.rules import RuleSetting

__all__ = ["RuleSetting"]
