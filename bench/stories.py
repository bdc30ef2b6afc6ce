"""Which articles tell one story. See bench/README.md, section "Stories".

`python -m bench.stories pairs PAIRS.jsonl`: each line has articles `a` and `b` (`title`, `url`,
`published`: a day or an instant, `source`, `language`, and `text` where there is one); printed is
`{"n", "verdict"}` a line, the verdict `same` (joined without a question), `maybe` (offered) or
`different`. How rare a word is, is told by all titles of the file, as if they were the news of
these weeks.

`python -m bench.stories stream STREAM.jsonl`: each line is an article, in order of time; printed is
`{"n", "story", "offered"}` a line. `story` is the `n` of the article that began the story which
this one was put into. `offered` is the one story that a moderator sees as the likest earlier one:
for "Same as...", or, where the article joined it by itself, that story again; else null.

`n` is the line's own `n`, or else its number from 1.

`python -m bench.stories speed` prints what one article costs beside 2,000 stories.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.search_report import machine
from bench.search_words import ENGLISH_NOUNS, KOREAN_NOUNS
from bot.sources.stories.background import Background
from bot.sources.stories.headline import Article, HeadlineReader
from bot.sources.stories.likeness import Verdict, likeness, verdict
from bot.sources.stories.stories import Stories
from store.search.text.analyzer import Analyzer

_STORIES = 2_000
_TIMED = 1_000
_WORDS = 9  # of a made title


def main() -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.stories", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True)
    for name in ("pairs", "stream"):
        kinds.add_parser(name).add_argument("file", type=Path)
    kinds.add_parser("speed")
    asked = parser.parse_args()
    if asked.what == "speed":
        speed()
        return
    try:
        lines = list(_lines(asked.file))
        for answer in pairs(lines) if asked.what == "pairs" else stream(lines):
            print(json.dumps(answer, ensure_ascii=False))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    except (KeyError, TypeError) as error:
        sys.exit(f"{asked.file} has an article without title or published, or not as text: {error}")


def pairs(lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Compare the two articles of each line."""
    reader = HeadlineReader(Analyzer())
    background = Background.shipped(reader.terms)
    read = [(line["n"], *(reader.read(_article(line[key])) for key in "ab")) for line in lines]
    titles = {
        line[key]["title"]: headline
        for line, (_, *both) in zip(lines, read, strict=True)
        for key, headline in zip("ab", both, strict=True)
    }
    for headline in titles.values():
        background.add(headline.terms)
    for n, a, b in read:
        yield {"n": n, "verdict": verdict(likeness(a, b, background))}


def stream(lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Put each article into a story, or begin one."""
    stories = Stories(HeadlineReader(Analyzer()))
    for place, line in enumerate(lines):
        article = _article(line)
        likest = stories.place(article)
        joined = likest.story if likest.verdict is Verdict.SAME else None
        stories.add(place if joined is None else joined, article)
        yield {
            "n": line["n"],
            "story": line["n"] if joined is None else lines[joined]["n"],
            "offered": None if likest.story is None else lines[likest.story]["n"],
        }


def speed() -> None:
    """Measure one article beside the stories of four weeks, by made titles."""
    made = random.Random(13)
    stories = Stories(HeadlineReader(Analyzer()))
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for story in range(_STORIES):
        stories.add(story, _made(made, start + timedelta(days=27) * (story / _STORIES)))
    articles = [_made(made, start + timedelta(days=27)) for _ in range(_TIMED)]
    began = time.process_time()
    for article in articles:
        stories.place(article)
    placed = time.process_time()
    for number, article in enumerate(articles, _STORIES):
        stories.add(number, article)
    added = time.process_time()
    print(
        f"{machine()}. Beside {_STORIES:,} stories, CPU of an article: "
        f"{1000 * (placed - began) / _TIMED:.2f} ms to place it, "
        f"{1000 * (added - placed) / _TIMED:.2f} ms to add it."
    )


def _made(made: random.Random, published: datetime) -> Article:
    korean = made.random() < 0.5
    nouns = KOREAN_NOUNS if korean else ENGLISH_NOUNS
    words = [nouns[min(int(made.expovariate(8 / len(nouns))), len(nouns) - 1)] for _ in range(6)]
    names = ["".join(made.choices("bcdfgklmnprstaeiou", k=6)) for _ in range(_WORDS - 6)]
    version = f"{made.choice(('GPT', 'Claude', 'Gemini', 'Llama'))} {made.randrange(1, 60) / 10}"
    title = " ".join([*names, *words, version])
    return Article(title, published, language="ko" if korean else "en")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield {"n": number, **json.loads(line)}
                except (TypeError, ValueError) as error:
                    raise ValueError(f"{file}, line {number} is no JSON object: {error}") from error


def _article(line: dict[str, Any]) -> Article:
    return Article(
        line["title"],
        _published(line["published"]),
        line.get("url") or line.get("link"),
        line.get("source"),
        line.get("language") or "",
        line.get("text") or "",
    )


def _published(written: str) -> datetime | date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return datetime.fromisoformat(written)


if __name__ == "__main__":
    main()
