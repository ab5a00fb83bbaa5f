"""The lists of this type: what goods data there is and how far it can be."""

from django.utils.translation import gettext_lazy

GOODS_KINDS = {
    "specification": gettext_lazy("specification sheet"),
    "photos": gettext_lazy("photos"),
    "packing": gettext_lazy("packing"),
    "label": gettext_lazy("label and artwork"),
    "weights": gettext_lazy("weights and volumes"),
    "hs_code": gettext_lazy("HS code"),
    "certificate": gettext_lazy("certificate"),
}
ABROAD_ONLY = ("hs_code", "certificate")
GOODS_STATES = {
    "missing": gettext_lazy("missing"),
    "submitted": gettext_lazy("submitted"),
    "approved": gettext_lazy("approved"),
    "rejected": gettext_lazy("rejected"),
    "not_needed": gettext_lazy("not needed"),
}
