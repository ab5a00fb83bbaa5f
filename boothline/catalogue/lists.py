"""The lists of this room that its events need too: how products belong together."""

from django.utils.translation import gettext_lazy

RELATIONS = {
    "accessory": gettext_lazy("accessory"),
    "spare": gettext_lazy("spare part"),
    "complement": gettext_lazy("goes with it"),
    "series": gettext_lazy("same series"),
    "upgrade": gettext_lazy("upgrade"),
}
