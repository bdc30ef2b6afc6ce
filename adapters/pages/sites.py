"""Sites that answer better under another address than the page that people paste: one table.

What is asked is open to everybody and needs no key. Where it does not answer, the page is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from urllib.parse import quote, urlsplit

from adapters.documents.addresses import joined
from adapters.documents.markup import summary
from adapters.pages.document import parsed
from adapters.pages.facts import names, read_facts, text_of
from bot.port.page import PageFacts, page_date

Answer = Mapping[str, object]

_TITLE = 500
_AUTHORS = 20
_LONGEST = 1_000_000
"""Characters of an answer that are read at once: reading it holds the interpreter's lock."""
_PART = r"[\w.-]+"


@dataclass(frozen=True, slots=True)
class Site:
    """A kind of page. `pattern` is matched against its address without scheme and `www.`.

    `ask` is the address that is asked, with places for the pattern's groups and for `page`, which
    is the whole address, quoted. `read` takes the text of the answer, the page's address and
    today's date; None where the answer says nothing.
    """

    pattern: str
    ask: str
    read: Callable[[str, str, date], PageFacts | None]


def site_of(url: str) -> tuple[Site, str] | None:
    """Return the site that has a page, and the address to ask in its place."""
    bare = re.sub(r"^https?://(?:www\.)?", "", url, flags=re.IGNORECASE)
    for site in SITES:
        found = re.fullmatch(site.pattern, bare, re.IGNORECASE)
        if found:
            groups = {name: value or "" for name, value in found.groupdict().items()}
            return site, site.ask.format(page=quote(url, safe=""), **groups)
    return None


def _arxiv(text: str, url: str, today: date) -> PageFacts | None:
    """The abstract's page; its picture is arXiv's own."""
    facts = read_facts(text, url, today)
    return replace(facts, image=None, site="arXiv", language="en") if facts.authors else None


def _answered(
    read: Callable[[Answer, str], PageFacts], dated: str, text: str, url: str, today: date
) -> PageFacts | None:
    """Read an answer in JSON, which has its day under the key `dated`; None where it has no title.

    `read` takes the answer and the page's address.
    """
    answer = parsed(text) if len(text) <= _LONGEST else None
    if not isinstance(answer, dict):
        return None
    facts, day = read(answer, url), answer.get(dated)
    published = page_date(day, today) if isinstance(day, str) else None
    return replace(facts, published=published) if facts.title else None


def _repository(answer: Answer, url: str) -> PageFacts:
    name = text_of(answer.get("full_name"))
    about = text_of(answer.get("description"), _TITLE)
    return PageFacts(
        url=_web(url, answer.get("html_url")),
        title=f"{name}: {about}" if name and about else name,
        description=about,
        image=f"{_PREVIEWS}/{name}",
        site="GitHub",
    )


def _release(answer: Answer, url: str) -> PageFacts:
    version = text_of(answer.get("name")) or text_of(answer.get("tag_name"))
    owner, project = urlsplit(url).path.split("/")[1:3]
    named = version is None or project.casefold() in version.casefold()
    body = answer.get("body")
    return PageFacts(
        url=_web(url, answer.get("html_url")),
        title=version if named else f"{project} {version}",
        description=summary(_MARKDOWN.sub("", body)) if isinstance(body, str) else None,
        image=f"{_PREVIEWS}/{owner}/{project}",
        site="GitHub",
        authors=tuple(names(answer.get("author"), "login")),
    )


def _hub(answer: Answer, url: str) -> PageFacts:
    """A model, data set or space of Hugging Face: what it is for stands in place of a text."""
    name = text_of(answer.get("id"))
    about = text_of(answer.get("description"), 4 * _TITLE)
    kinds = (answer.get("pipeline_tag"), answer.get("library_name"), answer.get("sdk"))
    named = [kind for each in kinds if (kind := text_of(each))]
    first = urlsplit(url).path.split("/")[1]
    return PageFacts(
        url=url,
        title=name,
        description=summary(about) if about else " · ".join(named) or None,
        image=f"{_HUB_PICTURES}/{first if first in _HUB_KINDS else 'models'}/{name}.png",
        site="Hugging Face",
        authors=tuple(names(answer.get("author"))),
    )


