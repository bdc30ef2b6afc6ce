"""The first line of an entry on a page: date, title, contributor, tags, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.importers.fields import labelled
from bot.importers.markdown import Markdown
from bot.importers.pieces import Piece, Sign
from bot.importers.title_edges import (
    GROUP,
    HIDE,
    LEFT_BEHIND,
    REMARKS,
    SHOW,
    TitleEdges,
    date_below,
)
from store.dates import BadDate, is_exact, leading_date, plain_digits, read_date
from store.model import Link, PublishedDate

_LONGEST = 5000
"""Characters. Beyond any title that the store takes; markup in a longer line is left alone."""

_NUMBER = re.compile(
    r"\s*(?:(?:[0-9]{1,3}[.)]|#[0-9]{1,4}|[Nn]o\.?\s?[0-9]{1,4}\.?)\s+|[\u2460-\u2473\u2776-\u277f]\s*)"
)
_LABEL = re.compile(r"\s*(?:\[[^\W\d_][^\W_]{0,11}!?\]|\([^\W\d_][^\W_]{0,11}!?\))\s*(?=\S)")
"""A word in brackets before the date, such as `[속보]`; it stays in the title."""

_LABELS = frozenset(
    "논문 코드 링크 데모 영상 원문 출처 사이트 홈페이지 블로그 자료 기사 여기 상세 more here "
    "page project source homepage docs documentation colab weights huggingface hf twitter x "
    "media abs html official".split()
)
"""Further words that say of what kind a link is, and nothing of the story."""

_NEWS = frozenset(
    "소식 뉴스 모음 새소식 오늘의 주간 일일 월간 동향 브리핑 news update updates digest weekly "
    "daily monthly roundup recap briefing edition week of in the for ai".split()
)
"""Words beside a date in a heading that say no more than that news follow."""


_ROUGH = re.compile(
    r"(?<=[\s년])(?:(?:제?\s?[1-4](?:/4)?\s?분기|[상하]반기)(?![가-힣])|(?:Q[1-4]|[1-4]Q|H[12]|[12]H)\b)"
    r"|\b(?:Q[1-4]|H[12])(?=\s[0-9]{4})"
    r"|\b(?:week|vol\.?|issue|no\.?)\s?[0-9]{1,4}\b|#[0-9]{1,4}\b|제?\s?[0-9]{1,4}(?:호|회차?|주차)(?![가-힣])",
    re.IGNORECASE,
)
"""A part of a year: what stands below it has the year."""

_WORD = re.compile(r"\w+")
_EMPTIED = re.compile(
    r"[(\[（「『《〈<]\s*(?:\w{1,10}\s?[:：]\s*)?[)\]）」』》〉>]|[\"“]\s*[\"”]|['‘]\s*['’]"
)
FOOTNOTE_MARK = re.compile(r"(?<!\\)\[\^[^\[\]\s\\]{1,40}\]")
_ORNAMENTS = f"{LEFT_BEHIND}=~_*#─━═■□◆◇▶▷●○★☆※◈"
_BEFORE_LINK = re.compile(r"(?:[\s:|–—→-]|(?<=[\s=-])[.;,>=•·])+$")


@dataclass(frozen=True, slots=True)
class Head:
    """What an entry's first line says.

    `leads`: its date stands at the beginning. `numbered`: a number stands before the title.
    `unread`: what parentheses hold that is meant as a date, and stays in the title.
    """

    title: str
    date: PublishedDate | BadDate | None = None
    added_by: str = ""
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Piece, ...] = ()
    leads: bool = False
    numbered: bool = False
    unread: BadDate | None = None

    @property
    def exact(self) -> bool:
        """Whether it has a date, or what is meant as one, that is more than a year."""
        return is_exact(self.date)

    @property
    def linked(self) -> bool:
        """Whether the whole title is a link, and not only a word in it."""
        return bool(self.title) and any(link.title == self.title for link in self.links)

    @property
    def addressed(self) -> bool:
        """Whether a bare address stands beside the title."""
        return bool(self.title) and any(link.title is None for link in self.links)

    @property
    def own(self) -> bool:
        """Whether it is a story by itself, wherever it stands."""
        return (self.leads and self.exact) or (self.linked and not is_label(self.title))


class HeadReader:
    """Reads first lines, as of a day, with the definitions of links that the page has."""

    def __init__(self, markdown: Markdown, today: date) -> None:
        self._markdown = markdown
        self._today = today

    def read(
        self, markup: str, above: PublishedDate | None = None, *, number: bool = False
    ) -> Head:
        """Read a line such as `202104 TITLE (wonwizard)` or `TITLE (2022.4 OpenAI, text-to-image)`.

        `above`: the date above it, of which its own may be a part (`4/18 TITLE` below `2021`).
        `number`: a number may stand before the title (`3. TITLE`). Parentheses at the end are a
        date, a contributor (a name in lower case, as accounts have them, or one that says it:
        `@Kim`, `제보: 홍길동`), or a date with tags; else they are part of the title. A date may
        also stand behind a dash at the end, or behind the link that is the title.
        """
        if len(markup) > _LONGEST:
            lead = leading_date(markup, self._today)
            if lead is None:
                return Head(markup)
            return Head(markup[lead.end :], lead.date, leads=True)
        text, links, images, cut = self._plain(markup)
        numbered = False
        label = ""
        said = TitleEdges(self._today, above)
        field, value = labelled(text)
        text = said.without_begin(value if field == "title" else text)
        lead = leading_date(text, self._today)
        group = GROUP.match(text)
        if lead is not None and group is not None and lead.end < group.end():
            lead = None  # `[2024 in review]`
        if lead is None and (match := _NUMBER.match(plain_digits(text))):
            lead = leading_date(text[match.end() :], self._today)
            if number or lead is not None:
                numbered = number
                text = text[match.end() :]
        if lead is None and (match := _LABEL.match(text)):
            lead = leading_date(text[match.end() :], self._today)
            if lead is not None:
                label, text = match[0], text[match.end() :]
        led = said.date is not None or lead is not None
        if lead is not None:
            said.date, text = lead.date, label + text[lead.end :]
        text = said.without_end(text, links)
        if cut:
            text = _BEFORE_LINK.sub("", text)
        title = " ".join(text.translate(SHOW).split())
        return Head(
            title if _WORD.search(title) else "",
            said.date,
            said.added_by,
            said.tags,
            links,
            images,
            leads=led,
            numbered=numbered,
            unread=said.unread,
        )

    def without_footnotes(self, text: str) -> str:
        """Return a line without marks of footnotes, but for those that are nothing but a link."""
        return FOOTNOTE_MARK.sub(
            lambda mark: mark[0] if self._markdown.defines(mark[0][1:-1]) else "", text
        )

    def section_date(
        self, markup: str, above: PublishedDate | None, *, linked: bool = False
    ) -> PublishedDate | None:
        """Return the date that a heading says for all that stands below it, or None.

        It may be part of the date `above`: `4월 3일` below `2023`. `linked`: also where it is a
        link.
        """
        text, links, _, _ = self._plain(markup[:_LONGEST])
        words = [word for word in text.split() if word.strip(":.,").casefold() not in _NEWS]
        text = " ".join(_ROUGH.sub("", " ".join(words)).split()).strip(_ORNAMENTS)
        return None if (links and not linked) or not text else date_below(text, above, self._today)

    def _plain(self, markup: str) -> tuple[str, tuple[Link, ...], tuple[Piece, ...], bool]:
        """Return the text without markup, the links and images, and whether an address was cut."""
        words: list[str] = []
        labels: set[int] = set()  # the places of links that only say of what kind they are
        links: list[Link] = []
        footnotes: list[Link] = []
        images: list[Piece] = []
        cut = False
        for piece in self._markdown.pieces(markup):
            if piece.sign is Sign.IMAGE:
                images.append(piece)
            elif piece.sign is Sign.LINK:
                if piece.url:
                    kind = links if piece.raw else footnotes
                    kind.append(Link(piece.url, piece.text or None))
                labels |= {len(words)} if piece.text and is_label(piece.text) else set()
                words.append(piece.text or " ")
                cut = cut or not piece.text
            elif piece.sign is Sign.CODE:
                words.append(self._code(piece.text))
            else:
                hidden = piece.sign is Sign.ESCAPED
                words.append(piece.text.translate(HIDE) if hidden else piece.text)
        end = len(words)
        while end and (end - 1 in labels or not _WORD.search(words[end - 1])):
            end -= 1
        before = "".join(words[:end])
        lead = leading_date(before, self._today) if labels else None
        if any(at >= end for at in labels) and _WORD.search(before, lead.end if lead else 0):
            words = [" " if at in labels and at >= end else one for at, one in enumerate(words)]
            cut = True
        text = "".join(words)
        return _EMPTIED.sub(" ", text) if cut else text, (*links, *footnotes), tuple(images), cut

    def _code(self, text: str) -> str:
        """Return code so that nothing is read in it but a date."""
        try:
            read_date(text, self._today)
        except BadDate:
            return text.translate(HIDE)
        return text


def is_label(words: str) -> bool:
    """Whether words only say of what kind a link is: `paper`, `Project Page`, `논문`."""
    parts = [part.casefold() for part in _WORD.findall(words)]
    return bool(parts) and all(part in REMARKS or part in _LABELS for part in parts)
