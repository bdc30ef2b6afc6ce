"""What may be an entry of a page: its first line and its body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.i18n.translator import N_
from bot.importers.head import Head
from bot.importers.markdown import LineKind, PageLine
from bot.importers.result import Problem, excerpt
from store.dates import BadDate
from store.model import PublishedDate

MAXIMUM_BODY = 200_000
"""Characters of a body: ten times what a note may hold, for links and markup."""

TOO_LONG = N_("The entry that begins here is longer than 200,000 characters.")

MARK = "<!-- ainews:"
"""How a comment begins that carries what the page's own format cannot say."""
MARK_END = "-->"

ADDRESS = re.compile(r"\s*<?https?://\S+\s*", re.IGNORECASE)
"""A line that is nothing but an address."""


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A line below an entry's first. A quote's mark is gone; `code`: within a fenced block."""

    text: str
    quoted: bool
    code: bool


@dataclass(slots=True)
class Block:
    """What may be an entry: its first line (`raw` without its mark) and its body.

    `level` is that of a heading, 0 for others; `bullet` the mark and `indent` its place;
    `inset` where its text begins. `above` is the date that stands above several stories.
    `underlined`: it is a heading of that kind. `fields` is what a comment of ours says.
    """

    line: int
    raw: str
    head: Head
    level: int = 0
    bullet: str = ""
    indent: int = 0
    inset: int = 0
    underlined: bool = False
    above: PublishedDate | None = None
    body: list[BodyLine] = field(default_factory=list)
    fields: str | None = None
    fault: Problem | None = None
    size: int = 0

    @property
    def numbered(self) -> bool:
        """Whether it is one of a numbered list."""
        return self.head.numbered or is_number(self.bullet)

    @property
    def date_below(self) -> PublishedDate | None:
        """The date that it gives to what stands below it, where it is nothing but a date."""
        if self.head.title or not self.bare or isinstance(self.head.date, BadDate):
            return None
        return self.head.date

    @property
    def loose(self) -> bool:
        """Whether nothing marks where it begins, so that a blank line ends it."""
        return not (self.bullet or self.level or self.head.leads)

    @property
    def ends_with_address(self) -> bool:
        """Whether the last line is an address, with which many stories end."""
        return bool(self.body) and ADDRESS.fullmatch(self.body[-1].text) is not None

    @property
    def is_news(self) -> bool:
        """Whether a row of a table is a story: it has a date and an address."""
        return self.head.exact and (bool(self.head.links) or "://" in self.raw)

    @property
    def bare(self) -> bool:
        """Whether nothing says yet that it is an entry: then what stands in it may be some."""
        head = self.head
        dated = bool(head.title) and head.date is not None
        return not (dated or head.links or head.numbered or any(line.text for line in self.body))

    def add(self, line: PageLine) -> None:
        """Take a line into the body."""
        if line.kind is LineKind.TABLE:
            for row in line.rows:
                self.add(PageLine(row.line, row.raw))
            return
        text = f"{'#' * line.level} {line.text}" if line.kind is LineKind.HEADING else line.text
        if text[:1].isspace():
            text = text.expandtabs(4)
        stripped = text.strip()
        code = line.kind is LineKind.CODE
        if not code and stripped.startswith(MARK) and stripped.endswith(MARK_END):
            self.fields = stripped[len(MARK) : -len(MARK_END)]
            return
        self.size += len(text) + 1
        if self.size > MAXIMUM_BODY:
            self.fault = self.fault or Problem(self.line, TOO_LONG, excerpt(self.raw))
            return
        content = text.lstrip()
        if content.startswith((">", "＞")) and (line.quoted or not code):
            self.body.append(BodyLine(content[1:].removeprefix(" "), quoted=True, code=code))
        else:
            self.body.append(BodyLine(text, quoted=False, code=code))


def is_number(bullet: str) -> bool:
    """Whether a bullet's mark is a number."""
    return bullet.endswith((".", ")", "\u20e3")) or bullet.isnumeric()
