"""Bytes become lines."""

from __future__ import annotations

import io
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importers.lines import MAXIMUM_LINE, SourceLine, TextSource, read_lines


def lines(data: bytes) -> list[SourceLine]:
    source = io.BytesIO(data)
    text = TextSource(source)
    found = list(read_lines(text))
    text.release()
    assert not source.closed
    return found


def numbered(texts: Iterable[str]) -> list[SourceLine]:
    return [SourceLine(number, text) for number, text in enumerate(texts, 1)]


def test_lines_are_numbered_from_one() -> None:
    assert lines("하나\n\n셋".encode()) == numbered(["하나", "", "셋"])


def test_all_line_ends_are_read() -> None:
    assert lines(b"a\r\nb\rc\nd\n") == numbered(["a", "b", "c", "d"])


def test_a_mark_at_the_beginning_is_no_text() -> None:
    assert lines(b"\xef\xbb\xbfa\n") == numbered(["a"])


def test_other_separators_do_not_end_a_line() -> None:
    assert lines("a\u2028b\x85c\x0cd".encode()) == numbered(["a\u2028b\x85c\x0cd"])


def test_bytes_that_are_not_utf8_are_marked() -> None:
    good, bad, last = lines(b"a\nb\xffc\nd")
    assert (good.fault, last.fault) == ("", "")
    assert (bad.number, bad.text) == (2, "b\ufffdc")
    assert bad.fault == "This is not UTF-8 text. Save the file as UTF-8."


def test_only_the_beginning_of_a_line_that_is_too_long_is_kept() -> None:
    first, long, last = lines(b"a\n" + b"x" * (3 * MAXIMUM_LINE) + b"\nb\n")
    assert (first.text, last) == ("a", SourceLine(3, "b"))
    assert (len(long.text), long.fault) == (
        MAXIMUM_LINE,
        "This is longer than a million characters.",
    )
    (exact,) = lines(b"x" * MAXIMUM_LINE + b"\n")
    assert exact.fault == ""
    (ending,) = lines(b"x" * (MAXIMUM_LINE + 1))
    assert ending.fault != ""


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_characters="\r\n\ufeff", exclude_categories=["Cs"])), st.data()
)
def test_what_was_looked_at_ahead_is_still_read(text: str, data: st.DataObject) -> None:
    whole = f"{text}\n{text}{text}\nend"
    source = TextSource(io.BytesIO(whole.encode()))
    assert whole.startswith(source.beginning())
    limit = data.draw(st.integers(1, 40))
    pieces = []
    while piece := source.readline(limit):
        assert len(piece) <= limit
        assert "\n" not in piece[:-1]
        pieces.append(piece)
    assert "".join(pieces) == whole
