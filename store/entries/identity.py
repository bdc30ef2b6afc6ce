"""By what an entry is known again: short forms of its link, or of its title and date."""

from __future__ import annotations

from hashlib import blake2b

from store.entries.links import canonical
from store.model import PublishedDate
from store.text import folded

_DIGEST = 16  # bytes: among a million stories, two alike by chance have odds of 1 in 10**26


def digest(*parts: str) -> bytes:
    """Return a short form of texts that is equal where the texts are."""
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=_DIGEST).digest()


def url_key(url: str) -> bytes:
    """Return what is unique of a main link. Raises ValueError for what is no address."""
    return digest(canonical(url))


def text_key(title: str, note: str) -> bytes:
    """Return a short form of what an entry says: what is drafted from it is of this text alone."""
    return digest(title, note)


def title_key(title: str, published: PublishedDate | None) -> bytes:
    """Return by what an item without a key and a link is known again."""
    return digest(folded(title), published.iso if published else "")
