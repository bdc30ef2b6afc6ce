"""The import of a file into the store."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice
from typing import BinaryIO, Protocol, cast

from bot.importers.filling import LinkFiller
from bot.importers.formats import read_items
from bot.importers.repeats import Repeats
from bot.importers.result import NotTaken, Problem, Reading, Remark, Skipped, excerpt, item
from store.model import Actor, ImportAction, ImportItem, ImportOutcome

BATCH = 1000
"""Items that are written in one transaction."""

LISTED = 1000
"""Remarks and changes of each kind that a report names; the rest is counted."""

FETCHED = 40
"""Items whose pages are asked for, before they are written: so much is lost to a Ctrl-C."""

_SPOOLED_IN_MEMORY = 1 << 23


class ImportTarget(Protocol):
    """What takes items in: the store's entries."""

    async def import_batch(
        self, items: Sequence[ImportItem], by: Actor, *, dry_run: bool = False
    ) -> tuple[ImportOutcome, ...]:
        """Write the items, or say what writing them would do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `fraction` is None where the end is not known, as in a pipe."""

    items: int
    fraction: float | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do.

    `refused`: it was strict, something was a problem or not taken, and nothing was imported.
    `changes` are the entries added and updated. The lists hold the first thousand each, the numbers
    count all.
    """

    dry_run: bool = False
    strict: bool = False
    refused: bool = False
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    problems: int = 0
    not_taken: int = 0
    changes: tuple[ImportOutcome, ...] = ()
    skips: tuple[Remark, ...] = ()
    faults: tuple[Remark, ...] = ()
    losses: tuple[Remark, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something that should be an entry was not imported."""
        return self.problems > 0 or self.refused

    @property
    def json(self) -> dict[str, object]:
        """The report as JSON takes it, in English."""
        return {
            "dry_run": self.dry_run,
            "strict": self.strict,
            "refused": self.refused,
            **{name: getattr(self, name) for name in _COUNTED},
            "changes": [
                {
                    "action": change.action.value,
                    "id": change.entry_id,
                    "line": change.line,
                    "title": change.title,
                }
                for change in self.changes
            ],
            "skipped_lines": [_remark_json(remark) for remark in self.skips],
            "problem_lines": [_remark_json(remark) for remark in self.faults],
            "not_taken_lines": [_remark_json(remark) for remark in self.losses],
        }


_COUNTED = ("added", "updated", "unchanged", "skipped", "problems", "not_taken")


async def import_file(
    target: ImportTarget,
    source: BinaryIO,
    *,
    by: Actor,
    today: date,
    name: str = "",
    strict: bool = False,
    dry_run: bool = False,
    base_url: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    pages: LinkFiller | None = None,
) -> ImportReport:
    """Import a file from where it stands, and say what became of all that is in it.

    A file is read as it is written to the store, a batch at a time. With `strict` it is read to
    its end first, and where anything in it is a problem, or would be left out of an entry, nothing
    is imported. A date more than a year after `today` is a problem. What repeats an earlier item
    of the file is skipped. `source` stays open. With `pages`, what a link's page says is put where
    an item says nothing, and a link without a title is an item if its page has one.

    Raises:
        OSError: the file could not be read.
        store.errors.DatabaseTrouble: the batches before were imported; importing the file again
            goes on where this one ended.
    """
    tally = _Tally(ImportReport(dry_run=dry_run, strict=strict))
    read = partial(read_items, today=today, name=name, base_url=base_url)
    with _rewindable(source) if strict else contextlib.nullcontext(source) as readable:
        if strict:
            start = readable.tell()
            deque(_sorted_out(readable, read(readable), tally, on_progress), 0)
            if tally.counts[Problem] or tally.counts[NotTaken]:
                return tally.finished(refused=True)
            readable.seek(start)
            tally = _Tally(tally.report)
        size = BATCH if pages is None else FETCHED
        found = _sorted_out(
            readable,
            read(readable),
            tally,
            on_progress,
            told_every=size,
            untitled=pages is not None,
        )
        while batch := list(islice(found, size)):
            items = await _filled(batch, pages, tally)
            tally.count(await target.import_batch(items, by, dry_run=dry_run))
    return tally.finished()


