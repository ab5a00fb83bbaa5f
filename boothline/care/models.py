"""Index of this room's records."""

from boothline.care.complaints import Complaint, ComplaintReminding
from boothline.care.surveys import Survey

__all__ = ["Complaint", "ComplaintReminding", "Survey"]
