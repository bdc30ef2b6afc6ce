"""What an entry says in other words, as its row holds it: shown while it is of the text there.

A rendition of a text that was changed since is kept, for it may be in a person's words, and comes
back with its text; nobody is shown it meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from store.db.rows import from_row
from store.entries.identity import text_key
from store.model import Rendition


def rendition_row(rendition: Rendition, title: str, note: str) -> dict[str, Any]:
    """Return a rendition of a title and note as the column holds it."""
    of = text_key(title, note).hex()
    return {**asdict(rendition), "at": rendition.at.isoformat(), "of": of}


def merged_renditions(
    rows: Sequence[Mapping[str, Any]] | None, renditions: Iterable[Rendition], title: str, note: str
) -> list[Mapping[str, Any]] | None:
    """Return the column with renditions of a title and note in the place of older ones."""
    new = [rendition_row(each, title, note) for each in renditions]
    languages = {each["language"] for each in new}
    return [*(one for one in rows or () if one["language"] not in languages), *new] or None


def without_reviewer(
    rows: Sequence[Mapping[str, Any]] | None, names: Collection[str]
) -> list[Mapping[str, Any]] | None:
    """Return the column without who reviewed a draft, where it was somebody of these names."""
    return [
        {**one, "reviewed_by": ""} if one["reviewed_by"] in names else one for one in rows or ()
    ] or None


def current(row: Mapping[Any, Any]) -> list[Mapping[str, Any]]:
    """Return those of the text that a row of `entries` has now."""
    if not row["renditions"]:
        return []
    of = text_key(row["title"], row["note"]).hex()
    return [one for one in row["renditions"] if one["of"] == of]


def renditions_of(row: Mapping[Any, Any]) -> tuple[Rendition, ...]:
    """Return those that are shown of a row of `entries`."""
    return tuple(
        from_row(Rendition, one, at=datetime.fromisoformat(one["at"])) for one in current(row)
    )


def outdated(row: Mapping[Any, Any]) -> set[str]:
    """Return the languages whose rendition is of a text that the row has no more."""
    shown = {one["language"] for one in current(row)}
    return {one["language"] for one in row["renditions"] or ()} - shown
