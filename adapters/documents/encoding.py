"""From bytes to text: what the bytes show counts more than what is said of them.

Long answers are decoded piece by piece, so that the interpreter's lock is let go in between.
"""

from __future__ import annotations

import codecs
import re

_PIECE = 1 << 18
_HEAD = 4096
"""Bytes in which a document says its encoding. HTML asks for 1,024; not every page keeps to it."""
_SAMPLE = 1 << 15
"""Bytes that an encoding is guessed from, beginning where the text leaves ASCII."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)")
_META = re.compile(rb"<meta\s[^<>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
# What a name means on the web (WHATWG, Encoding): the superset that its pages are written in.
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "euc_kr": "cp949", "johab": "cp949", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "big5": "big5hkscs", "euc_jp": "euc_jis_2004",
}  # fmt: skip
_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CYRILLIC = re.compile(r"[\u0410-\u044f][\u0430-\u044f]{2,}")
_GUESSES = (
    ("euc_kr", "cp949", _HANGUL, 0.8),
    ("euc_jp", "euc_jis_2004", _KANA, 0.25),
    ("cp932", "cp932", _KANA, 0.25),
    ("cp1251", "cp1251", _CYRILLIC, 0.6),
    ("koi8-r", "koi8-r", _CYRILLIC, 0.6),
    ("gb2312", "gb18030", _HAN, 0.6),
    ("big5", "big5hkscs", _HAN, 0.6),
)
"""Codec to try, codec to use, the letters that show it, and their least share in what is not ASCII.

The first that fits is taken: Chinese is last, for nearly everything reads as some Chinese.
"""
_BAD = "\ufffd"
_ASCII = bytes(range(128))
_BEYOND_LETTERS = re.compile(r"[^\x00-\x7f\ufffd]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def decode(data: bytes, content_type: str = "") -> str:
    """Return the text of a document; wrong bytes become U+FFFD, and nothing raises.

    A byte order mark decides; then UTF-8 where the bytes are that, whatever is said; then what the
    XML declaration, the content type and a page's `meta` say, where the bytes allow it; then a
    guess.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], codec)
    if data[1:2] == data[3:4] == b"\0":
        return _decode(data, "utf-16-le")
    if data[:1] == data[2:3] == b"\0":
        return _decode(data, "utf-16-be")
    head = data[:_HEAD]
    named = [_DECLARED.search(head), _CHARSET.search(content_type), _META.search(head)]
    said = [codec for match in named if match is not None for codec in _codecs(match[1])]
    if data.isascii():
        escaped = (codec for codec in said if codec.startswith(("iso2022", "hz", "utf-7")))
        return _decode(data, next(escaped, "ascii"))
    beyond = len(data.translate(None, _ASCII))
    for codec, most in (("utf-8", 0.1), *((codec, 0.05) for codec in said)):
        text = _decode(data, codec)
        if text.count(_BAD) <= most * beyond:
            return text
    return _decode(data, _guess(data))


def _codecs(name: str | bytes) -> tuple[str, ...]:
    """Return the codec that a name means, if there is one."""
    try:
        codec = codecs.lookup(name if isinstance(name, str) else name.decode("ascii")).name
        "".encode(codec)  # what turns bytes into bytes (zlib, hex) is no encoding
    except (LookupError, ValueError, TypeError):
        return ()
    # What declares itself in ASCII is not written in two or four bytes a letter.
    return () if codec.startswith(("utf-16", "utf-32")) else (_WIDER.get(codec, codec),)


def _decode(data: bytes, codec: str) -> str:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    pieces = [decoder.decode(data[at : at + _PIECE]) for at in range(0, len(data), _PIECE)]
    return "".join((*pieces, decoder.decode(b"", final=True)))


def _guess(data: bytes) -> str:
    first = _BEYOND_ASCII.search(data)
    sample = data[first.start() :][:_SAMPLE] if first else b""
    for tried, used, letters, least in _GUESSES:
        text = sample.decode(tried, "replace")
        beyond = len(text) - len(text.encode("ascii", "ignore")) or 1
        share = (sum(map(len, letters.findall(text))) - 5 * text.count(_BAD)) / beyond
        if share >= least:
            return used
    # Of what is written in one byte a letter, hardly anything is UTF-8.
    utf_8 = sample.decode("utf-8", "replace")
    well_read = len(_BEYOND_LETTERS.findall(utf_8))
    return "utf-8" if well_read > utf_8.count(_BAD) else "cp1252"
