"""What is new in a feed? Pure: what is known comes in, what is to be remembered goes out.

An item is known by any key that was ever seen of it: its id, its link in canonical form, its title,
its arXiv number without the version. So an item that was re-dated, re-ordered, re-titled, or given
another id or another link is the same item.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.port.source import Item
from store.entries.identity import digest
from store.entries.links import canonical
from store.text import folded

OLD = timedelta(days=14)
"""Older than this before the last good poll, an item is no news, though it was never seen."""

FIRST_ITEMS = 3
FIRST_DAYS = timedelta(days=3)
"""Of a feed that is asked for the first time: so many items, not older than this, are news."""

TITLE_KNOWN = timedelta(days=60)
"""How long an item is known by its title alone: a column may have the same one next season."""

_AHEAD = timedelta(days=1)
_MANY = 3
_NEW_PAPER = timedelta(days=60)
_PAPER = re.compile(
    r"arxiv(?:\.org)?[:/](?:(?:abs|pdf|html)/)?(?P<id>\d{4}\.\d{4,5})(?:v(?P<version>\d+))?",
    re.IGNORECASE,
)


class KeyKind(Enum):
    """What an item is known by, the surest first. A title is so for `TITLE_KNOWN` only."""

    PAPER = "paper"
    ID = "id"
    LINK = "link"
    TITLE = "title"


Keys = Mapping[KeyKind, bytes]

_ALL = {KeyKind.ID, KeyKind.LINK, KeyKind.TITLE}


@dataclass(frozen=True, slots=True)
class Seen:
    """An item of a feed, and what to remember of it: its keys, those of its doubles too.

    `number` is that under which it is known, None where it is not.
    """

    item: Item
    keys: frozenset[tuple[KeyKind, bytes]]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Sifted:
    """What a feed held: `news`, and all that is to be remembered of it (the news too).

    `overlap`: something in it was known before, so that nothing was missed in between.
    """

    news: tuple[Seen, ...]
    seen: tuple[Seen, ...]
    overlap: bool


def keys_of(item: Item) -> dict[KeyKind, bytes]:
    """Return by what an item is known again."""
    keys: dict[KeyKind, bytes] = {}
    paper = _paper(item)
    if paper is not None:
        keys[KeyKind.PAPER] = digest("paper", paper[0])
    if item.guid:
        keys[KeyKind.ID] = digest("id", item.guid)
    if item.link:
        try:
            keys[KeyKind.LINK] = digest("link", canonical(item.link))
        except ValueError:
            keys[KeyKind.LINK] = digest("link", item.link)
    if item.title:
        keys[KeyKind.TITLE] = digest("title", folded(item.title))
    return keys


def keyed(items: Iterable[Item]) -> list[tuple[Item, Keys]]:
    """Return each item with its keys: by all of them it is asked what is known."""
    return [(item, keys_of(item)) for item in items]


def sift(
    items: Sequence[tuple[Item, Keys]],
    known: Mapping[bytes, int],
    last_good: datetime | None,
    now: datetime,
) -> Sifted:
    """Return what of a feed's items is news.

    `known` has the numbers of known items by their keys, as far as they occur in the feed.
    `last_good` is when the feed was last read well, None: never.
    """
    seen = _each_once(items, known)
    unknown = [one for one in seen if one.number is None]
    if last_good is None:
        news = _first(unknown, now)
    elif _moved(seen, known):
        news = []
    else:
        news = [one for one in unknown if _is_news(one.item, last_good, now)]
    overlap = last_good is None or not seen or len(unknown) < len(seen)
    return Sifted(tuple(news), tuple(seen), overlap)


def date_of(item: Item, now: datetime) -> datetime | None:
    """Return when an item came out, as its feed says; what lies ahead came out now."""
    if item.published is not None and item.published > now + _AHEAD:
        return now
    return item.published


def _each_once(pairs: Sequence[tuple[Item, Keys]], known: Mapping[bytes, int]) -> list[Seen]:
    """Return the items with those keys that tell one from another, each item once."""
    vague = _vague([keys for _, keys in pairs])
    found: dict[int, Seen] = {}
    here: dict[bytes, int] = {}
    for place, (item, all_keys) in enumerate(pairs):
        keys = {kind: key for kind, key in all_keys.items() if key not in vague} or all_keys
        if not keys:
            continue
        twin = next((here[key] for key in keys.values() if key in here), place)
        number = _number(keys, known)
        if twin in found:
            first = found[twin]
            number = first.number if number is None else number
            found[twin] = Seen(first.item, first.keys | keys.items(), number)
        else:
            found[twin] = Seen(item, frozenset(keys.items()), number)
        here.update(dict.fromkeys(keys.values(), twin))
    return list(found.values())


def _vague(keys: Sequence[Keys]) -> set[bytes]:
    """Return the keys that tell nothing, since items of one feed share them that differ else.

    An id that is used for everything, the front page as the link of each item, "News" as the title
    of all. Two of one title are one story that stands there twice.
    """
    sharing: defaultdict[tuple[KeyKind, bytes], list[Keys]] = defaultdict(list)
    for each in keys:
        for kind, key in each.items():
            sharing[kind, key].append(each)
    return {key for (kind, key), those in sharing.items() if kind in _ALL and _differ(kind, those)}


def _differ(shared: KeyKind, those: Sequence[Keys]) -> bool:
    """Whether items that share a key of this kind are others in all else."""
    if len(those) == 1:
        return False
    values = {kind: {keys[kind] for keys in those if kind in keys} for kind in _ALL - {shared}}
    counts = [len(each) for each in values.values() if each]
    if shared is KeyKind.TITLE:
        return bool(counts) and min(counts) >= _MANY
    return bool(counts) and (min(counts) > 1 or len(values[KeyKind.TITLE]) >= _MANY)


def _number(keys: Keys, known: Mapping[bytes, int]) -> int | None:
    """Return under which number an item is known, None where it is not.

    One that has a known id or link, and all else new, is another that was given it anew.
    """
    numbers = {kind: known[key] for kind, key in keys.items() if key in known}
    if not numbers:
        return None
    if KeyKind.PAPER in numbers:
        return numbers[KeyKind.PAPER]
    if len(numbers) == 1 and KeyKind.TITLE not in numbers and keys.keys() >= _ALL:
        return None
    return Counter(numbers.values()).most_common(1)[0][0]


def _moved(seen: Sequence[Seen], known: Mapping[bytes, int]) -> bool:
    """Whether the feed moved: many of its items have new ids and new links, and known titles."""
    retold = [
        one
        for one in seen
        if one.number is not None
        and (others := {key for kind, key in one.keys if kind is not KeyKind.TITLE})
        and known.keys().isdisjoint(others)
    ]
    return len(retold) >= _MANY and 2 * len(retold) >= len(seen)


def _first(unknown: Sequence[Seen], now: datetime) -> list[Seen]:
    """Return the newest items of a feed that is asked for the first time."""
    dated = [
        (date, one)
        for one in unknown
        if (date := date_of(one.item, now)) is not None
        and date > now - FIRST_DAYS
        and _is_news(one.item, now, now)
    ]
    newest = sorted(dated, key=lambda pair: pair[0], reverse=True)[:FIRST_ITEMS]
    chosen = [one for _, one in newest]
    return [one for one in unknown if one in chosen]


def _is_news(item: Item, last_good: datetime, now: datetime) -> bool:
    """Whether an item that was never seen is news, by its date and by what arXiv says of it."""
    date = date_of(item, now)
    if date is not None and date < last_good - OLD:
        return False
    kind = item.announce_type or ""
    if kind.startswith("replace"):
        return False
    return kind != "cross" or _new_paper(item, now)


def _new_paper(item: Item, now: datetime) -> bool:
    """Whether a paper that arXiv announces in a further list is of these weeks."""
    paper = _paper(item)
    if paper is None:
        return False
    number, version = paper
    year, month = 2000 + int(number[:2]), int(number[2:4])
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return False
    return version == 1 and now - datetime(year, month, 1, tzinfo=now.tzinfo) <= _NEW_PAPER


def _paper(item: Item) -> tuple[str, int] | None:
    """Return the arXiv number of an item and its version, 1 where none is said."""
    for text in (item.guid, item.link):
        match = _PAPER.search(text or "")
        if match is not None:
            return match["id"], int(match["version"] or 1)
    return None
