"""What the words of a title mean, in Korean and in English alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold
from store.search.text.tokens import Script, Token, tokens

_LONGEST = 4  # words of a name
_SHORTEST_PART = 2  # syllables of a part of a compound
_LINE = "line:"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: the first English name of it, and its kind in `words.tsv`."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TitleWord:
    """A word of a folded title, or a name of several words.

    `term` is by what it is compared: its meaning's name, or its stem. `gap` is what stands before
    it.
    """

    term: str
    text: str
    script: Script
    start: int
    end: int
    gap: str
    kind: str = ""
    known: bool = False

    @property
    def family(self) -> str:
        """The name that a line of models belongs to (opus: claude), empty for other words."""
        return self.kind.removeprefix(_LINE) if self.kind.startswith(_LINE) else ""

    @property
    def varies(self) -> bool:
        """Whether it makes another product of a name: a variant, or a line of models."""
        return self.kind == "variant" or self.kind.startswith(_LINE)

    @property
    def event(self) -> str:
        """What happens by it, empty for words of no event."""
        return "" if self.varies or self.kind in {"rival", "place"} else self.kind


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token and its readings: the written word first, then its stems."""

    token: Token
    forms: Sequence[str]


class Vocabulary:
    """Knows which names mean one thing. Not to be shared between threads."""

    def __init__(self, words: Iterable[str], terms: Iterable[str], analyzer: Analyzer) -> None:
        """Read lines in the form of `words.tsv`, then of the search's `terms.tsv`.

        Of a name that stands in several lines, the first tells the meaning.
        """
        self._analyzer = analyzer
        self._meanings: dict[str, Meaning] = {}
        for line in words:
            self._learn(*line.split("\t"))
        for line in terms:
            self._learn(_NONE, *line.split("\t"))

    @classmethod
    def shipped(cls, analyzer: Analyzer) -> Vocabulary:
        """Read the tables that come with the product."""
        return cls(table("words.tsv"), table("terms.tsv", "store.search.query"), analyzer)

    def words(self, folded: str) -> list[TitleWord]:
        """Return the words of a folded title in order."""
        pieces = [self._piece(token) for token in tokens(folded)]
        found: list[TitleWord] = []
        start = 0
        while start < len(pieces):
            for end in range(min(len(pieces), start + _LONGEST), start, -1):
                if meaning := self._meaning(pieces[start:end]):
                    found.append(_named(meaning, pieces[start:end]))
                    start = end
                    break
            else:
                found.extend(self._unknown(pieces[start]))
                start += 1
        return found

    def _learn(self, kind: str, korean: str, english: str) -> None:
        names = [fold(name) for name in f"{english}|{korean}".split("|") if name != _NONE]
        keys = [self._key_of(name) for name in names]
        meaning = self._meanings.get(keys[0]) or Meaning(names[0], "" if kind == _NONE else kind)
        for key in keys:
            self._meanings.setdefault(key, meaning)

    def _key_of(self, name: str) -> str:
        pieces = [self._piece(token) for token in tokens(name)]
        return _key(pieces, pieces[-1].forms[0])

    def _piece(self, token: Token) -> _Piece:
        if token.script is Script.HANGUL:
            reading = self._analyzer.grammar.read(token.text)
            return _Piece(token, (token.text, reading.stem, *reading.others))
        return _Piece(token, (self._analyzer.english.stem(token.text),))

    def _meaning(self, pieces: Sequence[_Piece]) -> Meaning | None:
        found = (self._meanings.get(_key(pieces, form)) for form in pieces[-1].forms)
        return next((meaning for meaning in found if meaning), None)

    def _unknown(self, piece: _Piece) -> Iterator[TitleWord]:
        """Return a word that stands in no table, or the two that it is put together of."""
        token = piece.token
        if token.script is Script.HANGUL:
            for cut in range(len(token.text) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
                middle = token.start + cut
                one = Token(token.text[:cut], token.script, token.start, middle, token.gap)
                two = self._piece(Token(token.text[cut:], token.script, middle, token.end, ""))
                first, second = self._meanings.get(one.text), self._meaning([two])
                if first and second:
                    yield _named(first, [_Piece(one, (one.text,))])
                    yield _named(second, [two])
                    return
        stem = piece.forms[min(1, len(piece.forms) - 1)]
        yield TitleWord(stem, token.text, token.script, token.start, token.end, token.gap)


def table(name: str, package: str = __package__) -> Iterator[str]:
    """Return the lines of a table that comes with the product, without its comments."""
    lines = (resources.files(package) / name).read_text("utf-8").splitlines()
    return (line for line in lines if line.strip() and not line.startswith("#"))


def _named(meaning: Meaning, pieces: Sequence[_Piece]) -> TitleWord:
    first, last = pieces[0].token, pieces[-1].token
    text = " ".join(piece.token.text for piece in pieces)
    term = text if meaning.kind == "rival" else meaning.name
    return TitleWord(
        term, text, first.script, first.start, last.end, first.gap, meaning.kind, known=True
    )


def _key(pieces: Sequence[_Piece], last: str) -> str:
    """Return what is equal of names whose Korean words are written together and apart."""
    key = ""
    for index, piece in enumerate(pieces):
        apart = key and not (piece.token.script is pieces[index - 1].token.script is Script.HANGUL)
        key += (" " if apart else "") + (last if index == len(pieces) - 1 else piece.forms[0])
    return key
