"""How names sound, so that one in a Korean title is met in an English one: 하네스, Harness.

So roughly that both spellings come to the same: consonants of one place of articulation are one,
a vowel counts only where a word begins, an English r only before a vowel, and ㄹㄹ is one l (외래어
표기법, the rules by which Korean writes foreign words).
"""

from __future__ import annotations

import re
import unicodedata

from bot.sources.stories.vocabulary import TitleWord
from store.search.text.tokens import Script

_SHORTEST = 3  # consonants: what is shorter meets by chance
_SHORTEST_LATIN = 4

_LATIN = {
    **dict.fromkeys("bfpv", "p"), **dict.fromkeys("cgkq", "k"), **dict.fromkeys("dt", "t"),
    **dict.fromkeys("jsz", "s"), **dict.fromkeys("lr", "r"), "h": "h", "m": "m", "n": "n",
    "x": "ks",
}  # fmt: skip
_HANGUL = {
    **dict.fromkeys("ᄇᄈᄑᆸᇁ", "p"), **dict.fromkeys("ᄀᄁᄏᆨᆩᆿ", "k"), **dict.fromkeys("ᄃᄄᄐᆮᇀ", "t"),
    **dict.fromkeys("ᄉᄊᄌᄍᄎᆺᆻᆽᆾ", "s"), **dict.fromkeys("ᄅᆯ", "r"), **dict.fromkeys("ᄆᆷ", "m"),
    **dict.fromkeys("ᄂᆫ", "n"), "ᄒ": "h", "ᆼ": "nk",
}  # fmt: skip
_SILENT_R = re.compile("r(?![aeiouy])")
_TWO_LETTERS = re.compile("ph|[cst]h")
_DOUBLE = re.compile(r"([a-z])\1|ck")


def sound_of(word: TitleWord) -> str:
    """Return how a word sounds, empty where that tells too little."""
    if word.script is Script.LATIN and len(word.text) >= _SHORTEST_LATIN:
        text = _DOUBLE.sub(lambda two: two[0][-1], word.text)
        text = _TWO_LETTERS.sub(lambda two: "p" if two[0] == "ph" else "s", text)
        text = _SILENT_R.sub("", text)
        letters, vowels = _LATIN, "aeiouwy"
    elif word.script is Script.HANGUL:
        text = unicodedata.normalize("NFD", word.term).replace("ᆯᄅ", "ᄅ")
        letters, vowels = _HANGUL, "ᄋ"
    else:
        return ""
    start = "a" if text[:1] in vowels else ""
    sound = start + "".join(letters.get(char, "") for char in text)
    return sound if len(sound) >= _SHORTEST else ""
