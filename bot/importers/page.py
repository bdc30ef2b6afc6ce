"""Pages in the format of a Jekyll news page become entries.

    ---
    title: AI news
    ---
    * 202104 EfficientNetV2: Smaller Models and Faster Training (wonwizard)
      > What the curator says,
    and goes on saying.
    https://arxiv.org/abs/2104.00298
    ![image](/images/efficientnetv2.jpg)
    -----------------
    ### 3. DALL·E 2 (2022.4 OpenAI, text-to-image)

The first link is the main one, the others are further links. A line that holds nothing but links
or an image goes from the note into its field; the words of all other lines stay as they are.
"""

from __future__ import annotations

import contextlib
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import PurePath
from urllib.parse import urljoin

from bot.commands.values import bad_date
from bot.i18n.translator import N_
from bot.importers.block import Block, BodyLine
from bot.importers.blocks import BlockReader
from bot.importers.fields import BadField, date_field, draft_from, labelled, split_tags, taken
from bot.importers.head import Head, HeadReader
from bot.importers.jekyll import as_markdown, front_matter
from bot.importers.lines import SourceLine
from bot.importers.markdown import Markdown, is_rule
from bot.importers.markup import unescaped
from bot.importers.pieces import Piece, Sign
from bot.importers.result import (
    NO_TITLE,
    NotTaken,
    Problem,
    Reading,
    Skipped,
    excerpt,
    item,
    untitled,
)
from bot.port.text import is_link, language_of_text
from store.dates import BadDate, is_exact, read_date
from store.model import EntryDraft, Link, PublishedDate

MAXIMUM_PART = 1 << 20
"""Characters of a page that are read as one. A longer page is read in parts, which end with a rule
of dashes or, beyond twice as much, with a blank line; a link finds its definition in its own part
or an earlier one."""

NO_OWN_LINK = N_("Not an entry: no date, and its link is only a part of it.")
NO_ENTRY = N_("Not an entry: no date and no link.")
BAD_FIELDS = N_("The comment “ainews” is not JSON: {reason}.")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w{2,8})?")
_POST_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-(.*?)(?:\.\w+)?")
_OF_POST = ("title", "url", "published", "added_by", "tags", "image")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FIRST_HEADING = re.compile(r"#[ \t]+(\S.*)")
_NO_WORDS = frozenset(("", *"-*+•"))
_BOOLEANS = ("true", "false")


def read_page(
    lines: Iterator[SourceLine], today: date, name: str = "", base_url: str | None = None
) -> Iterator[Reading]:
    """Yield what a page holds, in order. Holds a part of it at a time.

    `name` is the file's: a post of Jekyll has its date there. `base_url` makes the paths of images
    whole. Entries whose language the front matter does not say are Korean where they have Korean
    letters, else English.
    """
    front, beyond = front_matter(lines)
    if front.remark is not None:
        yield front.remark
    page = _Page(front.values, today, PurePath(name).name, base_url)
    yield from page.read(_parts(chain(beyond, lines)))


def _parts(lines: Iterable[SourceLine]) -> Iterator[list[SourceLine]]:
    """Yield the lines in parts, as Markdown alone."""
    part: list[SourceLine] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line.text) + 1
        rule = is_rule(line.text) or (not line.text.strip() and size > 2 * MAXIMUM_PART)
        if (size > MAXIMUM_PART and rule) or size > 4 * MAXIMUM_PART:
            yield _rendered(part)
            part, size = [], 0
    yield _rendered(part)


def _rendered(lines: list[SourceLine]) -> list[SourceLine]:
    if not lines:
        return lines
    text = "\n".join(line.text for line in lines)
    shown = as_markdown(text)
    if shown == text:
        return lines
    texts = shown.split("\n")
    return [replace(line, text=text) for line, text in zip(lines, texts, strict=True)]


