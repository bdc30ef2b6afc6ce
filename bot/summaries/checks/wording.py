"""How a draft is worded: what no draft may hold, whatever its source says. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bot.sources.stories.vocabulary import table
from store.patterns import compiled_later

_HANGUL = compiled_later(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_LATIN_WORD = compiled_later(r"[A-Za-z\u00c0-\u024f]+")
_WORD = compiled_later(r"[\w.+-]+")
_CAPITAL = compiled_later(r"[A-Z]")
_LATIN_LETTER = compiled_later(r"[A-Za-z]")
_DIGIT = compiled_later(r"\d")
_LETTER = compiled_later(r"[A-Za-z\uac00-\ud7a3]")
_FOREIGN = compiled_later(
    r"[^\W\d_A-Za-z\u00aa\u00ba\u00c0-\u024f\u0370-\u03ff\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"
)
"""A letter that neither Korean nor English is written in."""
_APING = compiled_later(r"[A-Za-z][\u0370-\u03ff]|[\u0370-\u03ff][A-Za-z]")
"""A Greek letter, which formulas have, within a word."""

_LEAST_HANGUL = 0.3
_FEWEST_HANGUL = 0.15
_KOREAN_WORDS = 0.42
_FEWEST_KOREAN_WORDS = 0.25
"""Shares of the words that have Hangul in a text that is Korean, however few of its letters are:
many with what joins words in English, few without it. An English sentence beside a Korean one of
as many letters leaves 0.35."""
_MOST_HANGUL = 0.1
ENGLISH = frozenset((
    "the", "a", "an", "of", "to", "in", "and", "for", "is", "are", "was", "were", "with", "on",
    "by", "as", "at", "from", "it", "its", "this", "which", "has", "have", "be", "can", "will",
    "that", "not", "or", "but", "their", "they", "more", "than", "into", "after",
    "said", "says", "new",
))  # fmt: skip
"""Words that no English sentence does without."""

_OTHERS = frozenset((
    "el", "los", "las", "es", "una", "del", "que", "con", "por", "para", "le", "les", "des", "est",
    "une", "du", "dans", "und", "der", "das", "ist", "ein", "eine", "mit", "den", "nicht", "o",
    "os", "um", "uma", "il", "gli", "della", "het", "een",
))  # fmt: skip
"""Words of other languages in Latin letters, of which two without one of these are no English."""

_LEAST_ENGLISH = 0.1
_SOME = 3
_PART = 0.15
_FEW = 12
"""Words, of which so many tell nothing of their language."""

_INVISIBLE = compiled_later(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""What nobody sees, and what turns the direction of what follows."""

_HOST = compiled_later(
    r"(?i)(?<![a-z0-9.])[a-z0-9][a-z0-9-]*(?:(?:\.|\s\.\s?|\s+dot\s+)[a-z0-9-]+)*?"
    r"(?:\.|\s\.\s?|\.\s(?-i:(?=[a-z]))|\s+dot\s+)"
    r"(?!(?-i:AI)(?![a-z0-9]))(?:com|net|org|edu|gov|io|ai|co|kr|jp|cn|dev|app|gg|tv|uk|eu|de|fr|biz|cc|ly|sh)(?![a-z0-9])"
)
"""The name of a site without the rest of an address, which some platforms draw as one. What ends in
AI in capitals is a company: DeepLearning.AI."""

_LINK = compiled_later(
    r"(?i)"
    r"[a-z][a-z0-9+.-]{1,20}:\s?//|\bwww\.|\bh(?:xx|\*\*)ps?\b|\bxn--"
    r"|\b(?:mailto|javascript|data|vbscript|tel|xmpp|steam|slack|discord):\S"
    r"|\b(?:discord\.gg|discord\.com|t\.me|bit\.ly|wa\.me)\b|[\w-]\.[a-z]{2,}/\w"
    r"|\[\.\]|\(dot\)|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|\w\.(?:xyz|top|click|zip|mov|ru|tk|onion|example|test|invalid|shop|site|online|info)\b"
)
_MENTION = compiled_later(
    r"(?i)<[@#!:&/a-z]|(?<![\w.])@\s?[\w{]|&lt;|&#\d|@(?:everyone|here|channel)"
)
_MARKUP = compiled_later(
    r"`|\*\*|__\w|~~|\|\||\]\(|\]\[|(?:^|\s)#{1,6}\s|(?:^|\s)>\s|</|/>|<!|\{\{|\$\{|\\[nrtux]|\x1b"
    r"|(?<![\w:]):[a-z_+]\w{1,30}:|(?:^|\s)(?:[-=_*]){3,}(?:\s|$)"
    r"|(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])|(?<!\w)_[^\s_](?:[^_\n]*[^\s_])?_(?!\w)"
    r"|(?<![\w~])~[^\s~](?:[^~\n]*[^\s~])?~(?![\w~])|^\s*(?:[-•◦▪·]|\d{1,2}[.)])\s"
    r"|\$\$|\\[a-z]+\{|(?:^|\s)/[a-z]{3,}\b",
    re.MULTILINE | re.IGNORECASE,
)
_LABEL = compiled_later(
    r"(?:^|[.!?다]\s)\s*(?:sure|certainly|of course|okay|here(?:'s| is| are)|title|headline|"
    r"note|summary|tags|source|제목|요약|설명|번역)\b"
    r"(?:\s*:|[,!]| is (?:the|a|your)\b| the (?:headline|title|draft|summary)\b)"
    r"|[\"']?(?:title|note|tags)[\"']\s*:|(?-i:\bSOURCE\b|\bTAGS\b)"
    r"|^\s*(?:(?:다음은|아래는|여기)\s.{0,16}(?:요약|번역|초안|설명)|물론(?:입니다|이죠|이에요)|알겠습니다)",
    re.IGNORECASE | re.MULTILINE,
)
_DECLINED = compiled_later(
    r"^\W*(?:(?:I['’]m|I am|we are)\s+(?:sorry|unable|not able|afraid)\b"
    r"|(?:sorry|apologies|unfortunately)\b.{0,20}\bI\b|I\s+(?:can['’]?t|cannot|won['’]t)\b"
    r"|as\s+an?\s+(?:ai|artificial|(?:large\s+)?language)\b.{0,30}?\b(?:model|assistant)\b\W+(?:I|my)\b"
    r"|(?:죄송|미안)(?:하지만|합니다|하게도|해요)|(?:저는|제가)\s.{0,30}(?:수\s*없|못\s*합)"
    r"|(?:AI|인공지능)\s*(?:언어\s*)?(?:모델|어시스턴트|비서)(?:로서|로써|이기)\S*\s.{0,20}(?:저는|제가|수\s*없습니다))",
    re.IGNORECASE | re.MULTILINE,
)
"""How a model begins that writes to its asker, not for a reader."""
_RUN = 7
"""Words of the instructions in a row that no draft has by chance."""


