"""The lists of this room: the five types in the order of the ladder, and the ways to reach a person."""

from django.utils.translation import gettext_lazy as _

TYPES = ("visitor", "negotiating", "intending", "contract", "ordering")
TYPE_WORDS = {
    "visitor": _("visitor"),
    "negotiating": _("negotiating"),
    "intending": _("intending"),
    "contract": _("contract customer"),
    "ordering": _("ordering"),
}
PIN_ENDS = {
    "lifted": _("lifted"),
    "date": _("its date has come"),
    "same": _("the facts say the same"),
    "further": _("a fact went further"),
}
POINT_KINDS = {"phone": _("phone"), "email": _("e-mail"), "wechat": _("WeChat"), "whatsapp": _("WhatsApp"), "web": _("website")}
