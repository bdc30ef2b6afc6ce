"""The lines of a page are divided into blocks: the first line of a would-be entry and its body.

A block begins with a bullet or a heading, and ends with a rule of dashes, with a heading, or with
the next block. Nested bullets, and bullets of another mark than the entry's own, belong to the
note, unless they begin with a date.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.i18n.translator import N_
from bot.importers.head import Head, read_head
from bot.importers.lines import SourceLine
from bot.importers.result import Problem, Skipped, excerpt
from store.dates import BadDate, read_date
from store.model import Precision, PublishedDate

MAXIMUM_BODY = 200_000
"""Characters of a body: ten times what a note may hold, for links and markup."""

OUTSIDE = N_("This stands outside of every entry.")
HEADING = N_("A heading, and no entry.")
OPEN_COMMENT = N_("The comment that begins here has no end.")
OPEN_FRONT_MATTER = N_("The front matter that begins here has no end.")
TOO_LONG = N_("The entry that begins here is longer than 200,000 characters.")

MARK = "<!-- ainews:"
"""How a comment begins that carries what the page's own format cannot say."""
MARK_END = "-->"

_RULE_SIGNS = frozenset("-*_–—─━ㅡ")
_RULE_LENGTH = 3
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_BULLET = re.compile(
    r"( *)([*+-]|[0-9]{1,3}[.)]|(?![\w\s#>])[^\x00-\x7f]\ufe0f?|[ㆍᆞ])"
    r"(?:([ \t\u3000]+)|(?=[0-9０-９(（\[]))(.*)"
)
_MARKS = frozenset({"So", "Sm", "Sk", "Po", "Pd", "No", "Lo"})
"""The kinds of signs that begin items of lists: ○ ▶ ■ ㆍ · – ※. Quotes and brackets are others."""
_FENCE = re.compile(r" {0,8}(`{3,}|~{3,})")
_KEY = re.compile(r"[A-Za-z_][\w-]*\s?:(?:\s|$)")
_FRONT_MATTER_LINES = 1000
_NESTED = 2
_STANDING = 7
"""The level of a date that stands alone on a line: below every heading."""

_TOP = 3


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A line below an entry's first. A quote's mark is gone; `code`: within a fenced block."""

    text: str
    quoted: bool
    code: bool


@dataclass(slots=True)
class Block:
    """What may be an entry: its first line (`raw` without its mark) and its body.

    `level` is that of a heading, 0 for a bullet; `bullet` the mark and `indent` its place;
    `inset` where its text begins. `fields` is what a comment of ours says. `said_above` is the date
    that a heading above gives to the stories below it.
    """

    line: int
    raw: str
    head: Head
    level: int = 0
    bullet: str = ""
    indent: int = 0
    inset: int = 0
    body: list[BodyLine] = field(default_factory=list)
    fields: str | None = None
    fields_line: int = 0
    fault: Problem | None = None
    size: int = 0
    said_above: PublishedDate | None = None

    @property
    def numbered(self) -> bool:
        """Whether it is one of a numbered list."""
        return self.head.numbered or self.bullet[:1].isdigit()


def read_blocks(lines: Iterator[SourceLine], today: dt.date) -> Iterator[Block | Skipped | Problem]:
    """Yield the blocks, and remarks on what stands between them, in order."""
    page = _Page(today)
    for line in lines:
        yield from page.feed(line)
    yield from page.close()


def front_matter(
    lines: Iterator[SourceLine], today: dt.date
) -> tuple[list[SourceLine], list[SourceLine], Problem | None]:
    """Take the front matter off the beginning of a page.

    Returns its lines, the lines that were read beyond it, and what is wrong with it.
    """
    first = next(lines, None)
    if first is None or first.text.rstrip() != "---":
        return [], [first] if first else [], None
    read: list[SourceLine] = []
    keys = False
    for line in lines:
        text = line.text.rstrip()
        if text in {"---", "..."}:
            return read, [], None
        read.append(line)
        if text and not text.startswith("#") and not keys:
            keys = _KEY.match(text) is not None
            if not keys:
                break
        if _breaks_out(text, today) or len(read) >= _FRONT_MATTER_LINES:
            break
    if not keys:
        return [], [first, *read], None
    end = next((at for at, line in enumerate(read) if _breaks_out(line.text, today)), len(read))
    return read[:end], read[end:], Problem(1, OPEN_FRONT_MATTER, excerpt(read[0].text))


def _breaks_out(text: str, today: dt.date) -> bool:
    """Whether a line belongs to a page's content for certain."""
    bullet = _bullet(text[:200])
    if bullet is None:
        return _is_rule(text) and len(text.strip()) > _RULE_LENGTH
    head = read_head(bullet[4], today)
    return head.leads and head.exact