class _Page:
    """A page that is being read. `front` is what its front matter says."""

    def __init__(
        self, front: Mapping[str, object], today: date, name: str, base_url: str | None
    ) -> None:
        hidden = front.get("published")  # to Jekyll, whether the page is to be seen
        unsaid = {"categories", *(("published",) if hidden in _BOOLEANS else ())}
        self._front, _ = taken({key: front[key] for key in front if key not in unsaid})
        self._is_post = front.get("layout") == "post"
        self._slug = ""
        self._today = today
        self._base_url = base_url
        if dated := _POST_NAME.fullmatch(name):
            self._front.setdefault("published", dated[1])
            self._slug = dated[2]
            self._is_post = True
        language = str(self._front.get("language") or "")
        self._language = language.replace("_", "-") if _LANGUAGE.fullmatch(language) else None
        self._markdown = Markdown()

    def read(self, parts: Iterator[list[SourceLine]]) -> Iterator[Reading]:
        """Yield the page's stories; of a post that has none, the story that it is itself."""
        first, second = next(parts), next(parts, None)
        dated = self._is_post or bool(self._front.get("published"))
        titled = self._front.get("title") or self._is_post
        if second is not None or not titled or not dated:
            yield from self._stories(chain([first], [second] if second else [], parts))
            return
        linked = str(self._front.get("url")).startswith(("http://", "https://"))
        found = [] if linked else list(self._stories([first]))
        if any(not isinstance(reading, Skipped) for reading in found):
            yield from found
        else:
            yield from self._post(first if self._front.get("title") else self._titled(first))

    def _titled(self, lines: list[SourceLine]) -> list[SourceLine]:
        """Take a post's title from its first heading, else from the file's name, as Jekyll does.

        Returns the lines without that heading.
        """
        for at, line in enumerate(lines):
            if heading := _FIRST_HEADING.fullmatch(line.text):
                self._front["title"] = heading[1]
                return [*lines[:at], replace(line, text=""), *lines[at + 1 :]]
            if line.text.strip():
                break
        self._front["title"] = self._slug.replace("-", " ")
        return lines

    def _stories(self, parts: Iterable[list[SourceLine]]) -> Iterator[Reading]:
        above = None
        if self._is_post:
            with contextlib.suppress(BadField):
                above = date_field(self._front.get("published"), self._today)
        reader = BlockReader(HeadReader(self._markdown, self._today), above)
        for part in parts:
            for found in reader.read(self._markdown.outline(part)):
                yield from self._readings(found)
        for found in reader.close():
            yield from self._readings(found)

    def _post(self, lines: Sequence[SourceLine]) -> Iterator[Reading]:
        """Yield the story that a page is: its text is the note, the rest says its front matter."""
        fields = {name: self._front[name] for name in _OF_POST if self._front.get(name)}
        tags = fields.get("tags")
        if isinstance(tags, str) and "," not in tags:
            fields["tags"] = tags.split()
        block = Block(1, str(fields["title"]), Head(str(fields["title"])))
        shown = _COMMENT.sub(
            lambda match: "\n" * match[0].count("\n"), "\n".join(line.text for line in lines)
        ).split("\n")
        texts = [replace(line, text=text) for line, text in zip(lines, shown, strict=False)]
        for line in self._markdown.outline(texts):
            block.add(line)
        yield from self._entry(block, fields)

    def _readings(self, found: Block | Skipped | Problem) -> Iterator[Reading]:
        if not isinstance(found, Block):
            yield found
        elif found.fault is not None:
            yield found.fault
        else:
            try:
                fields = _fields(found)
            except BadField as error:
                yield Problem(found.line, error.reason, excerpt(found.raw), error.values)
            else:
                yield from self._entry(found, fields)

    def _entry(self, block: Block, fields: Mapping[str, object] | None) -> Iterator[Reading]:
        head = block.head
        body = self._body(block)
        above = block.above is not None and not block.level and not self._is_post
        linked = body.alone or head.linked or head.addressed
        if fields is None and not (head.date or body.date or above or linked):
            reason = NO_OWN_LINK if body.links else NO_ENTRY
            reason = NO_TITLE if body.links and not head.title else reason
            bare = EntryDraft(head.title, body.links[0].url) if len(body.links) == 1 else None
            yield Skipped(block.line, reason, excerpt(block.raw), untitled=bare and untitled(bare))
            return
        first = body.links[0].url if body.links else None
        main = (fields or {}).get("url", first)
        try:
            draft = EntryDraft(
                title=head.title,
                url=first,
                links=tuple(link for link in body.links if link.url != main),
                note=body.note,
                image=body.image,
                published=_date(head, fields or {}) or block.above or body.date,
                language=self._language or language_of_text(f"{head.title} {body.note}"),
                tags=(*head.tags, *body.tags),
                added_by=head.added_by,
            )
            draft = draft_from(fields or {}, draft, self._today)
        except BadField as error:
            yield Problem(block.line, error.reason, excerpt(block.raw), error.values)
            return
        if self._base_url and draft.image:
            with contextlib.suppress(ValueError):
                draft = replace(draft, image=urljoin(self._base_url, draft.image))
        yield item(draft, block.line, block.raw)
        if head.unread is not None and "title" not in (fields or {}):
            reason, values = bad_date(head.unread)
            yield NotTaken(block.line, reason, excerpt(block.raw), values)

    def _body(self, block: Block) -> _Body:
        body = _Body(None if block.head.date or block.above else self._today)
        for link in block.head.links:
            body.take_link(link)
        for image in block.head.images:
            body.take_image(image)
        lines: list[BodyLine] = []
        for line in block.body:
            if line.code:
                lines.append(BodyLine(unescaped(line.text), line.quoted, code=True))
            elif (text := body.words(self._markdown.pieces(line.text))) is not None:
                lines.append(BodyLine(text, line.quoted, code=False))
        body.note = _note(lines, block.inset)
        return body


