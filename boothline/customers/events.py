"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.customers.lists import CONSENTS, GRADE_WORDS, KEY_KINDS, PARTS, PIN_ENDS, PURPOSES, REASONS, TIERS, TYPE_WORDS
from boothline.timeline.kinds import declare

ADDED = declare("customers.added", _("%(who)s added %(subject)s"), icon="people", hue="slate", is_minor=True)
CONTACT_ADDED = declare("customers.contact_added", _("New contact: %(subject)s"), icon="people", grades=True)
EDITED = declare(
    "customers.edited", _("%(who)s edited the customer"), icon="pen", where={"back": _("%(who)s took back an edit of the customer")}
)
CONTACT_EDITED = declare("customers.contact_edited", _("%(who)s edited the contact %(subject)s"), icon="pen", grades=True)
ASSIGNED = declare(
    "customers.assigned", _("%(who)s made %(owner)s the owner"), icon="people", tells=("owner",),
    where={"back": _("%(who)s took back a change of owner: it is %(owner)s again")},
)  # fmt: skip
UNMASKED = declare(
    "customers.unmasked", _("%(who)s looked at the phone numbers and e-mail addresses of %(subject)s"), icon="eye", is_minor=True
)
AGREED = declare(
    "customers.agreed", _("%(subject)s agreed: %(purpose)s"), icon="ok", hue="green", is_minor=True, codes={"purpose": CONSENTS}
)
JOINED = declare("customers.joined", _("%(colleague)s works with %(subject)s too"), icon="people", is_minor=True)
DISAGREED = declare("customers.disagreed", _("%(subject)s asked not to be contacted: consent withdrawn"), icon="x", hue="red")
CONSENT_WITHDRAWN = declare(
    "customers.consent_withdrawn", _("%(subject)s agrees no longer: %(purpose)s"), icon="x", codes={"purpose": PURPOSES}
)
CONSENT_MISNOTED = declare(
    "customers.consent_misnoted", _("%(subject)s did not agree, it was noted by mistake: %(purpose)s"), icon="undo",
    codes={"purpose": PURPOSES},
)  # fmt: skip
TYPE_CHANGED = declare(
    "customers.type_changed", _("Type: %(was)s → %(now)s"), icon="flow", hue="blue", codes={"was": TYPE_WORDS, "now": TYPE_WORDS}
)
DERIVED_CHANGED = declare(
    "customers.derived_changed", _("By the facts: %(was)s → %(now)s; pinned: %(type)s"),
    icon="flow", codes={"was": TYPE_WORDS, "now": TYPE_WORDS, "type": TYPE_WORDS},
)  # fmt: skip
PINNED = declare(
    "customers.pinned", _("%(who)s pinned the type %(type)s until %(until)s: %(reason)s"),
    icon="pin", hue="blue", tells=("owner",), erases=("reason",), quote="reason", codes={"type": TYPE_WORDS},
)  # fmt: skip
PIN_ENDED = declare(
    "customers.pin_ended", _("The pinned type %(type)s ended: %(how)s"),
    icon="pin", tells=("owner",), codes={"type": TYPE_WORDS, "how": PIN_ENDS},
)  # fmt: skip
GRADED = declare(
    "customers.graded", _("Grade: %(was)s → %(now)s (%(why)s)"), icon="star",
    codes={"was": GRADE_WORDS, "now": GRADE_WORDS, "why": REASONS},
)  # fmt: skip
GRADE_PROPOSED = declare(
    "customers.grade_proposed", _("Grade proposed: %(now)s (%(why)s); set by hand: %(grade)s"), icon="star", hue="ochre",
    tells=("owner",), codes={"now": GRADE_WORDS, "why": REASONS, "grade": GRADE_WORDS},
)  # fmt: skip
GRADE_SET = declare(
    "customers.grade_set", _("%(who)s set the grade %(grade)s until %(until)s: %(reason)s"), icon="star", hue="blue",
    tells=("owner",), erases=("reason",), quote="reason", codes={"grade": GRADE_WORDS},
)  # fmt: skip
GRADE_FREED = declare(
    "customers.grade_freed", _("The grade %(grade)s set by hand ended: %(how)s"), icon="star",
    codes={"grade": GRADE_WORDS, "how": PIN_ENDS},
)  # fmt: skip
COLLABORATOR_ADDED = declare(
    "customers.collaborator_added", _("%(who)s brought in %(name)s as a collaborator"), icon="people", tells=("owner", "collaborators")
)
COLLABORATOR_REMOVED = declare(
    "customers.collaborator_removed", _("%(who)s took %(name)s out of the collaborators"), icon="people", tells=("owner",)
)
FILE_ADDED = declare("customers.file_added", _("%(who)s added the document %(file)s"), icon="file", erases=("file",))
KEY_APPOINTED = declare(
    "customers.key_appointed", _("%(who)s made %(subject)s a key account: %(tier)s, %(kind)s. %(reason)s"), icon="star", hue="violet",
    tells=("owner",), erases=("reason",), codes={"tier": TIERS, "kind": KEY_KINDS}, quote="reason",
)  # fmt: skip
KEY_CHANGED = declare(
    "customers.key_changed", _("%(who)s changed the key account %(subject)s: %(tier)s, %(kind)s. %(reason)s"), icon="star",
    tells=("owner",), erases=("reason",), codes={"tier": TIERS, "kind": KEY_KINDS}, fields="key_account",
)  # fmt: skip
KEY_ENDED = declare(
    "customers.key_ended", _("%(who)s ended the key account %(subject)s: %(reason)s"), icon="star", hue="ochre", tells=("owner",),
    erases=("reason",),
)  # fmt: skip
KEY_PLANNED = declare("customers.key_planned", _("%(who)s wrote the plan of %(year)s for the key account"), icon="pen", fields="key_plan")
DECIDER_NOTED = declare(
    "customers.decider_noted", _("%(who)s noted the part of %(subject)s in the decision: %(part)s"), icon="flow", codes={"part": PARTS},
    fields="decider",
)  # fmt: skip
RIVAL_NOTED = declare(
    "customers.rival_noted", _("%(who)s noted what %(name)s did here: %(move)s"), icon="scale", hue="ochre", tells=("owner",),
    erases=("move",), quote="move",
)  # fmt: skip
MERGED = declare(
    "customers.merged", _("%(who)s merged %(gone)s into this customer. %(reason)s"), icon="people", hue="blue",
    tells=("owner", "collaborators"), erases=("gone", "reason"), grades=True,
)  # fmt: skip
UNMERGED = declare(
    "customers.unmerged", _("%(who)s took the merge with %(gone)s back"), icon="people", hue="ochre", tells=("owner", "collaborators"),
    erases=("gone",), grades=True,
)  # fmt: skip
SET_APART = declare(
    "customers.set_apart", _("%(who)s noted that %(other)s is another customer"), icon="people", erases=("other",), is_minor=True
)
CONTACTS_MERGED = declare(
    "customers.contacts_merged", _("%(who)s merged the contact %(gone)s into %(subject)s. %(reason)s"), icon="people", hue="blue",
    tells=("owner", "collaborators"), erases=("gone", "reason"),
)  # fmt: skip
CONTACTS_UNMERGED = declare(
    "customers.contacts_unmerged", _("%(who)s took the merge of the contacts %(gone)s and %(subject)s back"), icon="people", hue="ochre",
    tells=("owner", "collaborators"), erases=("gone",),
)  # fmt: skip
CONTACTS_APART = declare(
    "customers.contacts_apart", _("%(who)s noted that %(subject)s and %(other)s are two people"), icon="people", erases=("other",),
    is_minor=True,
)  # fmt: skip
RIVAL_EDITED = declare("customers.rival_edited", _("%(who)s added to what %(name)s did here"), icon="scale", fields="rival")
