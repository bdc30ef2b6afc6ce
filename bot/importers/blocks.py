"""The lines of a page are divided into blocks: a would-be entry's first line and its body.

A block begins with a bullet, a heading, a row of a table, or a line that begins with a date where
no other block is; it ends with a rule of dashes, with a heading, or with the next block. Nested
bullets, and bullets of another mark than the entry's own, belong to the note, unless they begin
with a date, or what they stand below is no entry. A heading or a line that is nothing but a date
dates what stands below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import regex

from bot.i18n.translator import N_
from bot.importers.block import ADDRESS, MARK, MARK_END, Block, BodyLine, is_number
from bot.importers.fields import labelled
from bot.importers.head import Head, HeadReader, is_label
from bot.importers.markdown import LineKind, PageLine, TableRow, is_rule
from bot.importers.markup import BULLET
from bot.importers.result import Problem, Skipped, excerpt
from store.dates import BadDate, is_exact
from store.model import PublishedDate

OUTSIDE = N_("This is outside any entry.")
HEADING = N_("A heading, not an entry.")
FOOTNOTE = N_("A footnote, not part of an entry.")
OPEN_COMMENT = N_("The comment that begins here has no end.")

_WEAK = regex.compile(r"[OvV]|[ivxIVX]{1,4}[.)]|\p{Nl}[.)]?|\[[0-9]+\]|#[0-9]+|>>+")
"""Marks that may be words of a text as well: a bullet only where a date follows."""
_EMOJI = regex.compile(r"\p{Emoji_Presentation}")
_TITLES = frozenset(
    "title paper news headline name article story 제목 논문 소식 뉴스 기사 이름".split()
)
"""Words by which a table's column says that it holds titles."""
_FOOTNOTE = re.compile(r"(?<!\\)\[\^[^\[\]\s\\]{1,40}\]")
_WORDS = re.compile(r"\w")
_STRONG = ("**", "__", "[", "【", "--", "==", "~~", "─", "━", "═")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FIELDS_BELOW = frozenset({"url", "published", "tags"})
"""What a line below a title may say of its story."""
_TITLED = 3
"""Lines between which a title may stand above the first of its fields, at most."""
_NESTED = 2
_TOP = 3
_LINE, _BULLET = 7, 8
"""Ranks of dates that stand above: headings have 1 to 6, bullets this and their indentation."""


