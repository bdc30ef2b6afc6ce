"""What a reader sees of an answer: each entry with its words marked and the points it was given."""

from __future__ import annotations

from collections.abc import Sequence

from store.model import Entry, Found, Gain, GainKind
from store.search.query.question import Question
from store.search.ranking.retrieval import Answer, Ranked
from store.search.ranking.snippets import Marker


def found(question: Question, answer: Answer, shown: Sequence[Entry]) -> tuple[Found, ...]:
    """Return entries of an answer as they were found, in their order."""
    marker = Marker(answer.words, [phrase.text for phrase in question.phrases])
    return tuple(
        Found(
            entry,
            marker.best(entry.note),
            one.score.total if (one := answer.ranked.get(entry.id)) else 0.0,
            tuple(_gains(question, one)) if one else (),
        )
        for entry in shown
    )


def _gains(question: Question, ranked: Ranked) -> list[Gain]:
    score = ranked.score
    gains = [
        Gain(GainKind.WORD, points, unit.text)
        for unit, points in zip(question.ranked, score.gains, strict=True)
        if points
    ]
    others = ((GainKind.TOGETHER, score.together), (GainKind.NEW, score.new))
    return [*gains, *(Gain(kind, points) for kind, points in others if points)]
