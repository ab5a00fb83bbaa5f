"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.exchange.lists import KINDS
from boothline.timeline.kinds import declare

IMPORTED = declare("exchange.imported", _("%(who)s imported %(files)s: %(rows)s rows"), icon="in", erases=("files",))
LISTED = declare(
    "exchange.list_exported",
    _("%(who)s exported the list %(list)s as %(form)s: %(rows)s rows. %(sentence)s"),
    icon="out",
    erases=("sentence",),
)
EXPORTED = declare("exchange.exported", _("%(who)s exported %(kind)s: %(rows)s"), icon="out", codes={"kind": KINDS})
HANDED_IN = declare("exchange.handed_in", _("%(who)s handed in %(files)s to be imported"), icon="in", erases=("files",))
IMPORT_STARTED = declare("exchange.import_started", _("%(who)s had %(files)s imported"), icon="in", erases=("files",))
DISCARDED = declare("exchange.discarded", _("%(who)s discarded the check of %(files)s"), icon="trash", erases=("files",))
COLUMNS_MAPPED = declare("exchange.columns_mapped", _("%(who)s said where the columns of %(files)s go"), icon="in", erases=("files",))
COLUMNS_FORGOTTEN = declare(
    "exchange.columns_forgotten", _("%(who)s had forgotten where the columns of %(file)s go"), icon="in", erases=("file",)
)
OPPORTUNITIES_ATTACHED = declare(
    "exchange.opportunities_attached", _("%(who)s gave %(under)s %(count)s opportunities that named no customer: %(opportunities)s"),
    icon="link", hue="violet",
)  # fmt: skip
ROW_JUDGED = declare("exchange.row_judged", _("%(who)s said whose row %(row)s of %(file)s is"), icon="people", erases=("file",))
UNDONE = declare(
    "exchange.import_undone",
    _("%(who)s undid the import of %(files)s: %(made)s records removed, %(changed)s put back"),
    icon="undo",
    erases=("files",),
)
UNDONE_BUT = declare(
    "exchange.import_undone_but",
    _("%(who)s undid the import of %(files)s but for what was built on it (%(n)s): %(made)s records removed, %(changed)s put back"),
    icon="undo",
    erases=("files",),
)
UNDO_ASKED = declare("exchange.undo_asked", _("%(who)s had the import of %(files)s undone"), icon="undo", erases=("files",))
