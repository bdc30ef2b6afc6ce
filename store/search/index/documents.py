"""What of an entry is searched: its head, its body, and what its filters are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from store.entries.renditions import current
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

_KEPT = 256  # tags, hosts, people and languages whose terms are remembered
_LONGEST = 256  # characters of a filter's value
_APART = " | "  # words on either side of it are no neighbours
_HOST = re.compile(r"^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#:\n]+)", re.MULTILINE)
_ARXIV = re.compile(r"arxiv\.org/\w+/(?:arxiv:)?(\d{4}\.\d{4,5})")
_UNSAFE = re.compile(r"[^\w.+#-]+")


class Document(NamedTuple):
    """An entry as the index holds it.

    It is found by `terms` and by `uncounted` ones: those of its head, and what its filters are
    asked for. The number of entries is kept for `terms`, and for the `words` that spelling learns.
    `length` is in characters that are not blank.
    """

    terms: set[str]
    uncounted: set[str]
    words: set[str]
    length: int


def head(row: Mapping[str, Any]) -> str:
    """Return the folded title in each language, tags, and names that an entry's links have."""
    titles = [one["title"] for one in current(row)]
    return fold(_APART.join((row["title"], *titles, *row["tags"], *_hosts(row), *_papers(row))))


def body(row: Mapping[str, Any]) -> str:
    """Return the folded note in each language, and titles of links of an entry."""
    further = [one["note"] for one in current(row)]
    further += [title for _, title in row["links"] if title]
    return fold(_APART.join((row["note"], *further)) if further else row["note"])


def document(row: Mapping[str, Any], analyzer: Analyzer) -> Document:
    """Return what the index holds of a row of `entries`."""
    above = analyzer.analyze(head(row))
    below = analyzer.analyze(body(row))
    uncounted = {HEAD_SIGN + term for term in above.terms}
    uncounted.update(*_filters(row))
    words = {WORD_SIGN + word for word in above.words | below.words}
    words.update(NOUN_SIGN + word for word in above.nouns | below.nouns)
    return Document(above.terms | below.terms, uncounted, words, above.length + below.length)


def published(row: Mapping[str, Any] | None) -> bool:
    """Whether a row is one that search may show."""
    return row is not None and row["status"] == Status.PUBLISHED


@lru_cache(_KEPT)
def tag_term(tag: str) -> str:
    """Return the term of an entry that carries a tag."""
    return _TAG_SIGN + _safe(tag_key(tag))


def site_term(site: str) -> str:
    """Return the term of an entry that links to a site, one of its subdomains or its name."""
    return _SITE_SIGN + _safe(fold(site))


def person_term(person: str) -> str:
    """Return the term of an entry that somebody added, by the whole name or a word of it."""
    return _PERSON_SIGN + _safe(fold(person))


@lru_cache(_KEPT)
def language_term(language: str) -> str:
    """Return the term of an entry in a language, with or without its region."""
    return _LANGUAGE_SIGN + _safe(fold(language))


def _filters(row: Mapping[str, Any]) -> Iterator[Iterable[str]]:
    yield map(tag_term, row["tags"])
    yield from map(_host_terms, _hosts(row))
    if row["added_by"]:
        yield _person_terms(row["added_by"])
    if row["language"]:
        yield map(language_term, {row["language"], row["language"].split("-")[0]})


@lru_cache(_KEPT)
def _host_terms(host: str) -> Sequence[str]:
    labels = host.split(".")
    domains = (".".join(labels[place:]) for place in range(len(labels) - 1))
    return tuple(map(site_term, (*domains, *labels[:-1])))


@lru_cache(_KEPT)
def _person_terms(name: str) -> Sequence[str]:
    return tuple(map(person_term, (name, *name.split())))


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
