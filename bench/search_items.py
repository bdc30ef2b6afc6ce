"""Whether real entries are found: by nouns with particles, compounds, and misspelt words.

What a noun is, the text itself says: a word that stands with 을 or 를 where the rules of harmony
want that one is the object of a sentence. What should be found is what holds the noun as a word.
Both need no dictionary, and neither uses the analyzer that is measured.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.search_report import machine, present, quantile, table
from store.model import Actor, EntryDraft, ImportItem, PublishedDate, SearchQuery
from store.search.text import hangul
from store.store import DigestStore

_OBJECT = re.compile(r"(?<![가-힣A-Za-z0-9])([가-힣]{1,5})[을를](?![가-힣])")
_ENGLISH = re.compile(r"(?<![a-z])[a-z]{5,12}(?![a-z])")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MOST = 2_000
_SOMEBODY = Actor("bench", "", "1", "bench")

Truth = Mapping[str, set[str]]
"""Keys of the items that should be found, by what is asked."""


class Finder:
    """A store with the items in it, and how long each search took."""

    def __init__(self, store: DigestStore) -> None:
        """The store is filled later."""
        self._store = store
        self.wall: list[float] = []

    async def keys(self, words: str) -> set[str]:
        """Return the keys of all that is found."""
        began = time.perf_counter()
        page = await self._store.search.find(SearchQuery(words), _MOST)
        self.wall.append((time.perf_counter() - began) * 1000)
        return {one.entry.key or "" for one in page.items}

    async def literally(self, words: str) -> bool:
        """Whether an entry holds words just as they are."""
        page = await self._store.search.find(SearchQuery(words, literal=True), 1)
        return bool(page.items) and not page.any_word


async def items(folder: Path, file: Path, sample: int) -> None:
    """Print the recall of each kind of query on the items of a file."""
    texts, drafts = _texts(present(file))
    path = folder / "items.db"
    path.unlink(missing_ok=True)
    store = await DigestStore.open(f"sqlite:///{path}", lambda: datetime.now(UTC))
    finder = Finder(store)
    chance = random.Random(5)
    objects = _objects(texts)
    short = _sample(chance, [one for one in objects if len(one) <= 3], sample)
    try:
        await store.entries.import_batch(drafts, _SOMEBODY)
        rows = [
            await _recalled(finder, "nouns with particles", 0.999, _with_particles(texts, short)),
            await _recalled(
                finder,
                "compounds joined or apart",
                0.99,
                _compounds(texts, set(objects), chance, sample),
            ),
            await _corrected(finder, "one wrong jamo", _holding(texts, short), _other_jamo, chance),
            await _corrected(
                finder,
                "one wrong letter",
                _holding(texts, _sample(chance, _english(texts), sample)),
                _other_letter,
                chance,
            ),
        ]
    finally:
        await store.close()
    print(f"{len(texts):,} items, {machine()}.\n")
    print(table(["asked", "queries", "wanted", "found"], rows))
    print(
        f"\n{len(finder.wall):,} queries, none in error; p50 {quantile(finder.wall, 0.5):.1f} ms, "
        f"p99 {quantile(finder.wall, 0.99):.1f} ms."
    )


def _texts(file: Path) -> tuple[dict[str, str], list[ImportItem]]:
    """Return what each item says by its key, and the items; a story stands there once."""
    texts: dict[str, str] = {}
    drafts = []
    known: set[str] = set()
    for line, raw in enumerate(file.read_text("utf-8").rstrip("\n").split("\n"), 1):
        item = json.loads(raw)
        same = item.get("url") or item["title"]
        if same in known or item["key"] in texts:
            continue
        known.add(same)
        texts[item["key"]] = f"{item['title']}\n{item.get('note') or ''}"
        drafts.append(
            ImportItem(
                EntryDraft(
                    item["title"],
                    note=item.get("note") or "",
                    key=item["key"],
                    published=PublishedDate.from_iso(item["published"]),
                ),
                line,
            )
        )
    return texts, drafts


def _objects(texts: Mapping[str, str]) -> list[str]:
    every = "\n".join(texts.values())
    return sorted(
        {
            match[1]
            for match in _OBJECT.finditer(every)
            if (match[0][-1] == "을") == bool(hangul.split(match[1][-1])[2])
        }
    )


def _english(texts: Mapping[str, str]) -> list[str]:
    return sorted({word for text in texts.values() for word in _ENGLISH.findall(text.lower())})


def _sample(chance: random.Random, values: Sequence[str], count: int) -> list[str]:
    return chance.sample(values, min(count, len(values)))


def _particles(noun: str) -> Iterator[str]:
    """Yield particles in the form that a noun takes."""
    tail = hangul.split(noun[-1])[2]
    closed, directed = bool(tail), bool(tail) and tail != "ㄹ"
    yield from ("은", "이", "을", "과", "이나", "이라는") if closed else (
        "는", "가", "를", "와", "나", "라는",
    )  # fmt: skip
    yield from ("으로", "으로는") if directed else ("로", "로는")
    yield from ("의", "에", "에서", "에는", "도", "만", "까지", "부터", "보다", "처럼", "들이")


def _holding(texts: Mapping[str, str], words: Sequence[str]) -> Truth:
    """Return the items that hold words as words: bare, or with a particle that fits."""
    holding: dict[str, set[str]] = defaultdict(set)
    for word in words:
        after = ""
        if hangul.is_syllable(word[0]):
            after = f"(?:{'|'.join(sorted(_particles(word), key=len, reverse=True))})?"
        pattern = re.compile(f"(?<![가-힣A-Za-z0-9]){word}{after}(?![가-힣a-z])", re.IGNORECASE)
        holding[word] = {key for key, text in texts.items() if pattern.search(text)}
    return {word: keys for word, keys in holding.items() if keys}


def _with_particles(texts: Mapping[str, str], nouns: Sequence[str]) -> Truth:
    return {
        noun + particle: keys
        for noun, keys in _holding(texts, nouns).items()
        for particle in ("", *_particles(noun))
    }


def _compounds(
    texts: Mapping[str, str], objects: set[str], chance: random.Random, count: int
) -> Truth:
    """Return compounds of two nouns, joined and apart, with the items that have either."""
    pairs = re.compile(r"(?<![가-힣A-Za-z0-9])([가-힣]{2,5}) ([가-힣]{2,5})[을를](?![가-힣])")
    found = {
        (match[1], match[2])
        for text in texts.values()
        for match in pairs.finditer(text)
        if match[1] in objects and match[2] in objects
    }
    truth: dict[str, set[str]] = {}
    for one, two in chance.sample(sorted(found), min(count, len(found))):
        keys = {key for key, text in texts.items() if re.search(f"{one} ?{two}", text)}
        truth |= {f"{one}{two}": keys, f"{one} {two}": keys}
    return truth


async def _recalled(finder: Finder, name: str, wanted: float, truth: Truth) -> list[str]:
    held = found = 0
    for words, keys in truth.items():
        held += len(keys)
        found += len(keys & await finder.keys(words))
    return [name, f"{len(truth):,}", f"{wanted:g}", f"{found / held:.4f}"]


async def _corrected(
    finder: Finder,
    name: str,
    truth: Truth,
    misspelt: Callable[[str, random.Random], str],
    chance: random.Random,
) -> list[str]:
    """Misspell words; what then is another word that entries hold is left out."""
    tried = found = 0
    for word, keys in truth.items():
        typed = misspelt(word, chance)
        if len(word) < 2 or await finder.literally(typed):
            continue
        tried += 1
        found += bool(keys & await finder.keys(typed))
    return [name, f"{tried:,}", "0.98", f"{found / tried:.4f}"]


def _other_jamo(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    lead, vowel, tail = hangul.split(word[place])
    if chance.random() < 0.5:
        vowel = chance.choice([one for one in hangul.VOWELS if one != vowel])
    else:
        lead = chance.choice([one for one in hangul.LEADS if one != lead])
    return word[:place] + hangul.join(lead, vowel, tail) + word[place + 1 :]


def _other_letter(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    match chance.choice(("other", "less", "more", "exchanged")):
        case "other":
            other = chance.choice(_LETTERS.replace(word[place], ""))
            return word[:place] + other + word[place + 1 :]
        case "less":
            return word[:place] + word[place + 1 :]
        case "more":
            return word[:place] + chance.choice(_LETTERS) + word[place:]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
