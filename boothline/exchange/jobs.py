"""An import that a person hands in on a page: looked through first, then taken in, both by the worker.

The files lie in the data folder, in a folder of their own. The worker holds a job by a lease that it renews with every batch: what
a crash left is taken up again after it, and since a row that was stored is known again, it goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.products import Variant
from boothline.core import tasks
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.journal import Journal, Keys
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.sayings import elsewhere, heard
from boothline.core.text import clean, listed
from boothline.customers.duplicates import find_beside
from boothline.exchange import events, footprints
from boothline.exchange.imports import run_files
from boothline.exchange.mapping import ColumnMap, Wishes, decided, remember
from boothline.exchange.reading import SIZE_LIMIT
from boothline.exchange.rights import brings_all, require_kind
from boothline.exchange.runs import SHOWN, Run
from boothline.fairs.editions import Fair
from boothline.timeline.history import record

log = logging.getLogger(__name__)

STATES = {
    "checking": gettext_lazy("being checked"),
    "checked": gettext_lazy("waiting for confirmation"),
    "running": gettext_lazy("being imported"),
    "done": pgettext_lazy("import", "imported"),
    "failed": gettext_lazy("cannot be imported"),
    "stopped": pgettext_lazy("import", "interrupted"),
    "undoing": pgettext_lazy("import", "being undone"),
    "undone": pgettext_lazy("import", "undone"),
}
AT_WORK = ("checking", "running")
LEASE = timedelta(seconds=45)  # longer than the largest file takes to be read, or a batch to be stored
PATIENCE = 3  # tries that end with their process before somebody has to look
MOST_FILES = 20
UNWANTED_DAYS = 7  # that a check waits for a yes before it goes
REPEATS = 5000  # rejected rows, and of a file those that say the same as another, that are kept for the workbook
KEPT_DAYS = 30


class Imports(models.QuerySet["Import"]):
    """Questions about imports."""

    def visible_to(self, by: Actor) -> Imports:
        """Everybody's, for whoever may import everything: they see the records anyway. For others their own."""
        return self if brings_all(by) else self.filter(by_user=by.id) if by.has("imports.run") else self.none()

    def for_list(self) -> Imports:
        """With who handed them in, or took them back."""
        return self.select_related("by_user", "fair", "undone_by")


class Import(Record):
    """Files handed in together. `answer` is what the check, and then the run, said of them; `layout` where the columns of each table go,
    `wishes` what somebody chose of it, `preview` the first rows of each sort."""

    by_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # nobody: the command
    names = models.JSONField(default=list)
    place = models.UUIDField(default=uuid.uuid4, editable=False)  # the folder in which they lie; a key is given again after a rollback
    fair = models.ForeignKey(Fair, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, blank=True, default="")  # what the files hold, where a person said so
    language = models.CharField(max_length=10, default="zh-hans")  # of whoever handed it in, or said yes
    state = models.CharField(max_length=10, default="checking", choices=list(STATES.items()))
    rows = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)  # of them, so far
    answer = models.JSONField(default=dict)
    layout = models.JSONField(default=list)
    wishes = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    why = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    taken_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)  # the first try: what was stored since is of this import
    ended_at = models.DateTimeField(null=True)
    mark = models.CharField(max_length=64, default="", db_index=True)  # of what the command was given, by which it goes on
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(
        names=WORDS, kind=PLAIN, language=PLAIN, state=PLAIN, answer=WORDS, layout=WORDS, wishes=PLAIN, preview=WORDS, why=WORDS, mark=PLAIN
    )

    objects = Imports.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-id"], name="import_at_work", condition=Q(state__in=AT_WORK))]

    def __str__(self) -> str:
        return listed(self.names)[:200]

    @property
    def is_at_work(self) -> bool:
        """The worker has it, or soon will."""
        return self.state in (*AT_WORK, "undoing")

    @property
    def open_days(self) -> list[dict[str, Any]]:
        """The columns whose days can be read in two ways, as long as nobody has said which."""
        return [column for table in self.layout for column in table["columns"] if column["days"] and not column["order"]]

    @property
    def asks_fair(self) -> bool:
        """A table holds exhibitors, and nobody has said of which fair."""
        return any(table.get("asks_fair") for table in self.layout)

    @property
    def reason(self) -> str:
        """Why it failed, in the reader's language."""
        return str(self.answer.get("why_in", {}).get(get_language(), self.why))

    @property
    def may_be_discarded(self) -> bool:
        """Nothing was stored by it, and nobody works on it."""
        return self.state in ("checked", "failed") and not self.footprints.exists()

    def files(self) -> dict[Path, str]:
        """Where each file lies, and what it is called."""
        return {folder_of(self) / str(n): name for n, name in enumerate(self.names)}


