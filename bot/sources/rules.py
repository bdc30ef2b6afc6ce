"""Which of a source's items are wanted, by words and phrases in title and text. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from store.model import SourceRules
from store.search.query.phrases import phrase_of
from store.search.query.terms import query_terms
from store.search.ranking.matching import INSIDE, View, matcher_of
from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold


def admits(rules: SourceRules, title: str, text: str, analyzer: Analyzer) -> bool:
    """Whether an item passes a source's rules: some of `only` is in it, and nothing of `without`.

    Words are found as search finds them, whatever their endings and particles, also in a longer
    word of Korean; phrases as they stand.
    """
    if not (rules.only or rules.without):
        return True
    view = View(f"{fold(title)}\n{fold(text)}")
    if rules.only and not _holds_any(rules.only, view, analyzer):
        return False
    return not _holds_any(rules.without, view, analyzer)


def _holds_any(wanted: Iterable[str], view: View, analyzer: Analyzer) -> bool:
    return any(_holds(one, view, analyzer) for one in wanted)


def _holds(wanted: str, view: View, analyzer: Analyzer) -> bool:
    if wanted.startswith('"'):
        phrase = phrase_of(fold(wanted.strip('"')), analyzer.english)
        return phrase is not None and phrase.stands_in(view.text)
    units = query_terms(fold(wanted), analyzer)
    return bool(units) and all(matcher_of(one, analyzer).count(view) >= INSIDE for one in units)
