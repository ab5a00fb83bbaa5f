"""Index of this room's records."""

from boothline.care.complaints import Complaint, ComplaintReminding

__all__ = ["Complaint", "ComplaintReminding"]
