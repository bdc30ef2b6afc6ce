"""tantivy over the same entries: what a search engine made for speed takes for the same queries.

It is asked in two ways: by words as they are written, with English stems, which finds Korean words
only with the same particles; and by pairs of letters, which finds Korean as we do, at its cost.
Neither corrects misspelt words, nor knows tags and dates: there it has less to do than we have.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import tantivy

from bench.search_corpus import Corpus

_MEMORY = 128 * 2**20  # bytes in which entries are collected before they are written


class Tantivy:
    """One index."""

    NAMES = ("words", "pairs")

    def __init__(self, path: Path, name: str, corpus: Corpus, size: int) -> None:
        """Build the index of the first entries of a corpus."""
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        fields = tantivy.SchemaBuilder()
        fields.add_integer_field("id", stored=True)
        for field in ("title", "note"):
            fields.add_text_field(field, stored=True, tokenizer_name=name)
        self._index = tantivy.Index(fields.build(), str(path))
        self._index.register_tokenizer(name, _analyzer(name))
        began = time.perf_counter()
        writer = self._index.writer(_MEMORY, 1)
        for number in range(size):
            entry = corpus.entry(number)
            writer.add_document(tantivy.Document(id=number, title=entry.title, note=entry.note))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        weight = sum(file.stat().st_size for file in path.iterdir())
        self.note = (
            f"built in {time.perf_counter() - began:.0f} s, {weight / 1e6:.0f} MB with its texts."
        )

    @classmethod
    def kinds(cls, folder: Path, corpus: Corpus, size: int) -> Iterator[tuple[str, Tantivy]]:
        """Build each kind of index and give it up again."""
        for name in cls.NAMES:
            path = folder.with_name(f"{folder.name}-{name}")
            try:
                yield name, cls(path, name, corpus, size)
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def find(self, query: str, count: int) -> list[str]:
        """Return the titles of the best entries."""
        parsed, _ = self._index.parse_query_lenient(query, ["title", "note"])
        hits = self._searcher.search(parsed, count).hits
        return [str(self._searcher.doc(place)["title"][0]) for _, place in hits]


def _analyzer(name: str) -> tantivy.TextAnalyzer:
    if name == "pairs":
        tokenizer = tantivy.Tokenizer.ngram(2, 2, prefix_only=False)
        return tantivy.TextAnalyzerBuilder(tokenizer).filter(tantivy.Filter.lowercase()).build()
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