def _date(head: Head, fields: Mapping[str, object]) -> PublishedDate | None:
    if not isinstance(head.date, BadDate):
        return head.date
    if "published" in fields:
        return None
    reason, values = bad_date(head.date)
    raise BadField(reason, **values)


def _fields(block: Block) -> dict[str, object] | None:
    """Return what a comment of ours says in the block. Raises BadField."""
    if block.fields is None:
        return None
    try:
        fields = json.loads(block.fields)
    except json.JSONDecodeError as error:
        raise BadField(BAD_FIELDS, reason=error.msg) from None
    except (ValueError, RecursionError):
        raise BadField(BAD_FIELDS, reason="nested too deep") from None
    if not isinstance(fields, dict):
        raise BadField(BAD_FIELDS, reason="not an object")
    return fields


@dataclass(slots=True)
class _Body:
    """What stands in an entry, its first line's links and images included.

    `alone`: a line of the body holds nothing but links. With `today`, the first line that is
    nothing but a date is taken as `date`.
    """

    today: date | None = None
    date: PublishedDate | None = None
    links: list[Link] = field(default_factory=list)
    image: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    alone: bool = False

    def take_image(self, image: Piece) -> bool:
        """Take an image as the entry's, or as a link. Returns False for one that stays text."""
        if self.image is None:
            self.image = image.url
        elif is_link(image.url):
            self.take_link(Link(image.url, image.text.strip() or None))
        else:
            return False
        return True

    def take_link(self, link: Link) -> None:
        """Take a link that is not there yet."""
        if all(link.url != known.url for known in self.links):
            self.links.append(link)

    def words(self, pieces: Sequence[Piece]) -> str | None:
        """Take a line's links and images, and return its words; None where it has none."""
        kept: list[str] = []
        links: list[Link] = []
        marked = False
        plain = ""
        for piece in pieces:
            if piece.sign is Sign.IMAGE and self.take_image(piece):
                marked = True
                continue
            kept.append(piece.raw)
            if piece.sign is Sign.LINK and piece.url:
                links.append(Link(piece.url, piece.text or None))
            elif piece.sign is Sign.FORMAT:
                marked = marked or not piece.raw
            else:
                plain += piece.text or piece.raw
        for link in links:
            self.take_link(link)
        if self._takes_date(plain):
            return None
        field, value = labelled(plain)
        if field == "tags" and value:
            self.tags += split_tags(value)
            return None
        words = value if field == "url" and links else plain.strip()
        self.alone = self.alone or (bool(links) and words in _NO_WORDS)
        return "".join(kept) if words or not (links or marked) else None

    def _takes_date(self, words: str) -> bool:
        """Take in a line that is nothing but a date: `Jun 11, 2022`, `- Date: 2022-06-12`."""
        if self.today is None or self.date is not None:
            return False
        with contextlib.suppress(BadDate):
            found = read_date(words.strip().lstrip("-*+• "), self.today)
            self.date = found if is_exact(found) else None
        return self.date is not None


def _note(lines: list[BodyLine], inset: int) -> str:
    """Return the note: the words without the indentation that the entry's bullet gives them."""
    texts: list[str] = []
    quoted = any(line.quoted for line in lines)
    blank = False
    for line in lines:
        if line.quoted or line.code:
            text = line.text
        else:
            text = line.text[min(inset, len(line.text) - len(line.text.lstrip())) :]
            if not text.strip():
                blank = True
                continue
        if blank and texts:
            texts.append("")
        blank = False
        texts.append(text)
    note = "\n".join(texts)
    return note if quoted else textwrap.dedent(note)
