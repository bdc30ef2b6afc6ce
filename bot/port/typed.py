"""What people and their devices type around an address, and between the pieces of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.port.text import clean, is_link

UNSEEN = "\u200b\u2060\ufeff"
"""What takes no room and joins no letters: it comes along with what is pasted."""

_AROUND = (
    ("<", ">"), ("(", ")"), ("[", "]"), ("{", "}"), ("（", "）"), ("「", "」"), ("『", "』"),
    ("《", "》"), ("〈", "〉"), ("【", "】"), ('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"),
    ("„", "“"), ("«", "»"), ("**", "**"), ("||", "||"), ("~~", "~~"), ("__", "__"), ("`", "`"),
    ("*", "*"), ("_", "_"),
)  # fmt: skip
_MARKED = re.compile(r"(\*\*|\|\||~~|__|``|`)(?! )(?P<inside>(?:(?!\1).)+)(?<! )\1")
_PUNCTUATION = ".,;:，、。"
_WITH_WORDS = re.compile(
    r"!?\[[^\[\]\n]*\]\(<?(?P<target>https?://[^\s<>]+?)>?(?:\s+\"[^\"\n]*\")?\)"
    r"|<(?P<shown>https?://[^\s<>|]+)\|[^<>]*>",
    re.IGNORECASE,
)
COUNTED = re.compile(r"[#＃]?(?P<digits>\d+)(?:개|건|번|호|쪽|페이지)?[.,]?")
"""A whole number as people write it: `3`, `#3`, `3번`, `3.`."""
_DIVIDERS = re.compile(r"[,，、;；|｜\n]|\s[·/]\s")
_LIST_BRACKETS = ("[]", "()", "{}", "（）", "【】")
_BULLET = re.compile(r"(?:[-*+•·]|\d+[.)])\s+")
_QUOTES = " \"'`“”‘’„「」『』«»＂＇"
_PAIRS = ('""', "“”", "”“", "„“", "‟”", "«»", "「」", "『』", "《》", "〈〉", "＂＂")
_PHRASE = "|".join(f"{begin}[^{end}]*{end}" for begin, end in map(tuple, (*_PAIRS, '“"', '"”')))
_BETWEEN = ",，、;；|｜" + "".join(_PAIRS)
_PIECE = re.compile(rf"(?P<quoted>{_PHRASE})|[^\s{_BETWEEN}]+")
"""A phrase, or a word up to a blank, a quote that is alone, or what divides a list."""
_HASH = re.compile(r"[#＃](?=\w)")
_HASH_AFTER_A_BLANK = re.compile(r"\s[#＃](?=\w)")


def address_in(text: str) -> str:
    """Return the address that a text is, without what stands around it; "" for anything else.

    `<https://…>`, `(https://…),`, `**https://…**`, `||https://…||`, `[words](https://…)` and
    `<https://…|words>` are addresses; running text that holds one is not.
    """
    url = text.strip().strip(UNSEEN)
    while True:
        url = url.rstrip(_PUNCTUATION)
        if with_words := _WITH_WORDS.fullmatch(url):
            url = with_words["target"] or with_words["shown"]
        for opened, closed in _AROUND:
            if url.startswith(opened) and url.endswith(closed) and len(url) > len(opened + closed):
                url = url[len(opened) : -len(closed)].strip()
                break
        else:
            break
    for opened, closed in ("()", "<>"):
        if url.endswith(closed) and url.count(closed) > url.count(opened):
            url = url[:-1]
    written = url.casefold().startswith(("http://", "https://")) and len(url.split()) == 1
    return url if written and is_link(url) else ""


def unmarked(text: str) -> str:
    """Return a text without the marks of Markdown that stand around all of it."""
    marked = _MARKED.fullmatch(text)
    return marked["inside"] if marked else text


def first_elsewhere(addresses: Sequence[str], home: str) -> str:
    """Return the first address that leads away from where people talk; else the first of all.

    `home` is a pattern of the hosts that are the platform's own. "" where there is no address.
    """
    for address in addresses:
        if re.fullmatch(home, urlsplit(address).hostname or "") is None:
            return address
    return next(iter(addresses), "")


def listed(text: str) -> list[str]:
    """Return the pieces of a list as people write it, without blanks, quotes and bullets.

    `a, b`, `a; b`, `a | b`, `a、b`, `[a, b]` and one on each line are lists; so is `#a #b`, where
    the signs divide. A blank alone does not: `machine learning` is one piece.
    """
    inside = clean(text).strip()
    if inside[:1] + inside[-1:] in _LIST_BRACKETS:
        inside = inside[1:-1]
    pieces: list[str] = []
    for piece in _DIVIDERS.split(inside):
        words = _BULLET.sub("", piece.strip(), count=1).strip(_QUOTES)
        divider = _HASH if words[:1] in {"#", "＃"} else _HASH_AFTER_A_BLANK
        pieces += (each.strip(_QUOTES) for each in divider.split(words))
    return [piece for piece in pieces if piece]


def wanted_words(typed: str) -> tuple[str, ...]:
    """Return the words and phrases that something is chosen by, each once.

    A phrase stands in straight quotes. What no text can be searched for is left out.
    """
    found: dict[str, None] = {}  # in their order
    for piece in _PIECE.finditer(typed):
        if any(sign.isalnum() for sign in piece[0]):
            found.setdefault(_phrase(piece[0][1:-1]) if piece["quoted"] else piece[0].strip("'`‘’"))
    return tuple(found)


def _phrase(text: str) -> str:
    words = text.replace('"', " ").split()
    return f'"{" ".join(words)}"'
