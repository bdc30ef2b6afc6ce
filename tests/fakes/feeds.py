"""Feeds in memory, and the same as an installed plugin for tests of whole processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from adapters.feeds.opml import read_opml, write_opml
from bot.port.fetch import Fetcher
from bot.port.source import (
    Feed,
    FeedAddress,
    FeedAnswer,
    Item,
    NotAFeed,
    NotAFeedReason,
    SourceError,
    Unanswered,
    Validators,
)

BLOG = "https://blog.example/feed.xml"
PAGE = "https://blog.example/"
SHOP = "https://shop.example/"


def item(title: str, day: int, text: str = "", link: str = "") -> Item:
    """Return an item of November 2026."""
    link = link or f"https://blog.example/{day}"
    return Item(title, link, link, datetime(2026, 11, day, 9, tzinfo=UTC), text)


BLOG_FEED = Feed(
    (
        item("An old course", 3, "Week one of seven."),
        item("A language model for law", 21, "It reads contracts."),
        item("작은 언어모델을 공개합니다", 22, "휴대전화에서 돌아갑니다."),
        item("Our office moves", 20),
    ),
    title="The Example Blog",
    link=PAGE,
)


HUGGING_FACE = "https://huggingface.co/blog/feed.xml"
HUGGING_FACE_FEED = Feed(
    tuple(
        Item(title, link, link, datetime(2025, month, day, tzinfo=UTC))
        for title, name, month, day in (
            ("Welcome GPT OSS, OpenAI's open model family", "welcome-openai-gpt-oss", 8, 5),
            ("SmolLM3: smol, multilingual, long-context reasoner", "smollm3", 7, 8),
            ("Gemma 3n in the open-source ecosystem", "gemma3n", 6, 26),
            ("The NLP Course is becoming the LLM Course", "llm-course", 4, 3),
        )
        for link in (f"https://huggingface.co/blog/{name}",)
    ),
    title="Hugging Face - Blog",
)
"""What the README's examples get."""


class FakeFeeds:
    """A reader of sources. What has no address here is not answered."""

    def __init__(
        self,
        feeds: Mapping[str, Feed | SourceError],
        pages: Mapping[str, Sequence[FeedAddress]] | None = None,
    ) -> None:
        self.feeds = dict(feeds)
        self.pages = dict(pages or {})
        self.zones: list[tzinfo | None] = []
        self.closed = False

    async def fetch(
        self, address: str, validators: Validators, zone: tzinfo | None = None
    ) -> FeedAnswer:
        """Return what is there."""
        del validators
        self.zones.append(zone)
        found = self.feeds.get(address, Unanswered("{host} does not answer.", host=address))
        if isinstance(found, SourceError):
            raise found
        return FeedAnswer(found)

    async def find(self, typed: str) -> Sequence[FeedAddress]:
        """Return the feeds of a page, or the feed itself."""
        if typed in self.pages:
            return self.pages[typed]
        feed = (await self.fetch(typed, Validators())).feed
        return (FeedAddress(typed, feed.title if feed else None),)

    async def read_list(self, data: bytes) -> Sequence[FeedAddress]:
        """Read OPML."""
        return read_opml(data)

    def write_list(self, feeds: Iterable[FeedAddress], title: str) -> str:
        """Write OPML."""
        return write_opml(feeds, title)

    async def close(self) -> None:
        """Remember it."""
        self.closed = True


def some_feeds() -> FakeFeeds:
    """Return a blog, its page with two feeds, and a shop that has none."""
    comments = FeedAddress("https://blog.example/comments.xml", "Comments")
    return FakeFeeds(
        {
            BLOG: BLOG_FEED,
            comments.url: Feed(()),
            SHOP: NotAFeed(NotAFeedReason.HTML),
            HUGGING_FACE: HUGGING_FACE_FEED,
            "https://openai.com/news/rss.xml": Feed(BLOG_FEED.items, "OpenAI News"),
        },
        {PAGE: (FeedAddress(BLOG, "Posts"), comments), "https://empty.example/": ()},
    )


def feeds_plugin(fetcher: Fetcher) -> FakeFeeds:
    """Make some feeds in the place of a reader."""
    del fetcher
    return some_feeds()


def install_feeds(folder: Path) -> Path:
    """Make a folder that, once it is on the path, has these as the first of their kind."""
    package = folder / "fake_feeds-1.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: fake-feeds\nVersion: 1\n")
    (package / "entry_points.txt").write_text(
        f"[ainews.sources]\n0-fake = {__name__}:feeds_plugin\n"
    )
    return folder
