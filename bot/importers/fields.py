"""Fields in the public JSON shape become a draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.i18n.translator import N_
from store.model import EntryDraft, Link, Precision, PublishedDate, Status

_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].*", re.DOTALL)
_COMMA = re.compile(r"[,，、]")
_AND_OTHERS = frozenset({"", "…", "..."})

NOT_TEXT = N_("“{name}” is not text.")
NOT_LINKS = N_("“links” is not a list of addresses, or of objects with “url” and “title”.")
NOT_TAGS = N_("“tags” is not a list of texts.")
NOT_A_DATE = N_("“{value}” is not a date such as 2021-04-18, 2021-04 or 2021.")
NOT_A_PRECISION = N_("“precision” is not day, month or year.")
TOO_PRECISE = N_("“published” is less exact than “precision” says.")
NOT_A_STATUS = N_("“status” is not pending, published or retracted.")

_SHOWN = 60


class BadField(ValueError):
    """A field does not hold what it should. `reason` is a message id that `values` fill."""

    def __init__(self, reason: str, /, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


def draft_from(fields: Mapping[str, object], base: EntryDraft) -> EntryDraft:
    """Return `base` with the fields that are given. `id` and unknown ones mean nothing here.

    Raises BadField.
    """
    changes: dict[str, object] = {
        name: convert(fields[name]) for name, convert in _CONVERSIONS.items() if name in fields
    }
    precision = fields.get("precision")
    date = changes.get("published")
    if precision is not None and isinstance(date, PublishedDate):
        changes["published"] = _cut(date, precision)
    return replace(base, **changes)  # type: ignore[arg-type] # each of its field's own type


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags that commas divide."""
    return tuple(tag for part in _COMMA.split(text) if (tag := part.strip()) not in _AND_OTHERS)


def _text(name: str) -> Callable[[object], str]:
    def convert(value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadField(NOT_TEXT, name=name)
        return value

    return convert


def _optional(name: str) -> Callable[[object], str | None]:
    text = _text(name)
    return lambda value: text(value).strip() or None


def _key(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _optional("key")(value)


def _links(value: object) -> tuple[Link, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadField(NOT_LINKS)
    return tuple(_link(part) for part in value)


def _link(value: object) -> Link:
    if isinstance(value, str):
        return Link(value)
    if isinstance(value, dict):
        url, title = value.get("url"), value.get("title")
        if isinstance(url, str) and (title is None or isinstance(title, str)):
            return Link(url, title or None)
    raise BadField(NOT_LINKS)


def _tags(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise BadField(NOT_TAGS)
    tags: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            raise BadField(NOT_TAGS)
        tags.extend(split_tags(part))
    return tuple(tags)


def _published(value: object) -> PublishedDate | None:
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise BadField(NOT_A_DATE, value=str(value)[:_SHOWN])
    moment = _MOMENT.fullmatch(text[:_SHOWN].strip())
    try:
        return PublishedDate.parse(moment[1] if moment else text)
    except ValueError:
        raise BadField(NOT_A_DATE, value=text[:_SHOWN]) from None


def _cut(date: PublishedDate, precision: object) -> PublishedDate:
    order = list(Precision)  # the most exact first
    try:
        wanted = order.index(Precision(str(precision)))
    except ValueError:
        raise BadField(NOT_A_PRECISION) from None
    if wanted < order.index(date.precision):
        raise BadField(TOO_PRECISE)
    return PublishedDate(
        date.year,
        date.month if wanted <= order.index(Precision.MONTH) else None,
        date.day if wanted <= order.index(Precision.DAY) else None,
    )


def _status(value: object) -> Status:
    if value is None:
        return Status.PUBLISHED
    try:
        return Status(str(value))
    except ValueError:
        raise BadField(NOT_A_STATUS) from None


_CONVERSIONS: Mapping[str, Callable[[object], object]] = {
    "title": _text("title"),
    "url": _optional("url"),
    "links": _links,
    "note": _text("note"),
    "image": _optional("image"),
    "published": _published,
    "language": _optional("language"),
    "tags": _tags,
    "added_by": _text("added_by"),
    "key": _key,
    "status": _status,
}
