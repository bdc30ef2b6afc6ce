"""What a person asks for, word by word: where a word is looked up and how it is recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from store.search.index.documents import WORD_SIGN
from store.search.text.analyzer import JOINTS, LONGEST_JOINED, MOST_JOINED, Analyzer, pairs
from store.search.text.english import FUNCTION_WORDS as ENGLISH_FUNCTION_WORDS
from store.search.text.tokens import Script, Token, tokens

_KOREAN_FUNCTION_WORDS = (
    "무엇 무엇인가 무엇인가요 뭐 뭔가요 무슨 누구 누가 언제 어디 어느 어떤 어떻게 어떠한 왜 얼마나 "
    "얼마 몇 및 등 그 이 저 또는 그리고 그러나 하지만 위해 위한 위하여 대해 대한 대하여 관한 관해 "
    "관하여 통해 통한 통하여 의해 의한 따라 따른 같은 수 것 때 더 있 하 되 있는 있나요 있는가 하는 "
    "하나요 하는가 되는 되나요 인가 인가요 입니까 있습니까 있다 없다 한다 하다 된다 되다 이다 "
    "아니다 그런 이런 저런 그것 이것 저것"
)
KOREAN_FUNCTION_WORDS = frozenset(_KOREAN_FUNCTION_WORDS.split())
"""Question words, bound nouns, pronouns, conjunctions and auxiliaries: a sentence needs them,
what it is about does not (Sohn Ho-min, The Korean Language, 1999, section 6.2)."""

KEYWORDS = 4
"""So many words are all wanted, if none of them only holds a sentence together."""

_LIGHT = {Script.HANGUL: 0.1, Script.LATIN: 0.25}
"""How much a word that only holds a sentence together weighs (measured: bench/README.md)."""

_SHORTEST_JOINED = 4  # letters of a word that others may write with a hyphen in it (finetuning)
_FOREIGN = frozenset((Script.LATIN, Script.NUMBER))


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a query.

    `forms` are what it is recognised by, the likeliest first: for Korean, the stem and other
    readings; for Latin, the stems of its pieces, which must stand side by side. `joined` is how
    it is written as one (`gpt4` for GPT-4). `ways` are the terms by which the index finds it: all
    terms of one way. `parts` are terms that count in part
    when they occur. `link` is the pair of syllables that leads over to the next word. `weight` is
    1, or less for words that only hold a sentence together. `single` is the one syllable that the
    word is if all that follows is a particle; `settled` decides. `also` are other names of
    the same. `word` is one of Hangul that entries must be known to hold, where it is only
    guessed that a name is written so.
    """

    text: str
    script: Script
    start: int
    end: int
    forms: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...] = ()
    link: str | None = None
    weight: float = 1.0
    joined: str = ""
    single: str = ""
    also: tuple[QueryTerm, ...] = ()
    word: str = ""

    @property
    def light(self) -> bool:
        """Whether it only holds the sentence together."""
        return self.weight < 1

    def may_occur(self, counts: Mapping[str, int]) -> bool:
        """Whether an entry may hold it, by the numbers of entries that hold its terms."""
        if self.word and not counts.get(WORD_SIGN + self.word):
            return False
        return any(all(counts.get(term) for term in way) for way in self.ways)

    @property
    def terms(self) -> frozenset[str]:
        """Every term that has to do with it."""
        found = {term for way in self.ways for term in way}.union(self.parts)
        return frozenset(found | {self.link} if self.link else found)


def query_terms(folded: str, analyzer: Analyzer) -> tuple[QueryTerm, ...]:
    """Return the words of a folded text. If all are light, none is."""
    found: list[QueryTerm] = []
    for group in _groups(list(tokens(folded))):
        found.extend(_units(group, analyzer))
    if all(unit.light for unit in found):
        found = [replace(unit, weight=1.0) for unit in found]
    return tuple(_linked(found, folded))


def _groups(pieces: Sequence[Token]) -> Iterable[Sequence[Token]]:
    """Put together what is written as one: a joined name, a word with the one that sticks to it."""
    start = 0
    for index in range(1, len(pieces) + 1):
        if index == len(pieces) or not _written_together(pieces[index - 1], pieces[index]):
            yield pieces[start:index]
            start = index


def _written_together(one: Token, two: Token) -> bool:
    if one.script not in _FOREIGN:
        return False
    if two.script is Script.HANGUL:
        return not two.gap
    return two.script in _FOREIGN and (not two.gap or (len(two.gap) == 1 and two.gap in JOINTS))