def _is_rule(text: str) -> bool:
    signs = "".join(text.split())
    return len(signs) >= _RULE_LENGTH and signs[0] in _RULE_SIGNS and not signs.strip(signs[0])


def _bullet(text: str) -> re.Match[str] | None:
    """Return indent, mark, gap and text of a line that a list's mark begins."""
    match = _BULLET.fullmatch(text)
    if match is None or match[2].isascii() or unicodedata.category(match[2][0]) in _MARKS:
        return match
    return None


def _date_alone(text: str, today: dt.date) -> PublishedDate | None:
    """Return the date that a heading or a line consists of, and that is more than a year."""
    plain = text.strip().strip("*_#【】[]<>: ").strip()
    try:
        found = read_date(plain, today) if any(one.isdigit() for one in plain) else None
    except BadDate:
        return None
    return found if found is not None and found.precision is not Precision.YEAR else None


class _Page:
    """A page that is being read, line by line."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._above: PublishedDate | None = None
        self._above_level = 0
        self._blank = True
        self._block: Block | None = None
        self._prose: Skipped | None = None
        self._fence: tuple[str, bool] | None = None
        self._comment = 0

    def feed(self, line: SourceLine) -> Iterator[Block | Skipped | Problem]:
        """Take a line, and yield what ended with it."""
        text = line.text
        if text[:1].isspace():
            text = text.expandtabs(4)
        if self._fence is None or self._leaves_fence(text):
            shown = self._without_comments(text, line.number)
            if shown.strip() or not text.strip():
                yield from self._place(shown, line)
        else:
            self._add(text)
        if line.fault:
            problem = Problem(line.number, line.fault, excerpt(text))
            if self._block is None:
                self._prose = None
                yield problem
            elif self._block.fault is None:
                self._block.fault = problem

    def close(self) -> Iterator[Block | Skipped | Problem]:
        """Yield what ends with the page."""
        yield from self._end()
        if self._comment:
            yield Problem(self._comment, OPEN_COMMENT)

    def _place(self, text: str, line: SourceLine) -> Iterator[Block | Skipped | Problem]:
        stripped = text.strip()
        after_blank, self._blank = self._blank, not stripped
        if not stripped:
            yield from self._end_prose()
            self._add("")
        elif _is_rule(text):
            yield from self._end()
        elif (heading := _HEADING.fullmatch(text)) is not None:
            yield from self._heading(heading, text, line)
        elif (bullet := _bullet(text)) is not None:
            yield from self._bullet(bullet, text, line)
        elif self._dates(text, after_blank=after_blank):
            yield from self._end()
        else:
            self._content(text, line)

    def _heading(
        self, match: re.Match[str], text: str, line: SourceLine
    ) -> Iterator[Block | Skipped | Problem]:
        level = len(match[1])
        if self._block is not None and 0 < self._block.level < level:
            self._add(text)
            return
        yield from self._end()
        raw = match[2].rstrip().rstrip("#").rstrip()
        if (alone := _date_alone(raw, self._today)) is not None:
            self._above, self._above_level = alone, level
            return
        if self._above is not None and level <= self._above_level:
            self._above = None
        head = read_head(raw, self._today, number=True)
        if head.title and (head.exact or head.numbered):
            self._block = Block(line.number, raw, head, level=level, said_above=self._above)
        elif raw:
            yield Skipped(line.number, HEADING, excerpt(raw))

    def _bullet(
        self, match: re.Match[str], text: str, line: SourceLine
    ) -> Iterator[Block | Skipped | Problem]:
        indent, bullet, gap, raw = match.groups()
        head = read_head(raw, self._today)
        if not self._begins(head, len(indent), bullet, gap):
            self._content(text, line)
            return
        yield from self._end()
        inset = len(indent) + len(bullet) + len(gap or "")
        self._block = Block(
            line.number,
            raw,
            head,
            bullet=bullet,
            indent=len(indent),
            inset=inset,
            said_above=self._above,
        )

    def _dates(self, text: str, *, after_blank: bool) -> bool:
        """Whether a line is a date alone, strong or not, which the stories below it have."""
        strong = text.strip().startswith(("**", "__", "【", "["))
        within = self._block is not None and self._block.level > 0
        alone = _date_alone(text, self._today) if (strong or after_blank) and not within else None
        if alone is None:
            return False
        self._above, self._above_level = alone, _STANDING
        return True

    def _begins(self, head: Head, indent: int, bullet: str, gap: str | None) -> bool:
        """Whether a bullet begins a block, and is no part of the one before it."""
        block = self._block
        leads = head.leads and head.exact
        numbered = bullet[0].isdigit()
        if block is None:
            return indent <= _TOP and (head.exact if numbered else leads or gap is not None)
        if indent >= block.indent + _NESTED:
            return False
        if numbered and block.numbered:
            return head.exact
        if block.level or isinstance(head.date, BadDate):
            return block.bullet == bullet
        return leads or (block.bullet == bullet and gap is not None)

    def _content(self, text: str, line: SourceLine) -> None:
        if self._block is not None:
            self._add(text)
        elif self._prose is None:
            self._prose = Skipped(line.number, OUTSIDE, excerpt(text))

    def _add(self, text: str) -> None:
        block = self._block
        if block is None:
            return
        stripped = text.strip()
        if self._fence is None and stripped.startswith(MARK) and stripped.endswith(MARK_END):
            block.fields = stripped[len(MARK) : -len(MARK_END)]
            return
        block.size += len(text) + 1
        if block.size > MAXIMUM_BODY:
            block.fault = block.fault or Problem(block.line, TOO_LONG, excerpt(block.raw))
            return
        code = self._fence is not None
        content, quoted = text, False
        if self._fence is None or self._fence[1]:
            content, quoted = _unquoted(text)
        self._turn_fence(content, quoted=quoted)
        block.body.append(BodyLine(content, quoted, code or self._fence is not None))

    def _turn_fence(self, content: str, *, quoted: bool) -> None:
        match = _FENCE.match(content)
        if match is None:
            return
        if self._fence is None:
            if match[1][0] == "~" or "`" not in content[match.end() :]:
                self._fence = (match[1], quoted)
        elif match[1].startswith(self._fence[0]) and not content[match.end() :].strip():
            self._fence = None

    def _leaves_fence(self, text: str) -> bool:
        """End a fenced block that its quote's end, or a new entry, ends. Returns whether."""
        if self._fence is None:
            return False
        if self._fence[1]:
            ends = not text.lstrip().startswith(">")
        else:
            bullet = _bullet(text)
            head = (
                read_head(bullet[4], self._today) if bullet is not None and not bullet[1] else None
            )
            ends = head is not None and head.leads and head.exact
        if ends:
            self._fence = None
        return ends

    def _without_comments(self, text: str, number: int) -> str:
        if self._comment:
            end = text.find("-->")
            if end < 0:
                return ""
            text, self._comment = text[end + 3 :], 0
        if text.lstrip().startswith(MARK) and text.rstrip().endswith(MARK_END):
            return text
        kept: list[str] = []
        place = 0
        while (start := text.find("<!--", place)) >= 0:
            kept.append(text[place:start])
            end = text.find("-->", start + 4)
            if end < 0:
                self._comment = number
                return "".join(kept)
            place = end + 3
        return "".join(kept) + text[place:] if kept else text

    def _end(self) -> Iterator[Block | Skipped | Problem]:
        yield from self._end_prose()
        self._fence = None
        if self._block is not None:
            block, self._block = self._block, None
            yield block

    def _end_prose(self) -> Iterator[Skipped]:
        if self._prose is not None:
            prose, self._prose = self._prose, None
            yield prose


def _unquoted(text: str) -> tuple[str, bool]:
    """Return a line without the mark of the quote that it stands in, and whether it had one."""
    content = text.lstrip()
    if not content.startswith((">", "＞")):
        return text, False
    return content[1:].removeprefix(" "), True
