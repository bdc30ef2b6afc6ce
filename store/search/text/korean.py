"""Korean words: what is the word itself, and what is grammar that sticks to it.

No dictionary. Particles (조사), the copula and endings (어미) are known by their forms and by the
harmony rules of the standard grammar: which of 은/는, 이/가, 을/를, 과/와, 으로/로 a word takes
depends on whether it ends in a consonant, a vowel or ㄹ. They follow 국립국어원, 외국인을 위한
한국어 문법 1 (2005), and Sohn Ho-min, The Korean Language (1999), chapters 8 and 9.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from store.search.text import hangul

_LONGEST_TAIL = 8  # syllables; no run of particles or endings that people write is longer
_SHORT = 2  # syllables of a word that may be a shorter one with a particle
_KEPT = 10_000  # tails whose verdict is remembered: at most a megabyte

# Particles, by the sound that they may follow.
_AFTER_CONSONANT = (
    "은|이|을|과|이나|이나마|이랑|이라|이라고|이라는|이라도|이라면|이란|이며|이고|이든|이든지|이야|"
    "이야말로|이여|은커녕|이라서|이라든가|이라든지|이면|이니|이자|아"
)
_AFTER_CONSONANT_BUT_RIEUL = "으로|으로서|으로써|으로부터|으로까지"
_AFTER_VOWEL = (
    "는|가|를|와|나|나마|랑|라|라고|라는|라도|라면|란|며|든|든지|야|야말로|여|는커녕|라서|라든가|라든지|"
    "면|니|자"
)
_AFTER_VOWEL_OR_RIEUL = "로|로서|로써|로부터|로까지"
_ANYWHERE = (
    "의|에|에서|에게|에게서|한테|한테서|께|께서|도|만|까지|부터|조차|마저|처럼|같이|보다|만큼|하고|마다|"
    "밖에|뿐|대로|씩|커녕|서부터|에다|에다가|에서부터|에까지|쯤|치고"
)
# Particles that another one may follow, and those that may follow them.
_OPEN = (
    "으로|으로서|으로써|으로부터|로|로서|로써|로부터|에|에서|에게|에게서|한테|께|만|까지|부터|처럼|보다|"
    "만큼|하고|과|와|이나|나|뿐|대로|밖에|마다|쯤|서부터|에서부터"
)
_SECOND = "은|는|도|만|의|을|를|이|가|과|와|나|이나|라도|이라도|부터|까지|조차|마저|뿐|보다|로|으로"
_PLURAL = "들"

# The copula 이다 with its endings; it drops 이 after a vowel.
_OF_COPULA = (
    "다|고|며|면|지만|라고|라는|라면|라서|라도|므로|므로써|어서|어도|어야|었다|었던|었고|었으며|었으나|"
    "었지만|었다고|었다는|었는데|었나요|었나|었는가|었습니다|에요|나|냐|지|던|자|야|기|니|었을|었음"
)
_COPULA = (
    f"이(?:{_OF_COPULA})|인(?:가|가요|지|지는|데|데도|바|즉)?|일(?:까|까요|지|지도)?|임(?:을|이|은)?|"
    "입(?:니다|니까)"
)
_COPULA_AFTER_VOWEL = (
    "다|고|였다|였던|였고|였으며|였으나|였지만|였다고|였다는|였는데|였나요|였나|였는가|였습니다|예요|"
    "지만|므로"
)
# Verbs made of a noun: 하다, 되다, 시키다, 받다, 당하다, each with any ending.
_VERB = (
    "하|한|할|함|합|했|해|하여|되|된|될|됨|됩|됐|돼|되어|시키|시킨|시킬|시킴|시켜|시켰|받|받은|당하|당한|"
    "당했|당할"
)
_AFTER_VERB = (
    "기|고|며|면|는|던|지|게|다|여|나|자|라|세요|시|신|실|였|었|을|은|음|습|니|도|서|야|요|어|려|거|든|"
    "므로"
)
# Endings of verbs and adjectives that no noun ends in.
_ENDINGS = (
    "나요|는가|는가요|는지|는데|은가|은가요|은지|은데|습니다|습니까|었습니다|았습니다|었다|았다|었던|"
    "았던|었나요|았나요|었는지|았는지|었는가|았는가|었고|았고|으며|면서|으면서|지만|으므로|는다|는다고|"
    "는다는|려고|으려고|도록|거나|어서|아서|어야|아야|어도|아도|어요|아요|으면|을까|을까요|을지|고자|던"
)

_NEVER_IN_NOUNS = frozenset("을를은는")
"""Particles of one syllable that words of two syllables hardly ever end in."""

_DOUBTFUL = frozenset("의에도만로과이가나와아야라랑며면니자든고다여")
"""Particles of one syllable that are also the last syllable of many nouns (회의, 정도, 결과)."""


_KINDS = tuple("ㄱ" if letter and letter != "ㄹ" else letter for letter in hangul.TAILS)
"""What a particle asks of the syllable before it, by the number of that one's tail."""