def _unless_a_name(word: re.Match[str]) -> str:
    """Return a word, a blank for one that is written like a name: GPT-4o, iPhone, 3b."""
    text = word[0]
    mixed = _DIGIT.search(text) and _LATIN_LETTER.search(text)
    return " " if mixed or _CAPITAL.search(text) else text


def foreign_letters(text: str, source: str) -> bool:
    """Whether a text has letters of other languages that its source lacks, or that ape Latin."""
    plain = unicodedata.normalize("NFC", text)
    return any(
        not set(letters.findall(plain)) <= set(letters.findall(source))
        for letters in (_FOREIGN, _APING)
    )


def other_language(text: str, into: str) -> bool:
    """Whether a text is in another language than wanted."""
    hangul = len(_HANGUL.findall(text))
    words = _LATIN_WORD.findall(_WORD.sub(_unless_a_name, text))
    share = hangul / (hangul + sum(map(len, words)) or 1)
    common = sum(word in ENGLISH for word in words)
    if into == "ko":
        # Korean is full of English terms, but not of what English joins them with.
        joined = common >= max(_SOME, _PART * len(words))
        written = [word for word in text.split() if _LETTER.search(word)]
        korean = sum(_HANGUL.search(word) is not None for word in written)
        if korean >= (_KOREAN_WORDS if joined else _FEWEST_KOREAN_WORDS) * len(written) > 0:
            return False  # "architecture design이 아닌 continual learning 문제로 정의"
        return share < (_LEAST_HANGUL if joined else _FEWEST_HANGUL)
    strange = sum(word.casefold() in _OTHERS for word in _LATIN_WORD.findall(text))
    if not common and strange > 1:
        return True
    return share > _MOST_HANGUL or _FEW <= len(words) > common / _LEAST_ENGLISH


def untranslated(title: str, into: str) -> bool:
    """Whether a title holds more than names, and nothing in the language that is wanted."""
    words = _LATIN_WORD.search(_WORD.sub(_unless_a_name, title))
    if into == "ko":
        return words is not None and not _HANGUL.search(title)
    return words is None and _HANGUL.search(title) is not None


def leads_elsewhere(text: str, source: str) -> bool:
    """Whether a text has an address, in any of the ways to write one, or a site of its own."""
    plain = _plain(text)
    if _LINK.search(plain):
        return True
    told = _squashed(source)
    return any(_squashed(host[0]) not in told for host in _HOST.finditer(plain))


def declines(text: str) -> bool:
    """Whether a model says that it will not write, where it should have written."""
    return _DECLINED.search(_plain(text)) is not None


def marked_up(text: str) -> bool:
    """Whether a text mentions somebody, or has signs by which a platform draws something."""
    plain = _plain(text)
    hidden = _INVISIBLE.search(text)
    return bool(hidden or _MENTION.search(plain) or _MARKUP.search(plain))


def echoes(text: str, instructions: str, source: str) -> bool:
    """Whether a text says again what the model was told, or how it was told to answer."""
    told = _in_runs(instructions) - _in_runs(source)
    return _LABEL.search(text) is not None or not told.isdisjoint(_in_runs(text))


def orders(text: str) -> bool:
    """Whether a text orders its reader, or a model, to do something."""
    plain = _plain(text)
    return any(pattern.search(plain) for pattern in _orders())


@cache
def _orders() -> list[re.Pattern[str]]:
    lines = table("orders.tsv", "bot.summaries.checks")
    return [re.compile(line, re.DOTALL | re.IGNORECASE) for line in lines]


def _plain(text: str) -> str:
    """Return a text as it reads: without what nobody sees, signs of full width as plain ones."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).replace("。", ".")


def _squashed(text: str) -> str:
    """Return the letters and digits of a text: Stability.AI is Stability AI."""
    return re.sub(r"[\W_]", "", _plain(text)).casefold()


def _in_runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[place : place + _RUN]) for place in range(len(words) - _RUN + 1)}
