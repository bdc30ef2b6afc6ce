"""Drafts as they can be kept: cleaned, within the limits, with real addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from store.entries import limits
from store.entries.identity import url_key
from store.entries.links import unwrapped
from store.errors import Flaw, InvalidEntry
from store.model import EntryDraft, Link, Rendition
from store.text import clean_line, clean_tag, clean_text, tag_key

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft that can be kept, and by what its main link is known again."""

    draft: EntryDraft
    url_key: bytes | None


def checked(draft: EntryDraft) -> CheckedDraft:
    """Return the draft as the store keeps it.

    Control characters are gone, the title stands on one line, and what repeats a tag or a link
    is left out. Raises InvalidEntry, which names the field.
    """
    url = _address("url", draft.url) if draft.url and draft.url.strip() else None
    kept = EntryDraft(
        title=_line("title", draft.title, limits.TITLE, required=True),
        url=url or None,
        links=_links(draft.links),
        note=_within("note", clean_text(draft.note), limits.NOTE),
        image=_image(draft.image) if draft.image else None,
        language=_language(draft.language) if draft.language else None,
        tags=_tags(draft.tags),
        added_by=_line("added_by", draft.added_by, limits.ADDED_BY),
        key=(_line("key", draft.key, limits.KEY) or None) if draft.key else None,
        published=draft.published,
        status=draft.status,
        renditions=tuple(map(checked_rendition, draft.renditions)),
    )
    return CheckedDraft(kept, _known_by("url", kept.url) if kept.url else None)


def checked_rendition(rendition: Rendition) -> Rendition:
    """Return a rendition as the store keeps it. Raises InvalidEntry."""
    return replace(
        rendition,
        language=_language(rendition.language),
        title=_line("title", rendition.title, limits.TITLE, required=True),
        note=_within("note", clean_text(rendition.note), limits.NOTE),
        drafted_by=_line("drafted_by", rendition.drafted_by, limits.ADDED_BY),
        reviewed_by=_line("reviewed_by", rendition.reviewed_by, limits.ADDED_BY),
    )


def _line(field: str, text: str, limit: int, *, required: bool = False) -> str:
    line = _within(field, clean_line(text), limit)
    if required and not line:
        raise InvalidEntry(field, Flaw.EMPTY)
    return line


def _within(field: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise InvalidEntry(field, Flaw.TOO_LONG, limit)
    return text


def _address(field: str, url: str) -> str:
    plain = _within(field, url.strip(), limits.URL)
    _known_by(field, plain)
    return unwrapped(plain, archives=False)


def _known_by(field: str, url: str) -> bytes:
    try:
        return url_key(url)
    except ValueError:
        raise InvalidEntry(field, Flaw.NOT_AN_ADDRESS) from None


def _links(links: tuple[Link, ...]) -> tuple[Link, ...]:
    kept: dict[str, Link] = {}
    for link in links:
        title = _line("links", link.title, limits.LINK_TITLE) if link.title else None
        url = _address("links", link.url)
        kept.setdefault(url, Link(url, title or None))
    if len(kept) > limits.LINKS:
        raise InvalidEntry("links", Flaw.TOO_MANY, limits.LINKS)
    return tuple(kept.values())


def _image(image: str) -> str | None:
    """Return where the image is: an address, or a path beside the page that it came from."""
    plain = _line("image", image, limits.URL)
    try:
        scheme = urlsplit(plain).scheme
    except ValueError:
        raise InvalidEntry("image", Flaw.NOT_AN_ADDRESS) from None
    return _address("image", plain) if scheme else plain or None


def _language(language: str) -> str:
    plain = _within("language", language.strip(), limits.LANGUAGE)
    if not _LANGUAGE.fullmatch(plain):
        raise InvalidEntry("language", Flaw.NOT_A_LANGUAGE)
    return plain


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for tag in tags:
        plain = _within("tags", clean_tag(tag), limits.TAG)
        if plain:
            kept.setdefault(tag_key(plain), plain)
    if len(kept) > limits.TAGS:
        raise InvalidEntry("tags", Flaw.TOO_MANY, limits.TAGS)
    return tuple(kept.values())