class BlockReader:
    """Divides a page, line by line. What it yields comes in the order of the page."""

    def __init__(self, heads: HeadReader, above: PublishedDate | None = None) -> None:
        """`above` is the date of all that says none."""
        self._heads = heads
        self._marks = set("*+-")
        self._above: list[tuple[int, PublishedDate]] = [(0, above)] if above else []
        self._block: Block | None = None
        self._prose: list[PageLine] = []
        self._comment = 0
        self._footnote = False
        self._blank = True

    def read(self, lines: Iterable[PageLine]) -> Iterator[Block | Skipped | Problem]:
        """Yield what ends with each of the lines."""
        for original in lines:
            line = _without_footnotes(original)
            if line is None:
                yield Skipped(original.number, FOOTNOTE, excerpt(original.text))
            # A footnote goes on where a line is indented.
            self._footnote = line is None or (
                self._footnote and (not line.text.strip() or line.text.startswith(("    ", "\t")))
            )
            if line is not None and not self._footnote:
                yield from self._read(line)

    def _read(self, line: PageLine) -> Iterator[Block | Skipped | Problem]:
        text = line.text.expandtabs(4) if line.text[:1].isspace() else line.text
        if self._block is not None and self._block.loose and self._blank and text.strip():
            yield from self._end()
        if self._comment or line.kind is LineKind.TEXT:
            shown = self._without_comments(text, line.number)
            if shown.strip() or not text.strip():
                same = shown is line.text and line.kind is LineKind.TEXT
                yield from self._place(
                    line if same else replace(line, text=shown, kind=LineKind.TEXT)
                )
        elif line.kind is LineKind.TABLE:
            yield from self._table(line)
        elif line.kind is LineKind.HEADING:
            yield from self._heading(line)
        elif self._block is not None:
            self._block.add(line)
        else:
            self._add_prose(line)
        self._blank = not text.strip()
        if line.fault:
            yield from self._fault(Problem(line.number, line.fault, excerpt(text)))

    def close(self) -> Iterator[Block | Skipped | Problem]:
        """Yield what ends with the page."""
        yield from self._end()
        if self._comment:
            yield Problem(self._comment, OPEN_COMMENT)

    def _fault(self, problem: Problem) -> Iterator[Problem]:
        if self._block is None:
            self._prose.clear()
            yield problem
        elif self._block.fault is None:
            self._block.fault = problem

    def _place(self, line: PageLine) -> Iterator[Block | Skipped | Problem]:
        if not line.text.strip():
            if self._prose and self._prose[-1].kind is not LineKind.HEADING:
                yield from self._end_prose()
            if self._block is not None:
                self._block.add(line)
        elif is_rule(line.text):
            yield from self._end()
        elif (bullet := BULLET.fullmatch(line.text)) is not None:
            yield from self._bullet(bullet, line)
        else:
            yield from self._content(line)

    def _heading(self, line: PageLine) -> Iterator[Block | Skipped | Problem]:
        block, level = self._block, line.level
        head = self._heads.read(line.text, self._dated(level), number=True)
        rule = line.underlined and level > 1 and not head.exact
        if rule and (self._prose or (block is not None and not block.underlined)):
            yield from self._content(
                replace(line, kind=LineKind.TEXT)
            )  # what underlines it is a rule
            yield from self._end()
            return
        own = head.own and (head.exact or (block is not None and block.bare))
        if block is not None and 0 < block.level < level and not own:
            block.add(line)
            return
        yield from self._end()
        above = self._date_above(level)
        section = self._heads.section_date(line.text, above)
        if section is not None:
            self._above.append((level, section))
        elif head.title and (
            head.exact
            or head.numbered
            or above is not None
            or (level > 1 and head.linked and not is_label(head.title))
        ):
            self._block = Block(
                line.number, line.text, head, level, above=above, underlined=line.underlined
            )
        elif line.text:
            self._prose.append(line)

    def _bullet(
        self, match: regex.Match[str], line: PageLine
    ) -> Iterator[Block | Skipped | Problem]:
        indent, bullet, gap, raw = match.groups()
        above = self._dated(_BULLET + len(indent))
        first, *below = _BREAK.split(raw)
        head = self._heads.read(first, above)
        if below and not head.title:
            below, head = [], self._heads.read(raw, above)
        field, _ = labelled(raw)
        if field in _FIELDS_BELOW and (self._block is not None or self._prose):
            yield from self._content(line)
            return
        if not self._begins(head, len(indent), bullet, loose=gap is not None):
            yield from self._content(line)
            return
        block = self._block
        deeper = block is not None and block.indent < len(indent)
        if block is not None and block.date_below and (deeper or block.bullet != bullet):
            rank = _BULLET + block.indent if deeper else _LINE
            self._put_above(rank, block.date_below)
            self._block = None
        elif block is not None and deeper and block.bare:
            block.above = None  # it only says what the bullets below it are about
        yield from self._end()
        self._marks.add(bullet)
        self._block = Block(
            line.number,
            raw,
            head,
            bullet=bullet,
            indent=len(indent),
            inset=len(line.text) - len(raw),
            above=self._date_above(_BULLET + len(indent)),
        )
        for text in below:
            self._block.add(PageLine(line.number, text))

    def _begins(self, head: Head, indent: int, bullet: str, *, loose: bool) -> bool:
        """Whether a bullet begins a block, and is no part of the one before it.

        `loose`: there is a gap behind the mark.
        """
        block = self._block
        loose = loose or not bullet.isascii()
        dated = head.leads and head.exact
        if _WEAK.fullmatch(bullet):
            return dated
        if block is None or (block.bullet and indent + _NESTED <= block.indent):
            known = bullet in self._marks or not (is_number(bullet) or _EMOJI.match(bullet))
            return indent <= _TOP and (head.exact or head.own or (known and loose))
        if indent >= block.indent + _NESTED and not block.level:
            return block.bare and (head.own or block.date_below is not None)
        if block.bare and (head.own or (block.date_below and block.bullet != bullet)):
            return True
        if is_number(bullet) and block.numbered:
            return head.exact or head.linked or (head.addressed and not block.level)
        same = block.bullet == bullet
        if not block.level and not isinstance(head.date, BadDate):
            # In a list of links without dates, another mark begins another one.
            links = block.head.linked and block.head.date is None
            same = dated or (same and loose) or (links and head.own and indent <= block.indent)
        return same

    def _table(self, line: PageLine) -> Iterator[Block | Skipped | Problem]:
        rows = line.rows[2:] if line.columns else line.rows
        found: list[Block] = []
        for row in rows:
            found.append(self._row(row, line.columns, found[-1].head if found else None))
        if self._block is None or self._block.bare or any(row.is_news for row in found):
            yield from self._end()
            yield from found
            return
        self._block.add(line)

    def _row(self, row: TableRow, columns: Sequence[str], before: Head | None) -> Block:
        """Return a row as a block: the first cell that can be a title, and the others below.

        Where its first cell is empty, the date of the row `before` goes on in it.
        """
        above = self._date_above(_BULLET)
        heads = [self._heads.read(cell) for cell in row.cells]
        dates = [self._heads.section_date(cell, above) for cell in row.cells]
        said = [
            at
            for at, head in enumerate(heads)
            if dates[at] is None and _WORDS.search(row.cells[at]) and not row.cells[at].isdecimal()
        ]
        titles = [at for at in said if heads[at].title and not is_label(heads[at].title)]
        named = [at for at in titles if _TITLES & {*_name(columns, at).casefold().split()}]
        title = next(iter([*named, *titles, *said, 0]))
        raw = " ".join(cell for cell in row.cells if cell)
        when = heads[title].date or next((one for one in dates if one is not None), None)
        if when is None and before is not None and heads[title].linked and not row.cells[0]:
            when = before.date
        block = Block(row.line, raw, replace(heads[title], date=when), above=above)
        for at in said:
            if at != title:
                label = not heads[at].title or is_label(heads[at].title)
                name = "" if label and heads[at].links else _name(columns, at)
                text = f"{name}: {row.cells[at]}" if name else row.cells[at]
                block.body.append(BodyLine(text, quoted=False, code=False))
        return block

    def _content(self, line: PageLine) -> Iterator[Block | Skipped | Problem]:
        block = self._block
        quoted = line.text.lstrip().startswith((">", "＞"))
        if block is not None and block.date_below is not None and not quoted:
            head = self._heads.read(line.text)
            if head.title:  # the bullet was only its date
                block.head = replace(head, date=head.date or block.head.date, leads=True)
                return
        begun = self._begun(line)
        if begun is not None:
            yield from self._end()
            self._block = Block(line.number, line.text.strip(), begun)
            return
        address = ADDRESS.fullmatch(line.text) is not None
        if block is None and not self._prose and address:
            yield Block(line.number, line.text.strip(), self._heads.read(line.text))
            return
        field = labelled(line.text)[0] in _FIELDS_BELOW
        if block is None and (address or field):
            self._block = block = self._titled(sure=field)
        section = self._section(line)
        if section is not None:
            yield from self._end()
            self._put_above(_LINE, section)
        elif block is not None:
            block.add(line)
        else:
            if "://" in line.text:
                yield from self._end_prose()
            self._add_prose(line)

    def _begun(self, line: PageLine) -> Head | None:
        """Return the first line of a story that nothing marks but its date."""
        block = self._block
        may = block is None or not (block.bullet or block.level) or block.ends_with_address
        if not may and (not self._blank or line.text[:1].isspace()):
            return None
        head = self._heads.read(line.text)
        whole = may or head.linked or head.addressed
        return head if head.title and head.leads and head.exact and whole else None

    def _section(self, line: PageLine) -> PublishedDate | None:
        """Return the date that a line gives to the stories below it."""
        block = self._block
        below = self._may_be_below(block, line) if block else self._blank or not self._prose
        above = self._above[-1][1] if self._above else None
        section = self._heads.section_date(line.text, above) if below else None
        return section if is_exact(section) else None

    def _add_prose(self, line: PageLine) -> None:
        if len(self._prose) <= _TITLED:
            self._prose.append(line)

    def _titled(self, *, sure: bool) -> Block | None:
        """Return the story whose first lines were taken for prose, now that its link is below them.

        `sure`: a field is named there. Else it has a heading as its title, or a date.
        """
        if not self._prose or len(self._prose) > _TITLED:
            return None
        first, *rest = self._prose
        above = self._dated(first.level or _LINE + 1)
        head = self._heads.read(first.text, above)
        sure = sure or above is not None or first.level > 1
        sure = sure or any(self._heads.section_date(line.text, None) for line in rest)
        if not head.title or not sure:
            return None
        block = Block(first.number, first.text, head, first.level, above=above)
        for line in rest:
            block.add(line)
        self._prose.clear()
        return block

    def _may_be_below(self, block: Block, line: PageLine) -> bool:
        """Whether a date alone on a line is none of a story's text, but that of stories below."""
        apart = self._blank or line.text.lstrip().startswith(_STRONG)
        dated = block.head.date is None or any(rank == _LINE for rank, _ in self._above)
        inside = block.bullet and len(line.text) - len(line.text.lstrip()) > block.indent
        return apart and dated and not block.level and not inside

    def _dated(self, rank: int) -> PublishedDate | None:
        """Return the date that stands above what has a rank."""
        return next((date for other, date in reversed(self._above) if other < rank), None)

    def _date_above(self, rank: int) -> PublishedDate | None:
        """Forget the dates of what has ended, and return the one that still stands above."""
        self._above = [(other, date) for other, date in self._above if other < rank]
        return self._dated(rank)

    def _put_above(self, rank: int, date: PublishedDate) -> None:
        self._date_above(rank)
        self._above.append((rank, date))

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
        if self._block is not None:
            block, self._block = self._block, None
            yield block

    def _end_prose(self) -> Iterator[Skipped]:
        prose, self._prose = self._prose, []
        if prose and prose[0].kind is LineKind.HEADING:
            yield Skipped(prose[0].number, HEADING, excerpt(prose[0].text))
            del prose[0]
        for line in prose[1:] if len(prose) <= _TITLED else ():
            if date := self._heads.section_date(line.text, self._dated(_LINE)):
                self._put_above(_LINE, date)
        if prose:
            yield Skipped(prose[0].number, OUTSIDE, excerpt(prose[0].text))


def _without_footnotes(line: PageLine) -> PageLine | None:
    """Return a line without marks of footnotes, None for a footnote itself.

    The page's own renderer moves them to its end, where they belong to no entry.
    """
    if line.kind is LineKind.CODE or "[^" not in line.text or MARK in line.text:
        return line
    mark = _FOOTNOTE.match(line.text)
    if mark is not None and line.text.startswith(":", mark.end()):
        return None
    return replace(line, text=_FOOTNOTE.sub("", line.text))


def _name(columns: Sequence[str], at: int) -> str:
    return columns[at] if at < len(columns) else ""
