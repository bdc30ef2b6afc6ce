"""Fields in the public JSON shape become a draft."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.commands.values import DATE_FLAWS
from bot.i18n.translator import N_
from store.dates import BadDate, DateFlaw, read_date
from store.model import EntryDraft, Link, Precision, PublishedDate, Status

_SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COMMA = re.compile(r"[,，、]")
_AND_OTHERS = frozenset({"", "…", "..."})

NOT_TEXT = N_("“{name}” is not text.")
NOT_LINKS = N_("“links” is not a list of addresses, or of objects with “url” and “title”.")
NOT_TAGS = N_("“tags” is not a list of texts.")
NOT_TAKEN = N_("“{name}” was not taken.")
NOT_TAKEN_BUT_NEAR = N_("“{name}” was not taken. Did you mean “{near}”?")
NOT_A_PRECISION = N_("“precision” is not day, month or year.")
TOO_PRECISE = N_("“published” is less exact than “precision” says.")
NOT_A_STATUS = N_("“status” is not pending, published or retracted.")

_SHOWN = 60
_NEAR = 0.7


class BadField(ValueError):
    """A field does not hold what it should. `reason` is a message id that `values` fill."""

    def __init__(self, reason: str, /, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


def usual(fields: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the fields under the names that they have here, and the names of those not taken.

    A field under its own name wins over one under another.
    """
    named: dict[str, object] = {}
    left: list[str] = []
    for name, value in fields.items():
        own = _NAMES.get(_SNAKE.sub("_", name).replace("-", "_").casefold(), "")
        if not own:
            left.append(name)
        elif own in named and name != own:
            continue
        else:
            named[own] = value
    return named, tuple(left)


def not_taken(name: str) -> tuple[str, Mapping[str, object]]:
    """Return what to say of a field that is unknown, with the nearest that is known."""
    near = difflib.get_close_matches(name.casefold(), _NAMES, n=1, cutoff=_NEAR)
    if near:
        return NOT_TAKEN_BUT_NEAR, {"name": name[:_SHOWN], "near": near[0]}
    return NOT_TAKEN, {"name": name[:_SHOWN]}


def draft_from(fields: Mapping[str, object], base: EntryDraft, today: date) -> EntryDraft:
    """Return `base` with the fields that are given; others mean nothing here. Raises BadField."""
    changes: dict[str, object] = {
        name: convert(fields[name]) for name, convert in _CONVERSIONS.items() if name in fields
    }
    if "published" in fields:
        changes["published"] = _published(fields["published"], today)
    precision = fields.get("precision")
    published = changes.get("published")
    if precision is not None and isinstance(published, PublishedDate):
        changes["published"] = _cut(published, precision)
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


def _published(value: object, today: date) -> PublishedDate | None:
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise BadField(DATE_FLAWS[DateFlaw.UNREADABLE], value=str(value)[:_SHOWN])
    try:
        return read_date(text, today)
    except BadDate as error:
        raise BadField(DATE_FLAWS[error.flaw], value=text[:_SHOWN]) from None


def _cut(found: PublishedDate, precision: object) -> PublishedDate:
    order = list(Precision)  # the most exact first
    try:
        wanted = order.index(Precision(str(precision)))
    except ValueError:
        raise BadField(NOT_A_PRECISION) from None
    if wanted < order.index(found.precision):
        raise BadField(TOO_PRECISE)
    return PublishedDate(
        found.year,
        found.month if wanted <= order.index(Precision.MONTH) else None,
        found.day if wanted <= order.index(Precision.DAY) else None,
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
    "language": _optional("language"),
    "tags": _tags,
    "added_by": _text("added_by"),
    "key": _key,
    "status": _status,
}

_OTHER_NAMES = {
    "title": ("headline", "name", "subject", "제목"),
    "url": (
        "link", "href", "uri", "address", "permalink", "external_url", "source_url", "링크", "주소",
    ),
    "links": ("urls", "further_links", "related"),
    "note": (
        "summary", "description", "abstract", "content", "content_text", "body", "text", "excerpt",
        "comment", "memo", "설명", "요약", "메모",
    ),
    "image": ("image_url", "thumbnail", "picture", "banner_image", "og_image", "그림", "이미지"),
    "published": (
        "date", "published_at", "published_date", "publication_date", "pubdate", "pub_date",
        "date_published", "datepublished", "posted_at", "posted", "created", "created_at",
        "issued", "timestamp", "datetime", "날짜", "발표일",
    ),
    "language": ("lang", "locale", "언어"),
    "tags": ("tag", "categories", "category", "keywords", "topics", "labels", "태그", "분류"),
    "added_by": ("author", "by", "contributor", "curator", "submitter", "who", "제보", "제보자"),
    "key": (),
    "status": (),
    "precision": (),
    "id": ("guid", "_id"),
}  # fmt: skip
_NAMES = {other: own for own, others in _OTHER_NAMES.items() for other in (own, *others)}
"""Every name that a field may have, and the one that it has here."""
