"""What stands around the title in an entry's first line: a date, a contributor, tags."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import date

from bot.importers.fields import split_tags
from store.dates import BadDate, DateFlaw, is_exact, leading_date, read_date
from store.model import Link, PublishedDate

_HANDLE = re.compile(r"@[A-Za-z0-9_][\w.-]{1,38}|(?:by\s+@?)?[a-z][a-z0-9_-]{2,38}")
_NAMED = re.compile(
    r"(?:제보|추천|공유)\s*[:：]?\s*([\w.-]{2,39})|([\w.-]{2,38}?)\s*님(?:\s*(?:제보|추천|공유))?"
)
REMARKS = frozenset(
    "alpha api app arxiv beta blog chinese code dataset demo deprecated draft english free "
    "github hot iclr icml korean link llm main model news new nips note old open oss paper "
    "pdf poster preprint preview release released repo report review slide slides soon survey "
    "talk tbd tutorial update updated video website wip workshop youtube".split()
)
"""Words in lower case that say something of the news, so that they name nobody."""
_PART = re.compile(
    r"(?P<before>\W*)(?P<part>(?:[0-9]{1,2}월 ?)?[0-9]{1,2}일|[0-9]{1,2}/[0-9]{1,2}"
    r"|[0-9]{2}[.-][0-9]{2}\.?|[0-9]{1,2}\.[0-9]{1,2}\.?(?= ?[:()\]])"
    r"|[A-Z][a-z]{2,8}\.? [0-9]{1,2}(?:st|nd|rd|th)?)(?![\w%/.-])"
)
"""A day without its year, or without its month too."""
_OF_A_DATE = re.compile(r"[월일]|[A-Za-z]{3}|[0-9](?P<sign>[./-])[0-9]")
_BETWEEN = re.compile(r"[,，、]\s*|^[A-Za-z]\S*\s")
_HASHTAGS = re.compile(r"(?:\s+#[^\W\d_][\w/-]*)+\s*$")
GROUP = re.compile(r"\s*[(\[【]([^()\[\]【】]{3,60})[)\]】](?=\s)")
"""What stands in brackets before the title."""
_BEHIND = re.compile(r"\s(?:[-–—|·•@/]|,)\s+|,\s+")
_CLOSING, _OPENING = ")）", "(（"
LEFT_BEHIND = " \t:|–—-"
"""What divides a title from what was taken off, and is taken off with it."""
_SHORTCODE = re.compile(r"^\s*:[a-z0-9_+-]+:")
"""An emoji as GitHub and chats write it: `:calendar:`."""
# Signs that Markdown shows as they are wait in a private plane until the markup is read.
HIDE = {code: 0xF0000 + code for code in (*range(0x21, 0x7F), *map(ord, "·•∙"))}
SHOW = {hidden: code for code, hidden in HIDE.items()}


@dataclass(slots=True)
class TitleEdges:
    """What a date before the title and what stands behind it say."""

    today: date
    above: PublishedDate | None = None
    date: PublishedDate | BadDate | None = None
    added_by: str = ""
    tags: tuple[str, ...] = ()
    unread: BadDate | None = None

    def without_begin(self, text: str) -> str:
        """Take in what stands before the title, and return the rest, with a date in full."""
        group = GROUP.match(text)
        if group is not None and self._takes_tags(group[1].translate(SHOW)):
            return text[group.end() :]
        part = _PART.match(text)
        day = self._part(part["part"]) if part is not None else None
        return f"{part['before']}{day.iso}{text[part.end() :]}" if part and day else text

    def _part(self, text: str) -> PublishedDate | None:
        """Return the day that a text means below the date that stands above, if it lies in that."""
        if self.above is None:
            return None
        day = date_below(text, self.above, self.today)
        return day if day and day.day and self.above.month in {None, day.month} else None

    def without_end(self, text: str, links: tuple[Link, ...]) -> str:
        """Take in what stands behind the title, and return the title."""
        shorter: str | None = text
        while shorter is not None:
            text, shorter = shorter, self._without_group(shorter) or self._without_tags(shorter)
            if shorter is None and self.date is None:
                shorter = self._without_date(text, links)
        return text

    def _without_tags(self, text: str) -> str | None:
        """Take in the hashtags at the end: `TITLE #llm #paper`."""
        found = _HASHTAGS.search(text)
        if found is None or not text[: found.start()].strip():
            return None
        self.tags += split_tags(found[0])
        return text[: found.start()]

    def _without_date(self, text: str, links: tuple[Link, ...]) -> str | None:
        """Take in a date behind a dash at the end, or behind the link that is the title."""
        places = [(match.start(), match.end()) for match in _BEHIND.finditer(text)]
        title = links[0].title if links else None
        if title and text.startswith(title):
            places.append((len(title), len(title)))
        for end, begin in places:
            found = self._whole(_SHORTCODE.sub("", text[begin:]).strip(LEFT_BEHIND))
            if found is not None and is_exact(found) and text[:end].strip():
                self.date = found
                return text[:end]
        return None

    def _without_group(self, text: str) -> str | None:
        """Take in the parentheses at the end, and return the text before; None if they are not."""
        text = text.rstrip()
        start = _opening(text)
        if start is None:
            return None
        inside = text[start + 1 : -1].translate(SHOW).strip()
        found = self._whole(inside)
        if found is not None:
            return text[:start] if self._agrees(found) else None
        person = _contributor(inside)
        if person and not self.added_by:
            self.added_by = person
            return text[:start]
        return text[:start] if self._takes_tags(inside) else None

    def _whole(self, text: str) -> PublishedDate | None:
        """Return the date that a text consists of, and remember one that cannot be read."""
        try:
            return read_date(text, self.today)
        except BadDate as error:
            if error.flaw is not DateFlaw.UNREADABLE and not error.text.isdecimal():
                self.unread = error
        # `(1/2)` may be the first of two.
        sure = self.above is not None and (self.above.month or "/" not in text)
        return self._part(text) if sure and _PART.fullmatch(text) else None

    def _agrees(self, found: PublishedDate) -> bool:
        """Take in a date, the more exact one of two. Returns False for another one."""
        if isinstance(self.date, BadDate):
            return True
        known = found if self.date is None else _both(self.date, found)
        self.date = known or self.date
        return known is not None

    def _takes_tags(self, inside: str) -> bool:
        """Take in a date with tags: `2022.4 OpenAI, text-to-image`, `Google, May 12, 2022`."""
        for begin in (0, *(match.end() for match in _BETWEEN.finditer(inside))):
            found = leading_date(inside[begin:], self.today, listed=True)
            if found is None or isinstance(found.date, BadDate) or not is_exact(found.date):
                continue
            end = begin + found.end
            whole = not begin or end == len(inside) or inside[:end].rstrip().endswith(",")
            if self.tags or not whole or not self._agrees(found.date):
                continue
            self.tags = split_tags(f"{inside[:begin]},{inside[end:]}")
            return True
        return False


def date_below(text: str, above: PublishedDate | None, today: date) -> PublishedDate | None:
    """Return the date that a text consists of; it may be a part of the one that stands above."""
    forms = [text]
    part = _OF_A_DATE.search(text) if above is not None else None
    if above is not None and part is not None:
        sign = part["sign"]
        after_month = f"{above.month}월 {text}" if part[0] == "일" else text
        korean = f"{above.year}년 {after_month}"
        whole = f"{above.year}{sign}{text}" if sign else f"{text}, {above.year}"
        forms.append(korean if part[0] in "월일" else whole)
    for form in forms:
        with contextlib.suppress(BadDate):
            return read_date(form, today)
    return None


def _both(one: PublishedDate, other: PublishedDate) -> PublishedDate | None:
    """Return the more exact of two dates where one lies in the other, else None."""
    for exact, rough in ((one, other), (other, one)):
        if exact.iso.startswith(rough.iso):
            return exact
    return None


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
        if handle not in REMARKS:
            return handle.removeprefix("@")
    return ""
