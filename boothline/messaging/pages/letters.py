"""Letters to customers and one's own notices."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.text import phrase, whole
from boothline.messaging.letters import Letter, make_link
from boothline.messaging.notices import Notice, read_notices
from boothline.ui.columns import Column, Sort
from boothline.ui.kit import DetailPage, LinkPage, ListPage, Page


class LetterList(ListPage):
    """Everything that we wrote."""

    right = "letters.see"
    title = _("Letters")
    nav = "letters"
    columns = [
        Column(_("subject"), lambda x: x.subject, "link", lambda x: reverse("letter", args=[x.pk])),
        Column(_("to"), lambda x: str(x.contact)),
        Column(_("customer"), lambda x: str(x.customer)),
        Column(_("written"), lambda x: x.made_at, "moment"),
        Column(_("state"), lambda x: (x.state, x.state_words), "state"),
        Column(_("sent"), lambda x: x.sent_at, "moment", usual=False),
        Column(_("language"), lambda x: {"zh-hans": "中文", "en": "English"}.get(x.language, x.language), usual=False),
    ]
    under = "customer"
    sentence = _("Showing letters, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True)}
    empty = _("No letters yet. Sending a contract writes the first one.")

    def rows(self) -> QuerySet[Letter]:
        """Visible ones."""
        return Letter.objects.visible_to(self.by).for_list()


class LetterPage(DetailPage):
    """One letter, as it was or will be sent; the link stands in the mail only."""

    right = "letters.see"
    template = "messaging/letter.html"
    nav = "letters"

    def find(self) -> QuerySet[Letter]:
        """Visible ones."""
        return Letter.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Letters."""
        return [(str(_("Letters")), reverse("letters"))]

    def context(self) -> dict[str, Any]:
        """The words, with a note where the link stands."""
        body = self.record.body.replace("{link}", str(_("[personal link, made when the mail leaves]")))
        leads = self.record.grant is not None and self.record.grant.is_open
        return {"body": body, "may_link": leads and may(self.by, "letters.link", self.record)}


class LetterLink(LinkPage):
    """A fresh link of what a letter leads to, for who is reached by chat."""

    right = "letters.link"
    nav = "letters"
    opens = _("A link opens what the letter is about, without an account. Links made earlier go on working.")
    back_words = _("Back to the letter")

    def find(self) -> QuerySet[Letter]:
        """Visible ones."""
        return Letter.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The letter."""
        return [(str(_("Letters")), reverse("letters")), (str(self.record), reverse("letter", args=[self.record.pk]))]

    def for_whom(self) -> str:
        """To whom, about what."""
        return phrase(_now("For %(name)s alone: %(subject)s"), {"name": self.record.contact, "subject": self.record.subject})

    def make(self) -> str:
        """A fresh address."""
        return make_link(self.record, by=self.by)


class NoticeList(Page):
    """What happened that concerns me."""

    right = "notices.see"
    title = _("Notices")
    template = "messaging/notices.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """A hundred: what is not read yet, the newest first, then what was read."""
        shown = list(Notice.objects.visible_to(self.by).for_list().order_by(F("read_at").desc(nulls_first=True), "-id")[:100])
        ids = [notice.pk for notice in shown] or [0]
        return self.answer(notices=shown, since=min(ids), until=max(ids))

    def post(self, request: HttpRequest) -> HttpResponse:
        """All that were shown are read; what came meanwhile, and what is older, is not."""
        since, until = (whole(request.POST.get(name), places=18) or 0 for name in ("since", "until"))
        read_notices(by=self.by, since=since, until=until)
        return redirect("notices")
