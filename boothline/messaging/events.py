"""What this room says."""

from django.utils.translation import gettext_lazy as _

from boothline.timeline.kinds import declare

WRITTEN = declare("messaging.written", _("%(who)s wrote to %(to)s: %(subject)s"), icon="mail", erases=("to",), is_minor=True)
SENT = declare("messaging.sent", _("The mail server took the letter to %(to)s"), icon="mail", erases=("to",), is_minor=True)
LINK_MADE = declare("messaging.link_made", _("%(who)s made the link of a letter for %(to)s"), icon="link", erases=("to",))
NOTICES_READ = declare("messaging.notices_read", _("%(who)s read their notices"), icon="bell")