def _paper(answer: Answer, url: str) -> PageFacts:
    abstract = answer.get("summary")
    return PageFacts(
        url=url,
        title=text_of(answer.get("title"), _TITLE),
        description=summary(abstract) if isinstance(abstract, str) else None,
        image=f"{_HUB_PICTURES}/papers/{text_of(answer.get('id'))}.png",
        language="en",
        site="Hugging Face",
        authors=tuple(names(answer.get("authors")))[:_AUTHORS],
    )


def _video(answer: Answer, url: str) -> PageFacts:
    """YouTube's oEmbed, which names no date."""
    return PageFacts(
        url=url,
        title=text_of(answer.get("title"), _TITLE),
        image=_web("", answer.get("thumbnail_url")) or None,
        site="YouTube",
        authors=tuple(names(answer.get("author_name"))),
    )


_MARKDOWN = re.compile(r"^#+\s+|^[-*+]\s+|[*_`]{1,3}|<!--.*?-->", re.MULTILINE | re.DOTALL)
"""Marks of Markdown that a release's text is shown without."""
_HUB_PICTURES = "https://cdn-thumbnails.huggingface.co/social-thumbnails"
_HUB_KINDS = frozenset({"datasets", "spaces"})
_PREVIEWS = "https://opengraph.githubassets.com/1"
"""Where GitHub draws the picture of a repository; what stands before it may be any word."""


def _web(base: str, value: object) -> str:
    return (joined(base, value) if isinstance(value, str) else None) or base


_REST = r"(?:[?#].*)?"
_ARXIV_ID = r"(?P<id>\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(?:v\d+)?"

SITES = (
    Site(
        rf"(?:export\.)?arxiv\.org/(?:abs|pdf|html)/{_ARXIV_ID}(?:\.pdf)?/?{_REST}",
        "https://arxiv.org/abs/{id}",
        _arxiv,
    ),
    Site(
        rf"github\.com/(?P<owner>{_PART})/(?P<name>{_PART})/releases/tag/(?P<tag>[^/?#]+){_REST}",
        "https://api.github.com/repos/{owner}/{name}/releases/tags/{tag}",
        partial(_answered, _release, "published_at"),
    ),
    Site(
        rf"github\.com/(?!topics/|orgs/|features/|collections/|sponsors/|settings/|marketplace/)"
        rf"(?P<owner>{_PART})/(?P<name>{_PART}?)(?:\.git)?/?{_REST}",
        "https://api.github.com/repos/{owner}/{name}",
        partial(_answered, _repository, "created_at"),
    ),
    Site(
        rf"(?:huggingface\.co|hf\.co)/papers/(?P<id>\d{{4}}\.\d{{4,5}}){_REST}",
        "https://huggingface.co/api/papers/{id}",
        partial(_answered, _paper, "publishedAt"),
    ),
    Site(
        rf"(?:huggingface\.co|hf\.co)/(?P<kind>datasets|spaces)/(?P<owner>{_PART})/(?P<name>{_PART})/?{_REST}",
        "https://huggingface.co/api/{kind}/{owner}/{name}",
        partial(_answered, _hub, "createdAt"),
    ),
    Site(
        r"(?:huggingface\.co|hf\.co)/(?!blog/|docs/|papers/|collections/|datasets/|spaces/|learn/|posts/|api/)"
        rf"(?P<owner>{_PART})/(?P<name>{_PART})/?{_REST}",
        "https://huggingface.co/api/models/{owner}/{name}",
        partial(_answered, _hub, "createdAt"),
    ),
    Site(
        r"(?:(?:m|music)\.)?youtube\.com/(?:watch\?(?:.*&)?v=|shorts/|live/|embed/)[\w-]{11}.*"
        r"|youtu\.be/[\w-]{11}.*",
        "https://www.youtube.com/oembed?format=json&url={page}",
        partial(_answered, _video, ""),
    ),
)