def folder_of(job: Import) -> Path:
    """Where the files of an import lie."""
    return Path(settings.BOOTHLINE_HOME) / "imports" / str(job.place)


@operation("exchange.hand_in")
def hand_in(uploads: list[UploadedFile], *, by: Actor, fair: Fair | None = None, kind: str = "") -> Import:
    """Keeps the files; the worker looks them through and stores nothing yet."""
    require(by, "imports.run")
    if len(uploads) > MOST_FILES:
        raise Refused(_("At most %(n)s files at once.") % {"n": MOST_FILES}, field="chosen")
    for upload in uploads:
        if (upload.size or 0) > SIZE_LIMIT:
            words = _("%(file)s is too big: %(size)s MB. The limit is %(limit)s MB a file; split it.")
            size = f"{(upload.size or 0) / 2**20:.1f}"
            raise Refused(words % {"file": upload.name, "size": size, "limit": SIZE_LIMIT // 2**20}, field="chosen")
    if kind:
        require_kind(by, kind)
    names = _apart([" ".join(clean(Path(upload.name or "").name, 120).split()) or "?" for upload in uploads])
    if kind == "exhibitor" and fair is None:
        raise Refused(_("Choose the fair whose exhibitors these are."), field="fair")
    user, language = User.objects.get(pk=by.id or 0), get_language() or "zh-hans"
    made = Import.objects.create(by_user=user, names=names, fair=fair, kind=kind, language=language)
    folder_of(made).mkdir(parents=True)
    for place, upload in zip(made.files(), uploads, strict=True):
        with place.open("wb") as out:
            for chunk in upload.chunks():
                out.write(chunk)
    mark = _mark_of(made.files(), {"kind": kind, "fair_code": fair.code if fair else None})
    for before in Import.objects.filter(by_user=user, mark=mark, state__in=("checked", "failed"), begun_at=None):  # looked at anew
        _remove(before)
    made.mark = mark
    made.save(update_fields=["mark"])
    record(events.HANDED_IN, subject=made, by=by, values={"files": names})
    transaction.on_commit(lambda: tasks.ring([]))
    return made


def _apart(names: list[str]) -> list[str]:
    """Names of files that are told apart: a second one of the same is numbered."""
    found: list[str] = []
    for name in names:
        path, n, own = Path(name), 1, name
        while own in found:
            n += 1
            own = f"{path.stem} ({n}){path.suffix}"
        found.append(own)
    return found


@operation("exchange.discard_import")
def discard(job: Import, *, by: Actor) -> None:
    """Takes a check that nobody needs away, with its files."""
    require(by, "imports.run", job)
    job = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if not job.may_be_discarded:
        raise Refused(_("This import has stored something, or is being worked on. Undo it instead."), code="stored")
    record(events.DISCARDED, subject=job, by=by, values={"files": job.names})
    _remove(job)


def _remove(job: Import) -> None:
    folder = folder_of(job)
    job.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def former(job: Import, *, by: Actor) -> Import | None:
    """The import of the very same files that stands, where there is one that they may see."""
    same = Import.objects.visible_to(by).filter(mark=job.mark, state="done").exclude(pk=job.pk).exclude(mark="")
    return same.select_related("by_user").order_by("-ended_at").first()


@operation("exchange.judge_row")
def judge(job: Import, *, by: Actor, file: str, row: int, is_same: bool) -> Import:
    """Keeps what somebody says of a row that looks like a customer on record: it is of the same, or of somebody else."""
    require(by, "imports.run", job)
    job = _hold_checked(job)
    found = next((one for one in job.preview.get("alike", []) if (one["file"], one["row"]) == (file, row) and one.get("other")), None)
    if found is None:
        raise Refused(_("This row looks like nobody any more. Look at the rows again."), code="gone")
    rows = job.wishes.get(file, {}).get("rows", {}) | {str(row): ["same" if is_same else "apart", found["other"]]}
    job.wishes[file] = job.wishes.get(file, {}) | {"rows": rows}
    job.save(update_fields=["wishes"])
    record(events.ROW_JUDGED, subject=job, by=by, values={"file": file, "row": row})
    return job


@operation("exchange.start_import")
def start(job: Import, *, by: Actor) -> Import:
    """Has the worker take in what was looked through. Pressed twice, it is done once."""
    require(by, "imports.run", job)
    job = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state in ("running", "done"):
        return job
    if job.state != "checked":
        raise Refused(_("These files are not checked yet, or cannot be imported."), code="not_checked")
    if job.open_days:
        raise Refused(_("Say first which days the cells are."), code="open_days")
    if job.asks_fair:
        raise Refused(_("Choose the fair whose exhibitors these are."), code="asks_fair")
    remember(job.layout)
    Import.objects.filter(pk=job.pk).update(
        state="running", seen=0, tries=0, taken_until=None, by_user_id=by.id, language=get_language() or "zh-hans", begun_at=timezone.now()
    )
    record(events.IMPORT_STARTED, subject=job, by=by, values={"files": job.names})
    transaction.on_commit(lambda: tasks.ring([]))
    job.refresh_from_db()
    return job


@operation("exchange.map_columns")
def map_columns(job: Import, *, by: Actor, tables: dict[str, dict[str, Any]], fair: Fair | None = None) -> Import:
    """Has the files checked again with what somebody chose, by the table's name: its kind, and where columns of it go; and of which fair
    they are, where that was not said."""
    require(by, "imports.run", job)
    job = _hold_checked(job)
    kept = dict(job.wishes)
    for name, told in tables.items():
        before = kept.get(name, {})
        is_same = told.get("kind", before.get("kind")) == before.get("kind")
        for part in ("fields", "orders"):
            told[part] = (before.get(part, {}) if is_same or "kind" not in before else {}) | told.get(part, {})
        kept[name] = before | told
    record(events.COLUMNS_MAPPED, subject=job, by=by, values={"files": job.names})
    if fair and job.fair_id is None:
        Import.objects.filter(pk=job.pk).update(fair=fair)
    return _check_again(job, kept, by)


@operation("exchange.forget_columns")
def forget_columns(job: Import, *, by: Actor, file: str) -> Import:
    """Forgets where the columns of a table like this one went; the files are checked again as if they were seen for the first time."""
    require(by, "imports.run", job)
    job = _hold_checked(job)
    ColumnMap.objects.filter(pk__in=[table["map_id"] for table in job.layout if table["file"] == file and table["map_id"]]).delete()
    record(events.COLUMNS_FORGOTTEN, subject=job, by=by, values={"file": file})
    rows = {"rows": job.wishes[file]["rows"]} if job.wishes.get(file, {}).get("rows") else {}
    return _check_again(job, {name: told for name, told in job.wishes.items() if name != file} | ({file: rows} if rows else {}), by)


def _hold_checked(job: Import) -> Import:
    job = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state != "checked":
        raise Refused(_("These files are being worked on, or are imported already."), code="not_checked")
    return job


def _check_again(job: Import, wishes: dict[str, Any], by: Actor) -> Import:
    again = {"state": "checking", "seen": 0, "tries": 0, "taken_until": None, "by_user_id": by.id, "language": get_language() or "zh-hans"}
    Import.objects.filter(pk=job.pk).update(wishes=wishes, **again)
    transaction.on_commit(lambda: tasks.ring([]))
    job.refresh_from_db()
    return job


def run_due(ids: list[int] | None = None) -> int:
    """The sweep's part: every job that nobody holds. A ring that names deliveries is none of ours."""
    if ids:
        return 0
    now = timezone.now()
    free = Import.objects.filter(Q(taken_until=None) | Q(taken_until__lte=now), state__in=AT_WORK)
    done = 0
    for key in list(free.order_by("id").values_list("pk", flat=True)):
        if free.filter(pk=key).update(taken_until=now + LEASE, tries=F("tries") + 1):
            _work(Import.objects.select_related("by_user", "fair").get(pk=key))
            done += 1
    return done


def _work(job: Import) -> None:
    user = User.objects.with_roles().get(pk=job.by_user_id or 0)
    with translation.override(job.language), heard():
        try:
            if job.tries > PATIENCE:
                raise Refused(_("The import was interrupted several times. Tell the administrator."))
            if not all(path.exists() for path in job.files()):
                raise Refused(_("The files are no longer here. Choose them again."))
            is_check = job.state == "checking"
            run = run_files(
                job.files(), by=user.actor(), fair_code=job.fair.code if job.fair else None, kind=job.kind, dry_run=is_check,
                wishes=Wishes(guesses=is_check, tables=job.wishes if is_check else _shown_wishes(job)),
                progress=lambda seen, rows: _beat(job, seen, rows),
                keep=lambda journal: footprints.keep(job.pk, journal), started=job.begun_at,
            )  # fmt: skip
        except Refused as refused:
            why = str(refused.words)
            _keep(job, state="failed", why=why, answer={"why_in": elsewhere(why)})
        except Exception:  # it is tried again once the lease has run out; what was stored stays
            log.exception("import %s was broken off", job.pk)
        else:
            if is_check:
                _keep(job, state="checked", layout=[layout.plain() for layout in run.layouts], **_held(run, {}))
            else:
                _keep(job, state="done", **_held(run, _beside(job, run)))
                find_beside([one["made"] for one in run.shown.get("alike", ()) if "made" in one])


def _shown_wishes(job: Import) -> dict[str, dict[str, Any]]:
    """Exactly what was shown is taken in, with what was said of single rows."""
    rows = {name: {"rows": told["rows"]} for name, told in job.wishes.items() if told.get("rows")}
    found = decided(job.layout)
    return {name: found.get(name, {}) | rows.get(name, {}) for name in {**found, **rows}}


def _held(run: Run, more: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a run: words in every language."""
    preview = {sort: [_everywhere(row, "said", "why") for row in rows] for sort, rows in run.shown.items()}
    preview["refused"] = [_everywhere(row, "reason") for row in run.rejected[:REPEATS]]
    return {"answer": _told(run) | more, "preview": preview, "rows": run.rows}


def _beside(job: Import, run: Run) -> dict[str, Any]:
    """Of what was taken in: which records it brought, and how that differs from what was shown. What an earlier try of the same import
    stored is of it too."""
    batches = job.footprints.order_by("pk")
    for kind, keys in footprints.brought(batches.iterator(chunk_size=50), changed=False).items() if job.tries > 1 else ():
        late = max(0, min(len(keys) - run.created[kind], run.unchanged[kind]))
        run.created[kind] += late
        run.unchanged[kind] -= late
    brought = footprints.brought(batches.iterator(chunk_size=50))
    if run.created["variant"] or run.updated["variant"]:  # they are seen with their product
        sold = (Variant.objects.filter(asked) for asked in brought.get("variant", Keys()).asked("pk"))
        products = Keys.of(pk for rows in sold for pk in rows.values_list("product", flat=True))
        brought["product"] = brought.get("product", Keys()) | products
    return {"brought": {kind: keys.spans for kind, keys in brought.items()}} | (
        {"differs": found} if (found := _differing(job.answer, run)) else {}
    )


def _differing(shown: dict[str, Any], run: Run) -> list[list[Any]]:
    """[kind, what becomes of it, how many were shown, how many there are], where somebody worked with the records since the check."""
    found: list[list[Any]] = []
    for part, counts in (("created", run.created), ("updated", run.updated), ("unchanged", run.unchanged)):
        before = shown.get(part, {})
        found += [[kind, part, before.get(kind, 0), counts[kind]] for kind in {**before, **counts} if before.get(kind, 0) != counts[kind]]
    refused = (shown.get("rejected_in_all", 0), len(run.rejected))
    return found + ([["", "rejected", *refused]] if refused[0] != refused[1] else [])


def _beat(job: Import, seen: int, rows: int) -> None:
    Import.objects.filter(pk=job.pk).update(seen=seen, rows=rows, taken_until=timezone.now() + LEASE)


def _keep(job: Import, **values: Any) -> None:
    Import.objects.filter(pk=job.pk).update(taken_until=None, tries=0, ended_at=timezone.now(), **values)


def import_at_once(files: Iterable[Path], *, by: Actor, **options: Any) -> tuple[dict[str, Any], Import | None]:
    """Imports files where they lie, as the command does: what `--json` prints, and the import among the others that it is from its first
    batch on that stored something. The same files again go on with what was broken off. The options: `run_files`."""
    called = {path: str(path) for path in files}
    mark = _mark_of(called, options)
    held = Import.objects.filter(state="stopped", mark=mark).order_by("pk").last()
    begun = (held.begun_at if held else None) or timezone.now()
    made = [held] if held else []

    def keep(journal: Journal) -> None:
        if not made or not Import.objects.filter(pk=made[0].pk).exists():  # a try that was rolled back takes its record with it
            user = by.id if by.kind == "user" else None
            values = {"state": "stopped", "mark": mark, "begun_at": begun, "ended_at": timezone.now()}
            made[:] = [Import.objects.create(names=[path.name for path in called], by_user_id=user, **values)]
        footprints.keep(made[0].pk, journal)

    with heard():
        run = run_files(called, by=by, keep=keep, started=begun, **options)
        if made and not run.is_dry:
            _keep(made[0], state="done", fair=run.fair, **_held(run, _beside(made[0], run) | {"differs": []}))
    return run.result(), made[0] if made and not run.is_dry else None


def _mark_of(files: Iterable[Path], options: dict[str, Any]) -> str:
    """Of what the files hold, and what was asked of them."""
    mark = hashlib.sha256(repr([options.get(name) or None for name in ("kind", "source", "fair_code", "wishes")]).encode())
    for path in files:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file() and file.stat().st_size <= SIZE_LIMIT:
                mark.update(file.read_bytes())
    return mark.hexdigest()


def _told(run: Run) -> dict[str, Any]:
    """What the page shows: counts whole, rows up to a number."""
    order = {"rejected": sorted(run.rejected, key=lambda f: (f["file"], f["row"])), "warnings": _besides(run)}
    counts: dict[str, Any] = {"created": dict(run.created), "updated": dict(run.updated), "unchanged": dict(run.unchanged)}
    counts |= {"figures": run.figures} if run.figures else {}
    counts |= {"repeated": {file: rows[:REPEATS] for file, rows in run.repeated.items()}} if run.repeated else {}
    counts["bad_rows"] = len({(found["file"], found["row"]) for found in run.rejected if found["row"]})
    counts["sorts"] = dict(sum((Counter({sort: n}) for (sort, _kind), n in run.sorts.items()), Counter()))
    counts |= {f"{name}_in_all": len(found) for name, found in order.items()}
    return counts | {n: [_everywhere(one, "reason", "warning") for one in found[:SHOWN]] for n, found in order.items()}


def _everywhere(found: dict[str, Any], *names: str) -> dict[str, Any]:
    """With its words in the other languages, beside those of whoever handed it in."""
    others: dict[str, dict[str, str]] = {}
    for name in names:
        for code, words in elsewhere(found.get(name, "")).items():
            others.setdefault(code, {})[name] = words
    return found | ({"in": others} if others else {})


def read(found: dict[str, Any]) -> dict[str, Any]:
    """The same in the reader's language."""
    others: dict[str, dict[str, Any]] = found.get("in", {})
    return found | others.get(get_language() or "", {})


def _besides(run: Run) -> list[dict[str, Any]]:
    """What there is to look at, but for what stands beside the rows themselves."""
    return [found for found in run.result()["warnings"] if (found["file"], found["row"], found["warning"]) not in run.explained]


def remove_old_files() -> None:
    """The daily task: files of imports that ended long ago, or were never begun, are taken away, and what it would take to undo them;
    what was said of them stays."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    footprints.Footprint.objects.filter(job__ended_at__lt=before).exclude(job__state__in=AT_WORK).delete()
    unwanted = Import.objects.filter(
        state__in=("checked", "failed"), begun_at=None, ended_at__lt=timezone.now() - timedelta(days=UNWANTED_DAYS)
    )
    for job in unwanted:
        _remove(job)
    kept = set(Import.objects.filter(Q(made_at__gte=before) | Q(state__in=AT_WORK)).values_list("place", flat=True))
    names = {str(place) for place in kept}
    for folder in (Path(settings.BOOTHLINE_HOME) / "imports").glob("*"):
        if folder.name not in names and folder.stat().st_mtime < before.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
