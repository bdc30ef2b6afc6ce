"""What two articles of one story may share for certain: an address, a paper, a release."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from store.entries.links import canonical

MOST_CITED = 3
"""A text with more links is a roundup: that it links a story does not make it that story."""

_LINK = re.compile(r"https?://[^\s<>\"'\])}]+")
_PAPER = "https://arxiv.org/abs/"
_PAPER_PAGE = re.compile(
    r"https://(?:huggingface\.co/papers|alphaxiv\.org/(?:abs|overview))/(\d{4}\.\d{4,5})"
)
_RELEASE = re.compile(r"https://github\.com/([^/]+/[^/]+)/releases/tag/([^?#]+)")
_DOI = re.compile(r"10\.\d{4,9}/[^\s?#&]+")
_END_OF_SENTENCE = ".,;:!?…"


def mark(link: str | None) -> str | None:
    """Return by what the story behind an address is known for certain, None if by nothing.

    A paper on arXiv, in any version and on the pages that show it; a digital object identifier
    (ISO 26324); a release of a repository on GitHub; else the canonical address. The front page
    of a site stands for no story.
    """
    try:
        address = canonical(link or "")
    except ValueError:
        return None
    if paper := _PAPER_PAGE.match(address):
        return _PAPER + paper[1]
    if release := _RELEASE.match(address):
        return f"release:{release[1].lower()}@{unquote(release[2])}"
    if doi := _DOI.search(unquote(address)):
        return f"doi:{doi[0].lower()}"
    parts = urlsplit(address)
    return address if parts.path.strip("/") or parts.query or parts.fragment else None


def cited(text: str) -> frozenset[str]:
    """Return the marks of what a text links, none for a roundup."""
    links = (link.rstrip(_END_OF_SENTENCE) for link in _LINK.findall(text))
    marks = frozenset(found for link in links if (found := mark(link)))
    return marks if len(marks) <= MOST_CITED else frozenset()


def is_paper(mark: str | None) -> bool:
    """Whether a mark is that of a paper on arXiv."""
    return mark is not None and mark.startswith(_PAPER)


def contradict(one: str | None, two: str | None) -> bool:
    """Whether two marks are of one sort, papers or releases or DOIs, and of different things."""
    return one != two and _sort(one) == _sort(two) != ""


def _sort(mark: str | None) -> str:
    if is_paper(mark):
        return "paper"
    scheme = (mark or "").partition(":")[0]
    return scheme if scheme in {"doi", "release"} else ""