async def _filled(
    batch: Sequence[ImportItem | Remark], pages: LinkFiller | None, tally: _Tally
) -> list[ImportItem]:
    """Return the items, filled in from their pages. What has no title then goes to the report."""
    if pages is None:
        return [each for each in batch if isinstance(each, ImportItem)]
    items: list[ImportItem] = []
    drafts = [each.draft if isinstance(each, ImportItem) else each.untitled for each in batch]
    filled = await pages.fill([draft for draft in drafts if draft is not None])
    for each, (draft, unread) in zip(batch, filled, strict=True):
        text = each.text if isinstance(each, Remark) else draft.title
        if isinstance(each, Remark) and not draft.title:
            said = replace(each, reason=unread.reason, values=unread.values) if unread else each
            tally.remark(said)
            continue
        found = item(draft, each.line, text)
        if isinstance(found, Remark):
            tally.remark(found)
            continue
        items.append(found)
        if unread is not None:
            tally.remark(NotTaken(each.line, unread.reason, excerpt(text), unread.values))
    return items


@dataclass(slots=True)
class _Tally:
    """A report in the making."""

    report: ImportReport
    actions: Counter[ImportAction] = field(default_factory=Counter)
    counts: Counter[type[Remark]] = field(default_factory=Counter)
    changes: list[ImportOutcome] = field(default_factory=list)
    remarks: dict[type[Remark], list[Remark]] = field(default_factory=lambda: defaultdict(list))

    def remark(self, remark: Remark) -> None:
        """Count a remark, and keep it while there is room."""
        kind = type(remark)
        self.counts[kind] += 1
        if self.counts[kind] <= LISTED:
            self.remarks[kind].append(remark)

    def count(self, outcomes: Sequence[ImportOutcome]) -> None:
        """Count what the store did."""
        for outcome in outcomes:
            self.actions[outcome.action] += 1
            if outcome.action is not ImportAction.UNCHANGED and len(self.changes) < LISTED:
                self.changes.append(outcome)

    def finished(self, *, refused: bool = False) -> ImportReport:
        """Return the report."""
        return replace(
            self.report,
            refused=refused,
            added=self.actions[ImportAction.ADDED],
            updated=self.actions[ImportAction.UPDATED],
            unchanged=self.actions[ImportAction.UNCHANGED],
            skipped=self.counts[Skipped],
            problems=self.counts[Problem],
            not_taken=self.counts[NotTaken],
            changes=tuple(self.changes),
            skips=tuple(self.remarks[Skipped]),
            faults=tuple(self.remarks[Problem]),
            losses=tuple(self.remarks[NotTaken]),
        )


def _sorted_out(
    source: BinaryIO,
    readings: Iterator[Reading],
    tally: _Tally,
    on_progress: Callable[[Progress], None] | None,
    *,
    told_every: int = BATCH,
    untitled: bool = False,
) -> Iterator[ImportItem | Remark]:
    """Yield the items to import, and say how far it is; what is left out goes to the report.

    With `untitled`, what may be an item when its page is read is yielded too.
    """
    size, repeats, count = _size(source), Repeats(), 0

    def tell() -> None:
        if on_progress is not None:
            on_progress(Progress(count, min(source.tell() / size, 1.0) if size else None))

    for reading in readings:
        found = repeats.check(reading) or reading if isinstance(reading, ImportItem) else reading
        if untitled and isinstance(found, Remark) and found.untitled is not None:
            found = repeats.check(ImportItem(found.untitled, reading.line)) or found
        if isinstance(found, ImportItem) or (untitled and found.untitled is not None):
            count += 1
            yield found
            if count % told_every == 0:
                tell()
        else:
            tally.remark(found)
    tell()


@contextlib.contextmanager
def _rewindable(source: BinaryIO) -> Iterator[BinaryIO]:
    """Yield what can be read twice: the source itself, or for a pipe a copy on the disk."""
    if source.seekable():
        yield source
        return
    with tempfile.SpooledTemporaryFile(_SPOOLED_IN_MEMORY) as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def _size(source: BinaryIO) -> int:
    """Return the size of a file in bytes, 0 for what has none."""
    if not source.seekable():
        return 0
    place = source.tell()
    size = source.seek(0, 2)
    source.seek(place)
    return size


def _remark_json(remark: Remark) -> dict[str, object]:
    return {"line": remark.line, "reason": remark.sentence, "text": remark.text}
