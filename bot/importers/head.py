"""The first line of an entry on a page: date, title, contributor, tags, links."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from bot.importers.fields import split_tags
from bot.importers.markup import Code, ImageMark, LinkMark, PlainText, pieces, unescaped
from store.dates import BadDate, leading_date, plain_digits, read_date
from store.model import Link, Precision, PublishedDate

_LONGEST = 5000
"""Characters. Beyond any title that the store takes; markup in a longer line is left alone."""

_NUMBER = re.compile(r"\s*[0-9]{1,3}[.)]\s+")
_EMPHASIS = re.compile(r"(\*{1,3}|~~)(?=[^\s*~])([^*~]{1,600}?)(?<=[^\s])\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_]{1,600}?)(?<=[^\s])\1(?!\w)")
_HANDLE = re.compile(r"@[A-Za-z0-9_][\w.-]{1,38}|(?:by\s+@?)?[a-z][a-z0-9_-]{2,38}")
_NAMED = re.compile(
    r"(?:제보|추천|공유)\s*[:：]?\s*([\w.-]{2,39})|([\w.-]{2,38}?)\s*님(?:\s*(?:제보|추천|공유))?"
)
_REMARKS = frozenset(
    {
        "alpha", "api", "app", "arxiv", "beta", "blog", "chinese", "code", "dataset", "demo",
        "deprecated", "draft", "english", "free", "github", "hot", "iclr", "icml", "korean",
        "link", "llm", "main", "model", "news", "new", "nips", "note", "old", "open", "oss",
        "paper", "pdf", "poster", "preprint", "preview", "release", "released", "repo", "report",
        "review", "slide", "slides", "soon", "survey", "talk", "tbd", "tutorial", "update",
        "updated", "video", "website", "wip", "workshop", "youtube",
    }
)  # fmt: skip
"""Words in lower case that say something of the news, so that they name nobody."""

_CLOSING, _OPENING = ")）", "(（"
_EMPTY = re.compile(r"[(（\[]\s*[)）\]]")
_LEFT_BEHIND = " \t:|–—-"
# Signs that Markdown shows as they are wait in a private plane until the markup is read.
_HIDE = {code: 0xF0000 + code for code in range(0x21, 0x7F)}
_SHOW = {hidden: code for code, hidden in _HIDE.items()}


@dataclass(frozen=True, slots=True)
class Head:
    """What an entry's first line says.

    `leads`: its date stands at the beginning. `numbered`: a number stands before the title.
    """

    title: str
    date: PublishedDate | BadDate | None = None
    added_by: str = ""
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[ImageMark, ...] = ()
    leads: bool = False
    numbered: bool = False

    @property
    def exact(self) -> bool:
        """Whether it has a date, or what is meant as one, that is more than a year."""
        return isinstance(self.date, BadDate) or (self.date is not None and _is_exact(self.date))


def read_head(markup: str, today: dt.date, *, number: bool = False) -> Head:
    """Read a line such as `202104 TITLE (wonwizard)` or `TITLE (2022.4 OpenAI, text-to-image)`.

    `number`: a number may stand before the title (`3. TITLE`). Parentheses at the end are a
    date, a contributor (a name in lower case, as accounts have them, or one that says it: `@Kim`,
    `제보: 홍길동`), or a date with tags; else they are part of the title.
    """
    if len(markup) > _LONGEST:
        lead = leading_date(markup, today)
        if lead is None:
            return Head(markup)
        return Head(markup[lead.end :], lead.date, leads=True)
    text, links, images, cut = _plain(markup, today)
    numbered = False
    lead = leading_date(text, today)
    if number and lead is None and (match := _NUMBER.match(plain_digits(text))):
        numbered = True
        text = text[match.end() :]
        lead = leading_date(text, today)
    said = _Said(today)
    if lead is not None:
        said.date, text = lead.date, text[lead.end :]
    while (shorter := said.without_group(text)) is not None:
        text = shorter
    if cut:
        text = _EMPTY.sub(" ", text).rstrip(_LEFT_BEHIND)
    return Head(
        " ".join(text.translate(_SHOW).split()),
        said.date,
        said.added_by,
        said.tags,
        links,
        images,
        leads=lead is not None,
        numbered=numbered,
    )


def _plain(
    markup: str, today: dt.date
) -> tuple[str, tuple[Link, ...], tuple[ImageMark, ...], bool]:
    """Return the text without markup, the links and images, and whether an address was cut."""
    words: list[str] = []
    links: list[Link] = []
    images: list[ImageMark] = []
    cut = False
    for piece in pieces(markup):
        match piece:
            case PlainText():
                text = unescaped(piece.raw)
                words.append(text.translate(_HIDE) if piece.escaped else text)
            case Code():
                text = unescaped(piece.text)
                dated = _whole_date(text, today) is not None
                words.append(text if dated else text.translate(_HIDE))
            case LinkMark():
                links.append(Link(piece.url, piece.words or None))
                words.append(_plain(piece.words, today)[0] if piece.words else " ")
                cut = cut or not piece.words
            case ImageMark():
                images.append(piece)
    text = "".join(words)
    for pattern in (_EMPHASIS, _UNDERSCORES):
        text = pattern.sub(r"\2", pattern.sub(r"\2", text))
    return text, tuple(links), tuple(images), cut


@dataclass(slots=True)
class _Said:
    """What a date before the title and the parentheses behind it say."""

    today: dt.date
    date: PublishedDate | BadDate | None = None
    added_by: str = ""
    tags: tuple[str, ...] = ()

    def without_group(self, text: str) -> str | None:
        """Take in the parentheses at the end, and return the text before; None if they are not."""
        text = text.rstrip()
        start = _opening(text)
        if start is None:
            return None
        inside = text[start + 1 : -1].translate(_SHOW).strip()
        date = _whole_date(inside, self.today)
        if date is not None:
            return text[:start] if self._agrees(date) else None
        person = _contributor(inside)
        if person and not self.added_by:
            self.added_by = person
            return text[:start]
        return text[:start] if self._takes_tags(inside) else None

    def _agrees(self, date: PublishedDate) -> bool:
        """Take in a date, the more exact one of two. Returns False for another one."""
        if isinstance(self.date, BadDate):
            return True
        known = date if self.date is None else _agreed(self.date, date)
        self.date = known or self.date
        return known is not None

    def _takes_tags(self, inside: str) -> bool:
        """Take in a date with tags: `2022.4 OpenAI, text-to-image`, `22.9, Google`."""
        lead = leading_date(inside, self.today, listed=True)
        date = lead.date if lead else None
        rest = inside[lead.end :] if lead else ""
        if date is None:
            parts = split_tags(inside)
            whole = {part: _whole_date(part, self.today) for part in parts}
            dates = [found for found in whole.values() if found and _is_exact(found)]
            if len(dates) != 1:
                return False
            date = dates[0]
            rest = ",".join(part for part in parts if whole[part] != date)
        if self.tags or isinstance(date, BadDate) or not _is_exact(date) or not self._agrees(date):
            return False
        self.tags = split_tags(rest)
        return True


def _whole_date(text: str, today: dt.date) -> PublishedDate | None:
    try:
        return read_date(text, today)
    except BadDate:
        return None


def _agreed(one: PublishedDate, other: PublishedDate) -> PublishedDate | None:
    """Return the more exact of two dates where one lies in the other, else None."""
    for exact, rough in ((one, other), (other, one)):
        if exact.iso.startswith(rough.iso):
            return exact
    return None


def _is_exact(date: PublishedDate) -> bool:
    """Whether more than the year is known."""
    return date.precision is not Precision.YEAR


def _opening(text: str) -> int | None:
    """Return where the parentheses open that the text ends with, or None."""
    if not text or text[-1] not in _CLOSING:
        return None
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        if text[place] in _CLOSING:
            depth += 1
        elif text[place] in _OPENING:
            depth -= 1
            if depth == 0:
                return place
    return None


def _contributor(text: str) -> str:
    named = _NAMED.fullmatch(text)
    if named:
        return str(named[1] or named[2])
    if _HANDLE.fullmatch(text):
        handle = text.removeprefix("by").strip() if text.startswith("by ") else text
        if handle not in _REMARKS:
            return handle.removeprefix("@")
    return ""
