"""Fields in the public JSON shape, or under other usual names, become a draft."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.commands.values import DATE_FLAWS, bad_date
from bot.i18n.translator import N_
from bot.nearest import misspelt
from bot.port.typed import listed
from store.dates import BadDate, DateFlaw, read_date
from store.model import EntryDraft, Link, Precision, PublishedDate, Rendition, Status

_AND_OTHERS = frozenset({"", "…", "..."})
_SIGNS = re.compile(r"[\s_-]")
_WHOSE = re.compile(r"^(?:기사|원문|뉴스|소식|글|출처|게시|작성|등록|발행|발표|보도|입력)")
_LABELLED = re.compile(r"[^\w\[(<]*([^\W\d_][\w ]{0,20}?)[\s*_]*[:：][\s*_]*(.*)")

NOT_TEXT = N_("“{name}” is not text.")
NOT_LINKS = N_("“links” is not a list of addresses, or of objects with “url” and “title”.")
NOT_TAGS = N_("“tags” is not a list of texts.")
NOT_TAKEN = N_("“{name}” was not taken.")
NOT_TAKEN_BUT_NEAR = N_("“{name}” was not taken. Did you mean “{near}”?")
FILLED = N_("“{name}” was not taken: “{field}” is already filled.")
NOT_A_PRECISION = N_("“precision” is not day, month or year.")
TOO_PRECISE = N_("“published” is less exact than “precision” says.")
NOT_RENDITIONS = N_("“renditions” is not an object of languages with “title” and “note” each.")
NOT_A_STATUS = N_("“status” is not pending, published, retracted or skipped.")

_SHOWN = 60
_TAG = ("name", "term", "label")
_FIRST_MOMENT = 1_000_000_000  # seconds since 1970: a number below is written like a date
_MOMENT_DIGITS = {10, 13}  # seconds and milliseconds since 2001
_MILLISECONDS = 100_000_000_000

_OTHER_NAMES = {
    "title": "headline name subject 제목 이름",
    "url": "link href uri address permalink external_url source_url "
    "external_link canonical_url original_url redirect_to redirect_url 링크 주소",
    "links": "urls further_links related",
    "note": "summary description excerpt abstract content_text content text body memo comment "
    "요약 내용 본문 설명 메모",
    "image": "image_url thumbnail picture photo cover banner_image 그림 이미지",
    "published": "date published_at published_on publish_date pub_date date_published day posted "
    "issued timestamp datetime created created_at time_added added_at saved_at 날짜 일자 일시 일",
    "precision": "",
    "language": "lang locale 언어",
    "tags": "tag categories category keywords keyword labels topics hashtags hashtag "
    "태그 해시태그 분류",
    "added_by": "author authors by contributor contributors creator submitter curator "
    "작성자 글쓴이 기자 제보자",
    "key": "",
    "status": "",
    "renditions": "",
}
"""An entry's fields, and what feeds, blogs and tables call them. Case and signs do not count."""

Untaken = tuple[str, dict[str, str]]
"""What to say of a field that was not taken: the id of the sentence, and its values."""

_SAYS_NOTHING = frozenset({"id", "guid"})
"""What items have for those who wrote them; here it means nothing."""


