"""What of an entry is searched: its head, its body, and what its filters are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store.model import Status
from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold
from store.text import tag_key

HEAD_SIGN = "*"
"""Stands before a term that is in an entry's head: its title, its tags, its links' hosts."""

_TAG_SIGN = "#"
_SITE_SIGN = "/"
_PERSON_SIGN = "@"
_LANGUAGE_SIGN = "^"
WORD_SIGN = "~"
"""Stands before a whole word that spelling learns, among the terms that are counted."""

NOUN_SIGN = "!"
"""Stands there before a word that is no shorter one with a particle."""

SIGNS = HEAD_SIGN + _TAG_SIGN + _SITE_SIGN + _PERSON_SIGN + _LANGUAGE_SIGN
"""Every sign that stands before a term in the index."""

_LONGEST = 256  # characters of a filter's value
_APART = " | "  # words on either side of it are no neighbours
_HOST = re.compile(r"^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#:\n]+)", re.MULTILINE)
_ARXIV = re.compile(r"arxiv\.org/\w+/(?:arxiv:)?(\d{4}\.\d{4,5})")
_UNSAFE = re.compile(r"[^\w.+#-]+")


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as the index holds it.

    `terms` are all that it is found by, `counted` those whose number of entries is kept, with the
    words that spelling learns. `length` is in characters that are not blank.
    """

    terms: tuple[str, ...]
    counted: tuple[str, ...]
    length: int


def head(row: Mapping[str, Any]) -> str:
    """Return the folded title, tags, and names that an entry's links have."""
    return fold(_APART.join((row["title"], *row["tags"], *_hosts(row), *_papers(row))))


def body(row: Mapping[str, Any]) -> str:
    """Return the folded note and titles of links of an entry."""
    titles = [title for _, title in row["links"] if title]
    return fold(_APART.join((row["note"], *titles)) if titles else row["note"])


def document(row: Mapping[str, Any], analyzer: Analyzer) -> Document:
    """Return what the index holds of a row of `entries`."""
    above = analyzer.analyze(head(row))
    below = analyzer.analyze(body(row))
    terms = above.terms | below.terms
    return Document(
        (*sorted(terms), *sorted(HEAD_SIGN + term for term in above.terms), *sorted(_filters(row))),
        (
            *terms,
            *(WORD_SIGN + word for word in above.words | below.words),
            *(NOUN_SIGN + word for word in above.nouns | below.nouns),
        ),
        above.length + below.length,
    )


def published(row: Mapping[str, Any] | None) -> bool:
    """Whether a row is one that search may show."""
    return row is not None and row["status"] == Status.PUBLISHED


def tag_term(tag: str) -> str:
    """Return the term of an entry that carries a tag."""
    return _TAG_SIGN + _safe(tag_key(tag))


def site_term(site: str) -> str:
    """Return the term of an entry that links to a site, one of its subdomains or its name."""
    return _SITE_SIGN + _safe(fold(site))


def person_term(person: str) -> str:
    """Return the term of an entry that somebody added, by the whole name or a word of it."""
    return _PERSON_SIGN + _safe(fold(person))


def language_term(language: str) -> str:
    """Return the term of an entry in a language, with or without its region."""
    return _LANGUAGE_SIGN + _safe(fold(language))


def _filters(row: Mapping[str, Any]) -> set[str]:
    found = {tag_term(tag) for tag in row["tags"]}
    for host in _hosts(row):
        labels = host.split(".")
        found.update(site_term(".".join(labels[place:])) for place in range(len(labels) - 1))
        found.update(site_term(label) for label in labels[:-1])
    if row["added_by"]:
        found.update(map(person_term, (row["added_by"], *row["added_by"].split())))
    if row["language"]:
        found.update(map(language_term, (row["language"], row["language"].split("-")[0])))
    return found


def _hosts(row: Mapping[str, Any]) -> Iterable[str]:
    """Return the hosts of an entry's links."""
    return dict.fromkeys(_HOST.findall(_addresses(row)))


def _papers(row: Mapping[str, Any]) -> list[str]:
    """Return the numbers of the papers that it links to."""
    addresses = _addresses(row)
    return _ARXIV.findall(addresses) if "arxiv.org/" in addresses else []


def _addresses(row: Mapping[str, Any]) -> str:
    """Return the addresses of its links in small letters, one a line."""
    every = "\n".join((row["url"] or "", *(url for url, _ in row["links"])))
    return every.lower()


def _safe(text: str) -> str:
    return _UNSAFE.sub("_", text)[:_LONGEST]
