"""How good and how fast search is. See bench/README.md, section "Search".

`python -m bench.search quality` ranks judged questions, on SQLite and on PostgreSQL; `items` looks
real items up by words with particles, compounds and misspelt words; `speed` measures times beside
tantivy at 100,000 and at 1,000,000 entries; `wild` asks what nobody should ask. Each prints
Markdown, with the wanted figure beside the measured one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench.search_corpus import Corpus
from bench.search_items import items
from bench.search_quality import quality
from bench.search_report import Missing
from bench.search_speed import filled, speed
from bench.search_wild import wild

SHARED = Path(__file__).parents[2] / "shared" / "data"
"""Where the judged questions and the real items are, beside the project."""


def main() -> None:
    """Measure what the command line asks for."""
    asked = _arguments()
    try:
        with tempfile.TemporaryDirectory() as temporary:
            _measure(asked, asked.folder or Path(temporary))
    except Missing as missing:
        sys.exit(str(missing))


def _measure(asked: argparse.Namespace, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    match asked.what:
        case "speed":
            for size in asked.entries:
                asyncio.run(speed(folder, size, asked.queries))
        case "quality":
            asyncio.run(quality(folder, asked.data / "search", asked.step))
        case "items":
            asyncio.run(items(folder, asked.data / "ai-news-items.jsonl", asked.sample))
        case "wild":
            path = folder / f"search-{asked.entries}.db"
            if not path.exists():
                asyncio.run(filled(path, Corpus(), asked.entries))
            asyncio.run(wild(path, asked.queries))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True)
    fast = kinds.add_parser("speed", help="times beside tantivy, size of the index")
    fast.add_argument("--entries", type=int, nargs="+", default=[100_000, 1_000_000])
    fast.add_argument("--queries", type=int, default=400, help="of each kind")
    good = kinds.add_parser("quality", help="judged questions, on both engines")
    good.add_argument("--step", type=int, default=1, help="take every so manieth question")
    real = kinds.add_parser("items", help="real items: particles, compounds, misspelt words")
    real.add_argument("--sample", type=int, default=250, help="words of each kind")
    for kind in (good, real):
        kind.add_argument("--data", type=Path, default=SHARED, help="where the data is")
    odd = kinds.add_parser("wild", help="queries that nobody should ask")
    odd.add_argument("--entries", type=int, default=100_000)
    odd.add_argument("--queries", type=int, default=10_000)
    for kind in (fast, good, real, odd):
        kind.add_argument("--folder", type=Path, help="where filled stores are kept and used again")
    return parser.parse_args()


if __name__ == "__main__":
    main()