def _units(group: Sequence[Token], analyzer: Analyzer) -> Iterable[QueryTerm]:
    name = [piece for piece in group if piece.script is not Script.HANGUL]
    if len(name) == len(group) or not name:
        yield from _names(group, analyzer) if name else (_hangul(group[0], analyzer),)
        return
    last = group[-1]
    if analyzer.grammar.is_particle_after_foreign(last.text):
        yield from _names(name, analyzer)
    elif name[-1].script is Script.NUMBER and (counted := _counted(name[-1], last, analyzer)):
        yield from _names(name[:-1], analyzer)
        yield counted
    else:
        yield from _names(name, analyzer)
        yield _hangul(last, analyzer)


def _counted(number: Token, word: Token, analyzer: Analyzer) -> QueryTerm | None:
    """Return a number with the word it counts, None where the word is one of its own."""
    terms = tuple(number.text + form for form in analyzer.counted(word.text))
    if not terms:
        return None
    apart = tuple(f"{number.text} {form}" for form in analyzer.counted(word.text))
    ways = (*((term,) for term in terms), (number.text,))
    return QueryTerm(
        number.text + word.text, Script.NUMBER, number.start, word.end, (*terms, *apart), ways,
        (number.text, *terms),
    )  # fmt: skip


def _hangul(piece: Token, analyzer: Analyzer) -> QueryTerm:
    text = piece.text
    reading = analyzer.grammar.read(text)
    forms = (reading.stem, *reading.others)
    # The shortest reading is within the longer ones.
    shortest = min(forms, key=len)
    light = reading.stem in KOREAN_FUNCTION_WORDS or text in KOREAN_FUNCTION_WORDS
    return QueryTerm(
        text, Script.HANGUL, piece.start, piece.end, forms,
        (tuple(dict.fromkeys(pairs(shortest))) or (shortest,),),
        tuple(dict.fromkeys(pairs(reading.stem))),
        weight=_LIGHT[Script.HANGUL] if light else 1.0, single=reading.single,
    )  # fmt: skip


def settled(units: Sequence[QueryTerm], is_noun: Callable[[str], bool]) -> tuple[QueryTerm, ...]:
    """Decide of stems of two syllables whether the last belongs to a particle.

    `is_noun` says whether entries show that the word is one of two syllables.
    """
    return tuple(
        replace(unit, forms=(unit.single, *unit.forms), ways=((unit.single,),), single="")
        if unit.single and not is_noun(unit.forms[0])
        else unit
        for unit in units
    )


def _names(run: Sequence[Token], analyzer: Analyzer) -> Iterable[QueryTerm]:
    joined = "".join(piece.text for piece in run)
    if 1 < len(run) <= MOST_JOINED and run[-1].end - run[0].start <= LONGEST_JOINED:
        stems = tuple(analyzer.english.stems([piece.text for piece in run]))
        text = run[0].text + "".join(piece.gap + piece.text for piece in run[1:])
        yield QueryTerm(
            text, Script.LATIN, run[0].start, run[-1].end, stems,
            (tuple(dict.fromkeys(stems)), (analyzer.english.stem(joined),)),
            tuple(dict.fromkeys(stems)), joined=joined,
        )  # fmt: skip
        return
    for piece in run:
        if piece.script is Script.HAN:
            terms = tuple(dict.fromkeys(pairs(piece.text))) or (piece.text,)
            yield QueryTerm(
                piece.text, Script.HAN, piece.start, piece.end, (piece.text,), (terms,), terms
            )
            continue
        stem = analyzer.english.stem(piece.text)
        light = piece.text in ENGLISH_FUNCTION_WORDS
        yield QueryTerm(
            piece.text, piece.script, piece.start, piece.end, (stem,), ((stem,),),
            weight=_LIGHT[Script.LATIN] if light else 1.0,
            joined=stem if len(stem) >= _SHORTEST_JOINED and stem.isalpha() else "",
        )  # fmt: skip


def _linked(found: Sequence[QueryTerm], folded: str) -> Iterable[QueryTerm]:
    """Add to each word of Hangul the pair of syllables that leads over to the next one."""
    for one, two in zip_longest(found, found[1:]):
        if (
            two is not None
            and one.script is Script.HANGUL
            and two.script is Script.HANGUL
            and not one.light
            and not two.light
            and folded[one.end : two.start] == " "
        ):
            yield replace(one, link=one.forms[0][-1] + two.forms[0][0])
        else:
            yield one
