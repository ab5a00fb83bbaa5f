"""Lists of firms: who is a competitor, who supplies us, who exhibits at a fair. Recognition looks every visitor up in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.core.text import fold, sort_key
from boothline.fairs.editions import Fair
from boothline.timeline.history import record
from boothline.visitors import events
from boothline.visitors.lists import FIRM_LISTS

PUBLIC_MAIL = frozenset(  # everybody can have an address there
    ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com", "aol.com", "gmx.de",
     "gmx.net", "web.de", "mail.ru", "yandex.ru", "proton.me", "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com",
     "sina.cn", "sohu.com", "139.com", "189.cn", "aliyun.com", "tom.com", "21cn.com")
)  # fmt: skip


class Firms(models.QuerySet["Firm"]):
    """Questions about firms on lists."""

    def visible_to(self, by: Actor) -> Firms:
        """Everybody who works here."""
        return self if by.kind != "guest" else self.none()

    def for_list(self) -> Firms:
        """With what a list shows."""
        return self.filter(ended_at=None).select_related("fair")

    def search(self, words: str, by: Actor) -> Firms:
        """By name or domain."""
        return self.filter(models.Q(name__icontains=words) | models.Q(domain__icontains=words))


class Firm(Record):
    """One firm on one list: by its name, its domain, or both. An exhibitor stands there for one fair."""

    on = models.CharField(gettext_lazy("list"), max_length=12, choices=list(FIRM_LISTS.items()))
    name = models.CharField(gettext_lazy("firm"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)
    domain = models.CharField(gettext_lazy("domain"), max_length=200, blank=True, default="", db_index=True)
    fair = models.ForeignKey(Fair, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    about = models.TextField(gettext_lazy("what it does"), blank=True, default="")
    ended_at = models.DateTimeField(null=True, editable=False)
    privacy = tags(on=PLAIN, name=PLAIN, folded=PLAIN, sort_key=PLAIN, domain=PLAIN, about=PLAIN)

    objects = Firms.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sort_key", "id"], name="firm_sort")]

    def __str__(self) -> str:
        return self.name


def domain_of(address: str) -> str:
    """The domain of an e-mail address or a website, "" for one that everybody can have."""
    host = address.casefold().rpartition("@")[2].removeprefix("https://").removeprefix("http://").removeprefix("www.").split("/")[0].strip()
    return "" if host in PUBLIC_MAIL or "." not in host else host


@operation("visitors.list_firm")
def list_firm(*, by: Actor, on: str, name: str, domain: str = "", fair: Fair | None = None, about: str = "") -> Firm:
    """Puts a firm on a list. The same firm again answers the one that stands there."""
    require(by, "firms.edit")
    if on in ("same", "other") and fair is None:
        raise Refused(_("An exhibitor stands there for a fair. Choose which."), field="fair")
    held = Firm.objects.filter(on=on, folded=fold(name)[:200], fair=fair, ended_at=None).first()
    if held:
        return held
    values: dict[str, Any] = {"folded": fold(name)[:200], "sort_key": sort_key(name), "domain": domain_of(domain)}
    firm = Firm.objects.create(on=on, name=name, fair=fair, about=about, **values)
    record(events.FIRM_LISTED, subject=firm, by=by, values={"on": on})
    return firm


@operation("visitors.take_off")
def take_off(firm: Firm, *, by: Actor) -> Firm:
    """Takes a firm off its list. Pressed twice, the first counts."""
    require(by, "firms.edit", firm)
    now: datetime = timezone.now()
    if Firm.objects.filter(pk=firm.pk, ended_at=None).update(ended_at=now):
        record(events.FIRM_TAKEN_OFF, subject=firm, by=by, values={"on": firm.on})
    firm.refresh_from_db()
    return firm
