"""What the reader of feeds makes of real files, and how long it takes.

    uv run --group dev python -m bench.sources read EXPECTED.jsonl
    uv run --group dev --with feedparser --with fastfeedparser python -m bench.sources parse FOLDER

    uv run --group dev python -m bench.sources replay POLLS.jsonl

`read` takes lines of JSON with `file` (beside that file), `base` and `timezone`, and prints what
was read of each as a line of JSON; `items` is null for what is no feed. `replay` takes states of
feeds in their order (`file`, `at`), a folder a source, and prints a line of JSON a poll: what
moderators would be shown. What a source's first state holds was there before: nothing of it is new.
`parse` prints tables.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.feeds.reader import read
from bench import sources_parse
from bench.search_report import Missing, present
from bot.port.source import Feed, Item, NotAFeed
from bot.sources.novelty import TITLE_KNOWN, KeyKind, keyed, sift

SHOWN = 3
"""Items of each feed that are printed."""


def lines(path: Path) -> Iterator[dict[str, str | None]]:
    """Yield the objects of a file of lines of JSON."""
    with present(path).open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def item_line(item: Item) -> dict[str, str | None]:
    """Return what is shown of an item."""
    published = None if item.published is None else f"{item.published:%Y-%m-%dT%H:%M:%SZ}"
    return {"title": item.title, "link": item.link, "published": published, "guid": item.guid}


def feed_line(file: str, feed: Feed | None) -> dict[str, object]:
    """Return what is shown of a feed, or of what is none."""
    return {
        "file": file,
        "items": None if feed is None else len(feed.items),
        "title": None if feed is None else feed.title,
        "first": [] if feed is None else [item_line(item) for item in feed.items[:SHOWN]],
    }


def read_all(path: Path) -> None:
    """Print what is read of each file that a list names."""
    for line in lines(path):
        file = line["file"] or ""
        data = present(path.parent / file).read_bytes()
        place = line.get("timezone")
        zone = ZoneInfo(place) if place else None
        feed: Feed | None = None
        with suppress(NotAFeed):
            feed = read(data, base=line.get("base") or "", zone=zone)
        print(json.dumps(feed_line(file, feed), ensure_ascii=False), flush=True)


def replay(path: Path) -> None:
    """Print what is new in each state of each feed."""
    memories: dict[str, SourceMemory] = {}
    for line in lines(path):
        file = line["file"] or ""
        memory = memories.setdefault(str(Path(file).parent), SourceMemory())
        place = line.get("timezone")
        feed = read(
            present(path.parent / file).read_bytes(),
            base=line.get("base") or "",
            zone=ZoneInfo(place) if place else None,
        )
        new = memory.poll(feed.items, datetime.fromisoformat(line["at"] or ""))
        shown = [{"title": item.title, "link": item.link} for item in new]
        print(json.dumps({"file": file, "new": shown}, ensure_ascii=False), flush=True)


class SourceMemory:
    """What is known of a source, in memory."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._titles: dict[bytes, datetime] = {}
        self._last: datetime | None = None
        self._count = 0

    def poll(self, items: Sequence[Item], now: datetime) -> list[Item]:
        """Return what is new among the items, and remember them all."""
        known = {
            key: number
            for key, number in self._numbers.items()
            if now - self._titles.get(key, now) <= TITLE_KNOWN
        }
        sifted = sift(keyed(items), known, self._last, now)
        for one in sifted.seen:
            number = one.number
            if number is None:
                self._count += 1
                number = self._count
            for kind, key in one.keys:
                self._numbers[key] = number
                if kind is KeyKind.TITLE:
                    self._titles[key] = now
        first, self._last = self._last is None, now
        return [] if first else [one.item for one in sifted.news]


def main(words: Sequence[str]) -> int:
    """Do what the words say."""
    parser = argparse.ArgumentParser(prog="python -m bench.sources", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reading = commands.add_parser("read", help="print what is read of each file of a list")
    reading.add_argument("expected", type=Path)
    replaying = commands.add_parser("replay", help="print what is new in states of feeds")
    replaying.add_argument("polls", type=Path)
    parsing = commands.add_parser("parse", help="measure on every file of a folder")
    parsing.add_argument("folder", type=Path)
    chosen = parser.parse_args(words)
    try:
        if chosen.command == "read":
            read_all(chosen.expected)
        elif chosen.command == "replay":
            replay(chosen.polls)
        else:
            sources_parse.report(present(chosen.folder))
    except Missing as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
