"""Short forms of sources, such as `arxiv:cs.CL`: the one table of what each stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.i18n.translator import N_
from bot.port.source import Unanswered


@dataclass(frozen=True, slots=True)
class ShortForm:
    """What stands behind a word and a colon, and the address that it becomes.

    `example` is shown where something else stands there.
    """

    pattern: str
    address: str
    example: str


_FORMS: dict[str, tuple[ShortForm, ...]] = {
    "arxiv": (  # several categories are joined by plus signs
        ShortForm(
            r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?(?:\+[a-z][a-z-]*(?:\.[A-Za-z-]+)?)*",
            "https://rss.arxiv.org/rss/{0}",
            "arxiv:cs.CL",
        ),
    ),
    "github": (
        ShortForm(
            r"(?:https?://github\.com/)?([\w.-]+/[\w.-]+?)(?:\.git|/releases)?/?",
            "https://github.com/{1}/releases.atom",
            "github:owner/repo",
        ),
    ),
    "youtube": (  # the page of a handle names its feed
        ShortForm(r"@[\w.·-]+", "https://www.youtube.com/{0}", "youtube:@channel"),
        ShortForm(r"UC[\w-]{22}", "https://www.youtube.com/feeds/videos.xml?channel_id={0}", ""),
        ShortForm(r"PL[\w-]{10,}", "https://www.youtube.com/feeds/videos.xml?playlist_id={0}", ""),
    ),
    "reddit": (
        ShortForm(r"/?(?:r/)?(\w{2,24})/?", "https://www.reddit.com/r/{1}/.rss", "reddit:r/…"),
    ),
    "hn": (ShortForm("front", "https://news.ycombinator.com/rss", "hn:front"),),
    "hf": (
        ShortForm("papers", "https://huggingface.co/api/daily_papers", "hf:papers"),
        ShortForm("blog", "https://huggingface.co/blog/feed.xml", "hf:blog"),
    ),
}


def address_of(typed: str) -> str | None:
    """Return the address that a short form stands for, None for what is no short form.

    Raises Unanswered where a known word has something else behind it.
    """
    word, colon, rest = typed.partition(":")
    forms = _FORMS.get(word.strip().lower())
    if not colon or forms is None:
        return None
    for form in forms:
        if found := re.fullmatch(form.pattern, rest.strip()):
            return form.address.format(found[0], *found.groups())
    raise Unanswered(
        N_("“{typed}” is not understood: write it as {example}."),
        typed=typed[:60],
        example=", ".join(form.example for form in forms if form.example),
    )