class BadField(ValueError):
    """A field does not hold what it should. `reason` is a message id that `values` fill."""

    def __init__(self, reason: str, /, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


def known_name(name: str) -> str:
    """Return the field that is meant by a name; the name itself where none is.

    A Korean name may say whose it is: 기사 제목, 작성 일자, 원문 URL.
    """
    plain = _SIGNS.sub("", name).casefold()
    return _FIELDS.get(plain) or _FIELDS.get(_WHOSE.sub("", plain, 1), name)


def is_field(name: str) -> bool:
    """Whether a name means a field of an entry."""
    return known_name(name) in _OTHER_NAMES


def labelled(text: str) -> tuple[str, str]:
    """Return the field that a line such as `- **Date:** 2021-04-18` names, and what it holds.

    Both are empty where it names none.
    """
    match = _LABELLED.match(text)
    field = known_name(match[1]) if match else ""
    return (field, match[2].strip()) if match and field in _OTHER_NAMES else ("", "")


def taken(fields: Mapping[str, object]) -> tuple[dict[str, object], list[Untaken]]:
    """Return the fields under their own names, and what to say of those that were not taken.

    Of two names for one field, the field's own counts, else the first; tags are joined.
    """
    values: dict[str, object] = {}
    untaken: list[Untaken] = []
    for name in sorted(fields, key=lambda name: name not in _OTHER_NAMES):
        field, value = known_name(name), fields[name]
        known = values.get(field)
        if field == "tags" and known and value:
            values[field] = [*_listed(known), *_listed(value)]
        elif field in _OTHER_NAMES and not known:
            values[field] = value
        elif field not in _SAYS_NOTHING and value and value != known:
            untaken.append(_untaken(name, field))
    return values, untaken


def _untaken(name: str, field: str) -> Untaken:
    shown = {"name": name[:_SHOWN]}
    if field in _OTHER_NAMES:
        return FILLED, shown | {"field": field}
    near = misspelt(_SIGNS.sub("", name), _FIELDS)
    return (NOT_TAKEN_BUT_NEAR, shown | {"near": _FIELDS[near]}) if near else (NOT_TAKEN, shown)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def draft_from(fields: Mapping[str, object], base: EntryDraft, today: date) -> EntryDraft:
    """Return `base` with the fields that are given, under their own names. Raises BadField."""
    changes: dict[str, object] = {
        name: getattr(_EMPTY, name) if fields[name] is None else convert(fields[name])
        for name, convert in _CONVERSIONS.items()
        if name in fields
    }
    if "published" in fields:
        found = date_field(fields["published"], today)
        precision = fields.get("precision")
        changes["published"] = _cut(found, precision) if found and precision else found
    return replace(base, **changes)  # type: ignore[arg-type] # each of its field's own type


def date_field(value: object, today: date) -> PublishedDate | None:
    """Return the date that a field holds, as text or as seconds since 1970. Raises BadField."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadField(DATE_FLAWS[DateFlaw.UNREADABLE], value=str(value)[:_SHOWN])
    text = str(value)
    if isinstance(value, str) and text.isdecimal() and len(text) in _MOMENT_DIGITS:
        value = int(text)
    if isinstance(value, int) and value >= _FIRST_MOMENT:
        seconds = value / 1000 if value >= _MILLISECONDS else value
        with contextlib.suppress(ValueError, OverflowError, OSError):
            text = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    try:
        return read_date(text, today)
    except BadDate as error:
        reason, values = bad_date(error)
        raise BadField(reason, **values) from None


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a list as people write it."""
    return tuple(tag for tag in listed(text) if tag not in _AND_OTHERS)


def _text(name: str, *inner: str) -> Callable[[object], str]:
    """Return what takes text, or an object that has text under one of the inner names."""

    def convert(value: object) -> str:
        if isinstance(value, dict):
            value = next((value[one] for one in inner if isinstance(value.get(one), str)), value)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadField(NOT_TEXT, name=name)
        return value

    return convert


def _optional(name: str, *inner: str) -> Callable[[object], str | None]:
    text = _text(name, *inner)
    return lambda value: text(value).strip() or None


def _people(value: object) -> str:
    person = _text("added_by", "name")
    return ", ".join(map(person, value)) if isinstance(value, list) else person(value)


def _key(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _optional("key")(value)


def _links(value: object) -> tuple[Link, ...]:
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
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise BadField(NOT_TAGS)
    tags: list[str] = []
    for part in parts:
        found = (
            next((part[one] for one in _TAG if one in part), part)
            if isinstance(part, dict)
            else part
        )
        if not isinstance(found, str):
            raise BadField(NOT_TAGS)
        tags.extend(split_tags(found))
    return tuple(tags)


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
    try:
        return Status(str(value))
    except ValueError:
        raise BadField(NOT_A_STATUS) from None


def _renditions(value: object) -> tuple[Rendition, ...]:
    if not isinstance(value, dict):
        raise BadField(NOT_RENDITIONS)
    return tuple(_rendition(language, said) for language, said in value.items())


def _rendition(language: str, said: object) -> Rendition:
    if not isinstance(said, dict):
        raise BadField(NOT_RENDITIONS)
    texts = {name: said.get(name) or "" for name in _RENDITION}
    try:
        at = datetime.fromisoformat(said.get("at") or _UNKNOWN)
    except (TypeError, ValueError):
        raise BadField(NOT_RENDITIONS) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not all(isinstance(text, str) for text in texts.values()):
        raise BadField(NOT_RENDITIONS)
    return Rendition(language, **texts, at=at)


_EMPTY = EntryDraft(title="")
_RENDITION = ("title", "note", "drafted_by", "reviewed_by")
_UNKNOWN = "1970-01-01T00:00:00+00:00"

_CONVERSIONS: Mapping[str, Callable[[object], object]] = {
    "title": _text("title"),
    "url": _optional("url", "href", "url"),
    "links": _links,
    "note": _text("note"),
    "image": _optional("image", "url", "src", "path", "href"),
    "language": _optional("language"),
    "tags": _tags,
    "added_by": _people,
    "key": _key,
    "status": _status,
    "renditions": _renditions,
}

_FIELDS: Mapping[str, str] = {
    _SIGNS.sub("", name).casefold(): field
    for field, others in _OTHER_NAMES.items()
    for name in (field, *others.split())
}
