"""The query language: what a person typed, taken apart. No input is an error.

Bare words, `"an exact phrase"`, `-without`, and names with a value: `tag:`, `site:`, `by:`,
`lang:`, `since:`, `until:` or their Korean forms. What fits none of these is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from store.dates import BadDate, DateFlaw
from store.model import PublishedDate
from store.relative_dates import read_typed_date
from store.text import clean_tag, storable

LONGEST = 1_000
"""Characters that are read. What follows is left aside: nobody looks for more."""

_NAMES = {
    "tag": "tag", "tags": "tag", "태그": "tag", "분류": "tag",
    "site": "site", "host": "site", "사이트": "site", "출처": "site",
    "by": "by", "작성자": "by", "올린이": "by", "제보자": "by",
    "lang": "lang", "language": "lang", "언어": "lang",
    "since": "since", "after": "since", "이후": "since", "부터": "since",
    "until": "until", "before": "until", "이전": "until", "까지": "until",
}  # fmt: skip

_LANGUAGES = {
    "korean": "ko", "kr": "ko", "한국어": "ko", "한글": "ko", "국문": "ko",
    "english": "en", "영어": "en", "영문": "en",
    "japanese": "ja", "일본어": "ja", "chinese": "zh", "중국어": "zh",
}  # fmt: skip
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SITE = re.compile(r"(?:https?://)?(?:www\.)?([^\s/?#@]+)", re.IGNORECASE)

_QUOTES = ('""', "“”", "”“", "„“", "‘’", "«»", "「」", "『』", "《》", "〈〉", "＂＂")
"""What phrases stand between, as they begin and end."""

_STRAIGHT = '"'  # may end what a curved one begins, and the other way round
_CURVED = "“”"


def _quoted(quotes: str) -> str:
    begin, end = quotes[0], quotes[1]
    ends = {end, *(_STRAIGHT if begin in _CURVED else ""), *("”" if begin == _STRAIGHT else "")}
    closing = "".join(sorted(ends))
    return f"{begin}[^{closing}]*[{closing}]"


_ANY_NAME = "|".join(_NAMES)
_PIECE = re.compile(
    r"(?P<minus>(?<!\S)[-−－](?=[^\s-]))?"
    rf"(?:(?P<name>{_ANY_NAME})[:：](?:\s+(?!(?:{_ANY_NAME})[:：]))?(?=\S))?"
    rf"(?:(?P<quoted>{'|'.join(map(_quoted, _QUOTES))})|(?P<bare>\S+))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What an entry is, apart from its words. Of `tags`, all are meant; of the others, any."""

    tags: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    `words` is the text that stands by itself, as it was typed. What is `without` and `unwanted`
    must not be there: not one of it.
    """

    words: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    wanted: Filters = Filters()
    unwanted: Filters = Filters()
    since: PublishedDate | None = None
    until: PublishedDate | None = None


@dataclass(slots=True)
class _QueryDraft:
    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    wanted: dict[str, list[str]] = field(default_factory=dict)
    unwanted: dict[str, list[str]] = field(default_factory=dict)
    dates: dict[str, PublishedDate] = field(default_factory=dict)


def parse(text: str, today: date) -> Request:
    """Take a query apart. Whatever is typed, the answer is a request; it may ask for nothing."""
    draft = _QueryDraft()
    for piece in _PIECE.finditer(storable(text)[:LONGEST]):
        _take(piece, draft, today)
    return Request(
        " ".join(draft.words),
        tuple(dict.fromkeys(draft.phrases)),
        tuple(dict.fromkeys(draft.without)),
        _filters(draft.wanted),
        _filters(draft.unwanted),
        draft.dates.get("since"),
        draft.dates.get("until"),
    )


def _take(piece: re.Match[str], draft: _QueryDraft, today: date) -> None:
    quoted = piece["quoted"]
    value = (piece["bare"] if quoted is None else quoted[1:-1]).strip()
    name = _NAMES.get((piece["name"] or "").lower())
    if name:
        values = [value] if quoted is not None else value.split(",")
        if not _named(name, values, draft, today, unwanted=bool(piece["minus"])):
            draft.words.append(piece[0])
    elif not value:
        return
    elif piece["minus"]:
        draft.without.append(value)
    elif quoted is not None:
        draft.phrases.append(value)
    else:
        draft.words.append(value)


def _named(
    name: str, values: Sequence[str], draft: _QueryDraft, today: date, *, unwanted: bool
) -> bool:
    """Take a name with its values. False where one of them is none for that name."""
    if name in _READ:
        read = [_READ[name](value) for value in values if value.strip()]
        found = [value for value in read if value]
        if not found or len(found) < len(read):
            return False
        (draft.unwanted if unwanted else draft.wanted).setdefault(name, []).extend(found)
        return True
    try:
        day = read_typed_date(",".join(values), today)
    except BadDate as error:
        if error.flaw is not DateFlaw.AHEAD:
            return False
        (day,) = error.meant
    if unwanted:
        return False
    draft.dates[name] = day
    return True


def _site(value: str) -> str:
    site = _SITE.match(value.strip())
    return site[1].lower().strip(".") if site else ""


def _language(value: str) -> str:
    name = value.strip().lower()
    language = _LANGUAGES.get(name, name)
    return language if _LANGUAGE_TAG.fullmatch(language) else ""


_READ: Mapping[str, Callable[[str], str]] = {
    "tag": clean_tag,
    "site": _site,
    "by": lambda value: value.strip().lstrip("@"),
    "lang": _language,
}
"""Returns what a value means for a name, empty where it means nothing; as `Filters` has them."""


def _filters(values: Mapping[str, Sequence[str]]) -> Filters:
    return Filters(*(tuple(dict.fromkeys(values.get(name, ()))) for name in _READ))
