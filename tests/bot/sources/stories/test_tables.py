"""The tables that come with the product are in their form."""

from __future__ import annotations

from bot.sources.stories.vocabulary import Vocabulary, table
from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold
from store.search.text.tokens import Script
from tests.bot.sources.stories.titles import READER

KINDS = {
    "release", "port", "price", "fund", "acquire", "sue", "settle", "partner", "people", "outage",
    "attack", "ban", "law", "guide", "layoff", "cancel", "deny", "trial", "earn", "prize", "build",
    "variant", "rival", "place", "-",
}  # fmt: skip


def test_every_word_has_a_known_kind_and_names() -> None:
    for line in table("words.tsv"):
        kind, korean, english = line.split("\t")
        assert kind in KINDS or kind.startswith("line:"), line
        assert (korean, english) != ("-", "-"), line
        assert all(name.strip() == name != "" for name in f"{korean}|{english}".split("|")), line


def test_no_word_stands_twice() -> None:
    words = Vocabulary((), (), Analyzer())
    seen: dict[tuple[str, ...], str] = {}
    for line in table("words.tsv"):
        _, korean, english = line.split("\t")
        for name in f"{korean}|{english}".split("|"):
            if name != "-":
                forms = tuple(
                    word.text if word.script is Script.HANGUL else word.term
                    for word in words.words(fold(name))
                )
                assert forms not in seen, f"{name} stands in {line!r} and in {seen[forms]!r}"
                seen[forms] = line


def test_rates_are_of_known_words_and_fall() -> None:
    rates = [float(line.split("\t")[0]) for line in table("common.tsv")]
    assert rates == sorted(rates, reverse=True)
    assert all(
        READER.terms(word)
        for line in table("common.tsv")
        for word in line.split("\t")[1].split("|")
    )


def test_makers_are_one_word_or_name() -> None:
    for line in table("makers.tsv"):
        for name in line.replace("\t", "|").split("|"):
            assert len(READER.terms(name)) == 1, name
