"""The first line of an entry on a page: date, title, contributor, tags, links."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import date

from bot.importers.fields import labelled, split_tags
from bot.importers.markdown import Markdown
from bot.importers.pieces import Piece, Sign
from store.dates import BadDate, DateFlaw, is_exact, leading_date, plain_digits, read_date
from store.model import Link, PublishedDate

_LONGEST = 5000
"""Characters. Beyond any title that the store takes; markup in a longer line is left alone."""

_NUMBER = re.compile(r"\s*(?:[0-9]{1,3}[.)]|#[0-9]{1,4}|[Nn]o\.?\s?[0-9]{1,4}\.?)\s+")
_LABEL = re.compile(r"\s*(?:\[[^\W\d_][^\W_]{0,11}!?\]|\([^\W\d_][^\W_]{0,11}!?\))\s*(?=\S)")
"""A word in brackets before the date, such as `[속보]`; it stays in the title."""
_HANDLE = re.compile(r"@[A-Za-z0-9_][\w.-]{1,38}|(?:by\s+@?)?[a-z][a-z0-9_-]{2,38}")
_NAMED = re.compile(
    r"(?:제보|추천|공유)\s*[:：]?\s*([\w.-]{2,39})|([\w.-]{2,38}?)\s*님(?:\s*(?:제보|추천|공유))?"
)
_REMARKS = frozenset(
    "alpha api app arxiv beta blog chinese code dataset demo deprecated draft english free "
    "github hot iclr icml korean link llm main model news new nips note old open oss paper "
    "pdf poster preprint preview release released repo report review slide slides soon survey "
    "talk tbd tutorial update updated video website wip workshop youtube".split()
)
"""Words in lower case that say something of the news, so that they name nobody."""

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

_PART = re.compile(
    r"(?P<before>\W*)(?P<part>(?:[0-9]{1,2}월 ?)?[0-9]{1,2}일|[0-9]{1,2}/[0-9]{1,2}"
    r"|[0-9]{2}[.-][0-9]{2}\.?|[0-9]{1,2}\.[0-9]{1,2}\.?(?= ?[:()\]])"
    r"|[A-Z][a-z]{2,8}\.? [0-9]{1,2}(?:st|nd|rd|th)?)(?![\w%/.-])"
)
"""A day without its year, or without its month too."""

_ROUGH = re.compile(
    r"(?<=[\s년])(?:(?:제?\s?[1-4](?:/4)?\s?분기|[상하]반기)(?![가-힣])|(?:Q[1-4]|[1-4]Q|H[12]|[12]H)\b)"
    r"|\b(?:Q[1-4]|H[12])(?=\s[0-9]{4})"
    r"|\b(?:week|vol\.?|issue|no\.?)\s?[0-9]{1,4}\b|#[0-9]{1,4}\b|제?\s?[0-9]{1,4}(?:호|회차?|주차)(?![가-힣])",
    re.IGNORECASE,
)
"""A part of a year: what stands below it has the year."""

_WORD = re.compile(r"\w+")
_OF_A_DATE = re.compile(r"[월일]|[A-Za-z]{3}|[0-9](?P<sign>[./-])[0-9]")
_BETWEEN = re.compile(r"[,，、]\s*|^[A-Za-z]\S*\s")
_HASHTAGS = re.compile(r"(?:\s+#[^\W\d_][\w/-]*)+\s*$")
_GROUP = re.compile(r"\s*[(\[【]([^()\[\]【】]{3,60})[)\]】](?=\s)")
_BEHIND = re.compile(r"\s(?:[-–—|·•@/]|,)\s+|,\s+")
_EMPTIED = re.compile(r"[(\[（「『《〈<]\s*[)\]）」』》〉>]|[\"“]\s*[\"”]|['‘]\s*['’]")
_CLOSING, _OPENING = ")）", "(（"
_LEFT_BEHIND = " \t:|–—-"
_ORNAMENTS = f"{_LEFT_BEHIND}=~_*#─━═■□◆◇▶▷●○★☆※◈"
_BEFORE_LINK = re.compile(r"(?:[\s:|–—→-]|(?<=[\s=-])[.;,>=•·])+$")
_SHORTCODE = re.compile(r"^\s*:[a-z0-9_+-]+:")
"""An emoji as GitHub and chats write it: `:calendar:`."""
# Signs that Markdown shows as they are wait in a private plane until the markup is read.
_HIDE = {code: 0xF0000 + code for code in (*range(0x21, 0x7F), *map(ord, "·•∙"))}
_SHOW = {hidden: code for code, hidden in _HIDE.items()}


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
        said = _Said(self._today, above)
        field, value = labelled(text)
        text = said.without_begin(value if field == "title" else text)
        lead = leading_date(text, self._today)
        group = _GROUP.match(text)
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
        title = " ".join(text.translate(_SHOW).split())
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

    def section_date(self, markup: str, above: PublishedDate | None) -> PublishedDate | None:
        """Return the date that a heading says for all that stands below it, or None.

        It may be part of the date `above`: `4월 3일` below `2023`.
        """
        text, links, _, _ = self._plain(markup[:_LONGEST])
        words = [word for word in text.split() if word.strip(":.,").casefold() not in _NEWS]
        text = " ".join(_ROUGH.sub("", " ".join(words)).split()).strip(_ORNAMENTS)
        return None if links or not text else _date_below(text, above, self._today)

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
                words.append(piece.text.translate(_HIDE) if hidden else piece.text)
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
            return text.translate(_HIDE)
        return text


def is_label(words: str) -> bool:
    """Whether words only say of what kind a link is: `paper`, `Project Page`, `논문`."""
    parts = [part.casefold() for part in _WORD.findall(words)]
    return bool(parts) and all(part in _REMARKS or part in _LABELS for part in parts)


def _date_below(text: str, above: PublishedDate | None, today: date) -> PublishedDate | None:
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


@dataclass(slots=True)
class _Said:
    """What a date before the title and what stands behind it say."""

    today: date
    above: PublishedDate | None = None
    date: PublishedDate | BadDate | None = None
    added_by: str = ""
    tags: tuple[str, ...] = ()
    unread: BadDate | None = None

    def without_begin(self, text: str) -> str:
        """Take in what stands before the title, and return the rest, with a date in full."""
        group = _GROUP.match(text)
        if group is not None and self._takes_tags(group[1].translate(_SHOW)):
            return text[group.end() :]
        part = _PART.match(text)
        day = self._part(part["part"]) if part is not None else None
        return f"{part['before']}{day.iso}{text[part.end() :]}" if part and day else text

    def _part(self, text: str) -> PublishedDate | None:
        """Return the day that a text means below the date that stands above, if it lies in that."""
        if self.above is None:
            return None
        day = _date_below(text, self.above, self.today)
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
            found = self._whole(_SHORTCODE.sub("", text[begin:]).strip(_LEFT_BEHIND))
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
        inside = text[start + 1 : -1].translate(_SHOW).strip()
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
        if handle not in _REMARKS:
            return handle.removeprefix("@")
    return ""
