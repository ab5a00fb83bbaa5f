"""Index of this room's records."""

from boothline.billing.announced import Announcement
from boothline.billing.books import Account, Allocation, Balance, Credit, CreditUse, Instalment, Receipt, Refund
from boothline.billing.gates import AskedBefore
from boothline.billing.schedule import LetterOfCredit
from boothline.billing.targets import Target, TargetMonth

__all__ = [
    "Account", "Allocation", "Announcement", "AskedBefore", "Balance", "Credit", "CreditUse", "Instalment", "LetterOfCredit", "Receipt",
    "Refund", "Target", "TargetMonth",
]  # fmt: skip
