"""The lists of this room: the five types in the order of the ladder, and the ways to reach a person."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    "merged": _("merged with another customer"),
}
MORE = {  # what else is on file of a company
    "sector": _("industry"),
    "founded": _("founded"),
    "revenue": _("yearly revenue"),
    "employees": _("people employed"),
    "parent": pgettext_lazy("company", "belongs to"),
}
POINT_KINDS = {"phone": _("phone"), "email": _("e-mail"), "wechat": _("WeChat"), "whatsapp": _("WhatsApp"), "web": _("website")}
NATURE_WORDS = {"buyer": _("buyer"), "peer": _("peer"), "unknown": pgettext_lazy("nature", "unknown")}
PURPOSES = {"follow_up": _("follow-up"), "marketing": _("marketing"), "photo": _("photo"), "recording": _("recording")}
CONSENTS = {  # to what, in whole words; a consent to one is none to another
    "follow_up": _("may be contacted about this visit"),
    "marketing": _("wants news and event information"),
    "photo": _("the card may be photographed and kept"),
    "recording": _("the talk may be recorded"),
}
GRADES = ("A", "B", "C", "D")
GRADE_WORDS = {
    "A": _("A active prospect"),
    "B": _("B buying or designing"),
    "C": _("C periodic"),
    "D": _("D let go"),
    "": pgettext_lazy("grade", "none"),
}
GRADE_MEANS = {
    "A": _("gave time, can be reached, shows interest; call often and regularly"),
    "B": _("decided to buy, is planning something concrete, or has bought; the next step is always clear"),
    "C": _("no plan soon and no large order, bought before, or the project is far away; in touch every month, not much time"),
    "D": _("never bought, follow-ups found no sensible next step, no sign of buying soon; let go"),
}
PREPARES = {
    "asked": _("asked for a quotation, a drawing or a sample"),
    "intention": _("opened an intention"),
    "appointment": _("booked an appointment"),
    "date": _("named a date that is not far away"),
}
REASONS = {  # why a grade is what it is
    "contract": _("a contract is alive"),
    "order": _("an order stands and is not complete"),
    "complete": _("an order was completed not long ago"),
    "planned": _("an intention names a quantity and a date"),
    "idle": _("follow-ups in a row found no sensible step; never bought, no date ahead"),
    "prepares": _("is preparing to buy"),
    "time": _("gave time, can be reached, is interested"),
    "new": _("nothing is known yet"),
    "unreachable": _("no phone, e-mail or chat is known"),
    "no_interest": _("no product of interest is on record"),
    "no_sign": _("no sign of their own yet"),
    "silent": _("no sign of their own for long"),
    "bought": _("bought before; nothing is open or being prepared"),
    "later": _("plans for a date far away"),
    "no_time": _("gave no time yet and prepares nothing"),
    "peer": _("a peer has no grade"),
}
TIERS = {
    "platinum": pgettext_lazy("tier", "platinum"),
    "gold": pgettext_lazy("tier", "gold"),
    "iron": pgettext_lazy("tier", "iron"),
}
KEY_KINDS = {
    "all_round": pgettext_lazy("key account", "comprehensive"),
    "specialised": pgettext_lazy("key account", "specialised"),
    "cooperating": pgettext_lazy("key account", "cooperating"),
    "potential": pgettext_lazy("key account", "potential"),
}
PARTS = {
    "decides": pgettext_lazy("part", "decides"),
    "approves": pgettext_lazy("part", "approves"),
    "influences": pgettext_lazy("part", "influences"),
    "buys": pgettext_lazy("part", "buys"),
    "uses": pgettext_lazy("part", "uses"),
    "guards": pgettext_lazy("part", "guards the door"),
}
ATTITUDES = {
    2: pgettext_lazy("attitude", "+2 for us"),
    1: pgettext_lazy("attitude", "+1 well disposed"),
    0: pgettext_lazy("attitude", "0 neutral"),
    -1: pgettext_lazy("attitude", "−1 reserved"),
    -2: pgettext_lazy("attitude", "−2 against us"),
}


def grade_means(grade: str) -> str:
    """The grade with what it stands for, in the reader's language; empty without one."""
    return _now("%(grade)s: %(means)s") % {"grade": GRADE_WORDS[grade], "means": GRADE_MEANS[grade]} if grade else ""