class Reading(NamedTuple):
    """What a written word may be a form of.

    `stem` is the likeliest. `others` are further possible ones, the written word among them
    where what was taken off may have belonged to it. `single` is the first syllable of a stem of
    two, if all that follows it may be a tail: 회의 is a meeting, or 회 with 의; 정보다 is 정보 with
    다, or 정 with 보다.
    """

    stem: str
    others: tuple[str, ...] = ()
    single: str = ""


class Grammar:
    """Tells Korean words from what sticks to them."""

    def __init__(self) -> None:
        common = f"{_COPULA}|(?:{_VERB})(?:(?:{_AFTER_VERB})[가-힣]{{0,4}})?|{_ENDINGS}"
        after_rieul = f"{_AFTER_CONSONANT}|{_AFTER_VOWEL_OR_RIEUL}|{_ANYWHERE}"
        self._tails = {
            kind: re.compile(
                f"{particles}|(?:{_OPEN})(?:{_SECOND})|{common}|"
                f"{_PLURAL}(?:{after_rieul}|(?:{_OPEN})(?:{_SECOND})|{common})?"
            )
            for kind, particles in (
                ("", f"{_AFTER_VOWEL}|{_AFTER_VOWEL_OR_RIEUL}|{_ANYWHERE}|{_COPULA_AFTER_VOWEL}"),
                ("ㄹ", after_rieul),
                ("ㄱ", f"{_AFTER_CONSONANT}|{_AFTER_CONSONANT_BUT_RIEUL}|{_ANYWHERE}"),
            )
        }
        self._beginnings = frozenset(
            tail[0]
            for tails in (
                _AFTER_CONSONANT, _AFTER_CONSONANT_BUT_RIEUL, _AFTER_VOWEL, _AFTER_VOWEL_OR_RIEUL,
                _ANYWHERE, _COPULA_AFTER_VOWEL, _VERB, _ENDINGS, _PLURAL, "이|인|일|임|입",
            )
            for tail in tails.split("|")
        )  # fmt: skip
        self._known: dict[tuple[str, str], bool] = {}

    def is_tail(self, last: str, tail: str) -> bool:
        """Whether `tail` can stick to a word that ends in the syllable `last`."""
        if not tail:
            return True
        key = _KINDS[(ord(last) - hangul.FIRST) % len(_KINDS)], tail
        verdict = self._known.get(key)
        if verdict is None:
            fits = len(tail) <= _LONGEST_TAIL and self._tails[key[0]].fullmatch(tail)
            verdict = bool(fits)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = verdict
        return verdict

    def is_particle_after_foreign(self, text: str) -> bool:
        """Whether a text can stick to a word in Latin letters or digits: `GPT를`, `3.1은`.

        How such a word sounds is not known, so either form will do.
        """
        return any(self.is_tail(last, text) for last in "가갈각")

    def read(self, word: str) -> Reading:
        """Take apart a run of Hangul syllables."""
        cuts = [
            cut
            for cut in range(1, len(word))
            if word[cut] in self._beginnings and self.is_tail(word[cut - 1], word[cut:])
        ]
        if not cuts:
            return Reading(word)
        if cuts[0] == 1 and _SHORT not in cuts:
            # 탑에서는 is 탑 with 에서는, not 탑에서 with 는; but 회의 may be a word.
            if len(word) == _SHORT and word[1] not in _NEVER_IN_NOUNS:
                return Reading(word, single=word[:1])
            return Reading(word[:1], (word,))
        single = word[:1] if cuts[0] == 1 else ""
        cut, *longer = cuts[1:] if single else cuts
        others = [word[:other] for other in longer]
        if word[cut:] in _DOUBTFUL:
            others.append(word)
        return Reading(word[:cut], tuple(others), single)

    def is_noun(self, word: str, stem: str) -> bool:
        """Whether a word shows that its stem of two syllables is no shorter one with a tail.

        That is worth knowing only where the second syllable begins a tail (정보 in 정보를).
        """
        return (
            len(stem) == _SHORT
            and stem != word
            and stem[1] in self._beginnings
            and not self.is_tail(stem[0], word[1:])
        )
