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

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from urllib.parse import urljoin

from bot.commands.values import DATE_FLAWS
from bot.i18n.translator import N_
from bot.importers.blocks import Block, BodyLine, front_matter, read_blocks
from bot.importers.drafts import item
from bot.importers.fields import BadField, draft_from, split_tags
from bot.importers.front_matter import read_settings
from bot.importers.head import Head
from bot.importers.lines import SourceLine
from bot.importers.markup import Code, ImageMark, LinkMark, PlainText, is_web, pieces, unescaped
from bot.importers.rendering import rendered
from bot.importers.result import Problem, Reading, Skipped, excerpt
from bot.port.text import language_of_text
from store.dates import BadDate
from store.model import EntryDraft, Link, PublishedDate

NO_ENTRY = N_("This is no entry: it has neither a date nor a link of its own.")
BAD_FIELDS = N_("The comment “ainews” is not JSON: {reason}.")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w{2,8})?")
_LANGUAGE_NAMES = ("lang", "language", "locale")
_POSTS = frozenset({"post", "posts", "news", "article", "link", "entry", "single"})
_POST_LINE = 1
_POST_FIELDS = {
    "published": ("date", "published", "published_at"),
    "url": ("link", "external_url", "external-url", "link_url", "source", "url", "canonical_url"),
    "image": ("image", "thumbnail", "og_image", "cover"),
    "added_by": ("author", "by"),
}
"""The fields of an entry, and the names that they have in front matter, the best first."""


def read_page(
    lines: Iterator[SourceLine], today: date, base_url: str | None = None
) -> Iterator[Reading]:
    """Yield what a page holds, in order.

    `base_url` makes the paths of images whole. Entries whose language the front matter does not
    say are Korean where they have Korean letters, else English.
    """
    matter, first, problem = front_matter(lines, today)
    if problem is not None:
        yield problem
    settings = read_settings(matter)
    said = next((text for name in _LANGUAGE_NAMES if (text := settings.get(name))), "")
    language = said.replace("_", "-") if _LANGUAGE.fullmatch(said) else None
    page = list(rendered(chain(first, lines), today))
    blocks = list(read_blocks(iter(page), today))
    dated = any(isinstance(one, Block) and one.head.exact for one in blocks)
    if not dated and _is_post(settings):
        yield _post(settings, page, language, base_url, today)
        return
    for block in blocks:
        yield _entry(block, language, base_url, today) if isinstance(block, Block) else block


def _is_post(settings: Mapping[str, str]) -> bool:
    """Whether a page's front matter is that of one story, as Jekyll's posts have it."""
    if not settings.get("title"):
        return False
    return settings.get("layout") in _POSTS or ("date" in settings and "layout" not in settings)


def _post(
    settings: Mapping[str, str],
    page: Sequence[SourceLine],
    language: str | None,
    base_url: str | None,
    today: date,
) -> Reading:
    """Read a page that is one story: its front matter is the head, its text the note."""
    title = settings["title"]
    head = Head(title, tags=split_tags(settings.get("tags") or settings.get("categories") or ""))
    block = Block(_POST_LINE, title, head)
    block.body = [BodyLine(line.text, quoted=False, code=False) for line in page]
    block.fault = next((Problem(one.number, one.fault) for one in page if one.fault), None)
    fields = {
        own: settings[name]
        for own, names in _POST_FIELDS.items()
        for name in reversed(names)
        if settings.get(name)
    }
    return _entry(block, language, base_url, today, fields)


def _entry(
    block: Block,
    language: str | None,
    base_url: str | None,
    today: date,
    said: Mapping[str, object] | None = None,
) -> Reading:
    """Return what a block is. `said` are fields that stand outside of it."""
    if block.fault is not None:
        return block.fault
    try:
        fields = said or _fields(block)
        body = _read_body(block)
        head = block.head
        linked = body.alone or _is_linked(head) or (block.said_above and body.links)
        if fields is None and head.date is None and not linked:
            return Skipped(block.line, NO_ENTRY, excerpt(block.raw))
        draft = EntryDraft(
            title=head.title,
            url=body.links[0].url if body.links else None,
            links=tuple(body.links[0 if said and "url" in said else 1 :]),
            note=body.note,
            image=_whole(body.image, base_url),
            published=_date(head, fields or {}) or block.said_above,
            language=language or language_of_text(f"{head.title} {body.note}"),
            tags=head.tags,
            added_by=head.added_by,
        )
        draft = draft_from(fields or {}, draft, today)
    except BadField as error:
        return Problem(block.line, error.reason, excerpt(block.raw), error.values)
    return item(draft, block.line, block.raw)


def _date(head: Head, fields: Mapping[str, object]) -> PublishedDate | None:
    if not isinstance(head.date, BadDate):
        return head.date
    if "published" in fields:
        return None
    raise BadField(DATE_FLAWS[head.date.flaw], value=head.date.text)


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


def _is_linked(head: Head) -> bool:
    """Whether the whole title is a link, and not only a word in it."""
    return bool(head.title) and any(link.title == head.title for link in head.links)


def _whole(image: str | None, base_url: str | None) -> str | None:
    if not image or not base_url:
        return image
    try:
        return urljoin(base_url, image)
    except ValueError:
        return image


@dataclass(slots=True)
class _Body:
    """What stands in an entry, its first line's links and images included.

    `alone`: a line of the body holds nothing but links.
    """

    links: list[Link] = field(default_factory=list)
    image: str | None = None
    note: str = ""
    alone: bool = False

    def take_image(self, image: ImageMark) -> bool:
        """Take an image as the entry's, or as a link. Returns False for one that stays text."""
        if self.image is None:
            self.image = image.source
        elif is_web(image.source):
            self.take_link(Link(image.source, image.alt.strip() or None))
        else:
            return False
        return True

    def take_link(self, link: Link) -> None:
        """Take a link that is not there yet."""
        if all(link.url != known.url for known in self.links):
            self.links.append(link)


def _read_body(block: Block) -> _Body:
    body = _Body()
    for link in block.head.links:
        body.take_link(link)
    for image in block.head.images:
        body.take_image(image)
    lines: list[BodyLine] = []
    for line in block.body:
        if line.code:
            lines.append(BodyLine(unescaped(line.text), line.quoted, code=True))
        elif (text := _words(line.text, body)) is not None:
            lines.append(BodyLine(text, line.quoted, code=False))
    body.note = _note(lines, block.inset)
    return body


def _words(text: str, body: _Body) -> str | None:
    """Return the words of a line, its links and images taken; None where it has no words."""
    kept: list[str] = []
    links: list[Link] = []
    marked = words = False
    for piece in pieces(text):
        match piece:
            case PlainText():
                kept.append(f"\\{piece.raw}" if piece.escaped else unescaped(piece.raw))
                words = words or bool(piece.raw.strip())
            case Code():
                kept.append(unescaped(piece.raw))
                words = True
            case LinkMark():
                kept.append(piece.url if not piece.words else unescaped(piece.raw))
                links.append(Link(piece.url, piece.words or None))
            case ImageMark():
                if body.take_image(piece):
                    marked = True
                else:
                    kept.append(unescaped(piece.raw))
                    words = True
    for link in links:
        body.take_link(link)
    if words or not (links or marked):
        return "".join(kept)
    body.alone = body.alone or bool(links)
    return None


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
