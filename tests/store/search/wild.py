"""Queries that nobody should type, and that somebody will.

`wild_queries` draws them,
`HAND_WRITTEN` lists what experience adds. Search answers all of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

HAND_WRITTEN: Sequence[str] = (
    "", " ", "\n\t", "\x00", "모델\x00압축", "\ud800", "모델\udfff", "\ufeff",
    "\u202e모델\u202c",
    # quotes left open, operators alone
    '"', '""', '"""', '"모델', '모델"', "“모델", "모델”", "「모델", "«", "'", "''", "‘", "`",
    "「」",
    '" "', '"-"', '-""', '-"', '--', "-", "- -", "-모델", "-모델 -압축", "--모델",
    '-"모델 압축"',
    "tag:", "tag:#", "tag: ", "tag:,", "tag:,,a", "-tag:", "-tag:a", 'tag:"', 'tag:""',
    "tag:tag:tag:a",
    "site:", "site:.", "site:/", "site://", "site:https://", "by:", "by:@", "lang:", "lang:-",
    "lang:zz-zz",
    "since:", "since:0", "since:0000", "since:9999-12-31", "since:10000", "since:2021-02-30",
    "since:2021-13", "until:어제", "until:-1", "since:2030 until:1990", "이후:", "이전:모델",
    "태그:논문 모델",
    "since:2021-01 since:2022", "until:9999", "since:٢٠٢١", "since:2021", "-since:2021",
    # the syntax of engines
    "AND", "OR", "NOT", "NEAR", "NOT NOT", "a AND", "OR b", "NEAR(a b, 2)", "a*", "*", "^a",
    "a^2", "{a b}: c",
    "terms:a", "terms : a", "rowid:1", "a + b", "(", ")", "((", "(a", "a) OR (b", "a:b", ":",
    "::", "\\", "\\\\",
    "a\\'b", "''a", "a''", "a & b", "a | b", "!a", "a & !", "a <-> b", "a <2> b", "a:*",
    "a:A", "&", "|", "!", "<->",
    "'; DROP TABLE entries; --", "1' OR '1'='1", '" OR 1=1 --', "%", "_", "%%", "100%", "a%b",
    ":1", "?", "?1",
    "$1", "$$", "@a", "#", "#논문", "{0}", "{}", "%s", "%(a)s", "${a}", "<b>", "&amp;",
    "\\u0000", "\\x00",
    # only particles, endings, words that hold sentences together
    "은", "는", "이", "가", "을", "를", "의", "은는이가", "에서는", "으로부터", "입니다",
    "하다", "것", "수 있다",
    "the", "of the", "a an the", "is it", "무엇인가요", "왜 그런가요",
    # letters that are loose, mixed, foreign
    "ㄱ", "ㅏ", "ㅋㅋㅋㅋ", "ㅠㅠ", "ㄱㅏ", "모데ㄹ", "ㅁㅗㄷㅔㄹ", "ㅡㅐㅇ디", "ahepf",
    "qkr", "ᄆ", "모\u1105", "\u1161",
    "\u11a8", "힣힣힣", "뷁", "가" * 100, "모델은는이가", "言語", "ニューラル", "ﾆｭｰﾗﾙ",
    "日本語모델", "العربية",
    "हिन्दी", "ไทย", "עברית", "ß", "ẞ", "İ", "ı", "ŉ", "ﬁ", "ǆ", "Å", "e\u0301", "\u0301",
    "ｇｐｔ－４", "①", "½", "㎏",
    "𝐆𝐏𝐓", "🤖", "🤖🤖", "👩‍💻", "🇰🇷", "\u200d", "\u200b모\u200b델", "\U0010ffff", "\uffff",
    "\ufdd0", "\u3164",
    "C++", "C#", "c++++", "f#", ".net", "node.js", "GPT-4", "gpt4", "GPT 4", "4o", "72B",
    "3.1", "1..2", "1.2.3.4",
    "2301.00001v2", "v1", "1,000,000", ",", ".", "...", "…", "-.-", "a-b-c-d-e-f", "a--b",
    "-a-", "U.S.", "DALL·E",
    "http://", "https://example.com/a?b=c#d", "user@example.com", "::1", "C:\\a",
    "/etc/passwd", "../..", "~", "^", "!~",
    # long
    "a" * 10_000, "가" * 10_000, "가 " * 5_000, "a " * 5_000, '"' * 10_000, "-" * 10_000,
    "tag:" * 2_500, "(" * 10_000,
    "모델 " * 2_000, "transformer " * 800, "1" * 10_000, "1." * 5_000, "a-" * 5_000,
    "漢" * 10_000, "ㅏ" * 10_000,
    "\u0301" * 10_000, "모데ㄹ " * 2_000, " ".join(f"word{n}" for n in range(2_000)),
    "'" * 10_000, "\\" * 10_000,
    "🤖" * 5_000, "“" * 5_000, "since:2021 " * 1_000, "-a " * 3_000, '"a" ' * 2_500,
    "site:a.com " * 900,
)  # fmt: skip

_WORDS = (
    "모델", "압축", "언어모델", "초거대 언어 모델", "트랜스포머", "강화학습", "데이터",
    "회의", "정도", "결과", "확산",
    "transformer", "language", "models", "diffusion", "GPT-4", "gpt4", "Llama 3.1", "C++",
    "arXiv:2301.00001v2",
    "transfomer", "모댈", "모데ㄹ", "ahepf", "ㅡㅐㅇ디", "72B", "4o", "2021년", "15일",
    "日本語", "ニューラル", "言語モデル",
)  # fmt: skip
_PARTICLES = (
    "은", "는", "이", "가", "을", "를", "의", "에서", "으로", "로부터", "입니다", "하는", "들은",
)  # fmt: skip
_SYNTAX = (
    '"', "“", "”", "'", "-", "--", "(", ")", "*", "^", ":", "|", "&", "!", "<->", " AND ",
    " OR ", " NOT ",
    "NEAR(", "tag:", "-tag:", "site:", "by:", "lang:", "since:", "until:", "이후:", "태그:",
    ",", ";", "\\", "%",
    "{", "}", "#", "@", "\x00", "\ud83d", "\udc00", "\u202e", "\u200b", "\u0301", "\u1161",
    "ㄱ", "ㅏ", "🤖", "\t",
    "\n", "2021-01", "2021-13-45", "..", "+", "++", "=", "?", "$1", "/*", "*/", "--;",
)  # fmt: skip
_PLANES = (
    (0x20, 0x7E), (0x0, 0x2FF), (0x300, 0x36F), (0x1100, 0x11FF), (0x2000, 0x206F),
    (0x3000, 0x33FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xD800, 0xDFFF), (0xFE00, 0xFFFF),
    (0x1F300, 0x1FAFF),
)  # fmt: skip
"""First and last characters from which queries are drawn."""


def wild_queries(count: int, seed: int = 0) -> Iterator[str]:
    """Return the hand-written queries, then drawn ones, so many in all and always the same."""
    yield from HAND_WRITTEN[:count]
    chance = random.Random(seed)
    for _ in range(count - len(HAND_WRITTEN)):
        yield _drawn(chance)


def _drawn(chance: random.Random) -> str:
    kinds = (_of_pieces, _of_pieces, _of_pieces, _of_characters, _broken_word)
    query = chance.choice(kinds)(chance)
    return query * chance.choice((10, 100)) if chance.random() < 0.01 else query


def _of_pieces(chance: random.Random) -> str:
    """Words, particles and syntax in any order, with spaces or without."""
    pieces: list[str] = []
    for _ in range(chance.randint(1, 8)):
        pieces.append(chance.choice(chance.choice((_WORDS, _WORDS, _PARTICLES, _SYNTAX))))
        pieces.append(chance.choice(("", " ", " ")))
    return "".join(pieces)


def _of_characters(chance: random.Random) -> str:
    """Characters of any kind."""
    return "".join(
        chr(chance.randint(*chance.choice(_PLANES))) for _ in range(chance.randint(1, 40))
    )


def _broken_word(chance: random.Random) -> str:
    """A word with some of its characters changed."""
    word = list(chance.choice(_WORDS))
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(word))
        word[place] = chr(chance.randint(*chance.choice(_PLANES)))
    return "".join(word)
