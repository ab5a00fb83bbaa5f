"""The lists of this type that its events need too: what customers require, how it ends, by what it is proved."""

from django.utils.translation import gettext_lazy, pgettext_lazy

REQUIREMENT_KINDS = {
    "spec": gettext_lazy("specification"),
    "packaging": gettext_lazy("packaging"),
    "label": gettext_lazy("label"),
    "certificate": gettext_lazy("certificate"),
    "sample": gettext_lazy("sample"),
    "delivery": pgettext_lazy("requirement", "delivery term"),
    "other": gettext_lazy("other"),
}
REQUIREMENT_STATES = {
    "open": pgettext_lazy("requirement", "open"),
    "met": pgettext_lazy("requirement", "met"),
    "refused": pgettext_lazy("requirement", "refused"),
    "waived": pgettext_lazy("requirement", "waived"),
}
PROOFS = {
    "document": gettext_lazy("document"),
    "sample": gettext_lazy("sample approved"),
    "line": gettext_lazy("stands in the line"),
}
OBJECTION_OF = {  # a refused must opens an objection: with which reason
    "spec": "spec", "packaging": "spec", "label": "spec", "certificate": "certificate", "sample": "quality", "delivery": "lead_time",
    "other": "other",
}  # fmt: skip
WEIGHTS = {"must": gettext_lazy("must"), "wish": gettext_lazy("wish")}
EXPANSION_KINDS = {
    "related": gettext_lazy("related products"),
    "larger": gettext_lazy("larger quantity"),
    "reorder": gettext_lazy("reorder"),
    "newline": gettext_lazy("new product line"),
}
EXPANSION_STATES = {
    "draft": pgettext_lazy("expansion", "draft"),
    "sent": pgettext_lazy("expansion", "sent"),
    "opened": pgettext_lazy("expansion", "opened"),
    "accepted": pgettext_lazy("expansion", "accepted"),
    "in_part": pgettext_lazy("expansion", "accepted in part"),
    "declined": pgettext_lazy("expansion", "declined"),
    "asked": pgettext_lazy("expansion", "asked"),
    "expired": pgettext_lazy("expansion", "expired"),
    "withdrawn": pgettext_lazy("expansion", "withdrawn"),
}
