"""The lists of this room that its events need too: how products belong together, how stock is kept and why it moves."""

from django.utils.translation import gettext_lazy, pgettext_lazy

RELATIONS = {
    "accessory": gettext_lazy("accessory"),
    "spare": gettext_lazy("spare part"),
    "complement": gettext_lazy("goes with it"),
    "series": gettext_lazy("same series"),
    "upgrade": gettext_lazy("upgrade"),
}
STOCK_KINDS = {
    "always": gettext_lazy("always available"),
    "counted": gettext_lazy("counted"),
    "preorder": gettext_lazy("pre-order"),
}
STOCK_WHYS = {
    "counted": pgettext_lazy("stock", "counted"),
    "received": pgettext_lazy("stock", "received"),
    "shipped": pgettext_lazy("stock", "shipped"),
    "returned": pgettext_lazy("stock", "came back"),
    "corrected": pgettext_lazy("stock", "corrected"),
}
