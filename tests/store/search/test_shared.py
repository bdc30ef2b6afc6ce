"""Real news: nouns are found with any particle, compounds joined or apart, misspelt ones too."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from pathlib import Path

import pytest

from store.model import EntryDraft, PublishedDate
from store.search.text import hangul
from tests.store.search.conftest import SearchDigest

ITEMS = Path(__file__).parents[3] / ".." / "shared" / "data" / "ai-news-items.jsonl"

pytestmark = pytest.mark.skipif(not ITEMS.exists(), reason="the shared data is not here")

SAMPLE = 24
_OBJECT = re.compile(r"(?<![가-힣a-z0-9])([가-힣]{2,3})[을를](?![가-힣])", re.IGNORECASE)


def texts() -> dict[str, str]:
    """Return what each item says, by its key."""
    found = {}
    with ITEMS.open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            found[item["key"]] = f"{item['title']}\n{item.get('note') or ''}"
    return found


async def filled(digest: SearchDigest, items: dict[str, str]) -> None:
    """Put the items into a digest."""
    drafts = []
    for key, text in items.items():
        title, _, note = text.partition("\n")
        drafts.append(
            EntryDraft(title, note=note, key=key, published=PublishedDate.from_iso("2024"))
        )
    await digest.fill(drafts)


def nouns(items: dict[str, str]) -> dict[str, set[str]]:
    """Return nouns that are the object of a sentence, and the items that hold them as words."""
    every = "\n".join(items.values())
    objects = {
        match[1]
        for match in _OBJECT.finditer(every)
        if (match[0][-1] == "을") == bool(hangul.split(match[1][-1])[2])
    }
    chosen = random.Random(5).sample(sorted(objects), SAMPLE)
    holding: dict[str, set[str]] = defaultdict(set)
    for noun in chosen:
        particle = "(?:은|을|이|과|으로)" if hangul.split(noun[-1])[2] else "(?:는|를|가|와|로)"
        word = re.compile(f"(?<![가-힣a-zA-Z0-9]){noun}(?:{particle}|의|에서|에|도)?(?![가-힣])")
        holding[noun] = {key for key, text in items.items() if word.search(text)}
    return holding


async def keys(digest: SearchDigest, words: str) -> set[str | None]:
    """Return the keys of everything that a search finds."""
    return {one.entry.key for one in await digest.found(words, count=2_000)}


async def test_real_nouns_are_found_whatever_sticks_to_them(local: SearchDigest) -> None:
    items = texts()
    await filled(local, items)
    wanted = found = 0
    for noun, holding in nouns(items).items():
        closed = bool(hangul.split(noun[-1])[2])
        for written in (noun, noun + ("은" if closed else "는"), f"{noun}의", f"{noun}에서"):
            wanted += len(holding)
            found += len(holding & await keys(local, written))

    assert found / wanted >= 0.999


async def test_one_wrong_letter_finds_what_was_meant(local: SearchDigest) -> None:
    items = texts()
    await filled(local, items)
    chance = random.Random(5)
    tried = found = 0
    for noun, holding in nouns(items).items():
        place = chance.randrange(len(noun))
        lead, vowel, tail = hangul.split(noun[place])
        other = chance.choice([one for one in hangul.VOWELS if one != vowel])
        typed = noun[:place] + hangul.join(lead, other, tail) + noun[place + 1 :]
        if any(typed in text for text in items.values()):
            continue
        tried += 1
        found += bool(holding & await keys(local, typed))

    assert tried >= SAMPLE // 2
    assert found / tried >= 0.95
