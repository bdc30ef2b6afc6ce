"""Unpacking: what comes back is what was packed, and never more at once than a piece."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http.unpacking import PIECE, BrokenPacking, Unpacker


def _bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    " X-GZIP ": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": _bare,
}


def _unpacked(coding: str, *chunks: bytes) -> bytes:
    unpacker = Unpacker(coding)
    data = b"".join(piece for chunk in chunks for piece in unpacker.feed(chunk))
    assert unpacker.ended
    return data


@given(st.binary(max_size=2000), st.sampled_from(sorted(PACKERS)), st.integers(1, 500))
def test_what_was_packed_comes_back_however_it_is_cut(data: bytes, coding: str, size: int) -> None:
    packed = PACKERS[coding](data)
    chunks = [packed[at : at + size] for at in range(0, len(packed), size)] or [b""]
    if coding == "Deflate" and size == 1:
        chunks = [packed]  # how bare deflate begins is told by two bytes

    assert _unpacked(coding, *chunks) == data


def test_members_one_behind_the_other_are_one_and_padding_is_none() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + bytes(8)

    assert _unpacked("gzip", packed) == b"one two"
    assert _unpacked("gzip", *(bytes([each]) for each in packed)) == b"one two"


def test_a_packed_file_is_unpacked_though_no_header_says_so() -> None:
    packed = gzip.compress(b"<rss/>")

    assert _unpacked("", packed[:9], packed[9:]) == b"<rss/>"
    assert _unpacked("", b"<rss/>", packed) == b"<rss/>" + packed


def test_a_bomb_comes_in_pieces() -> None:
    pieces = Unpacker("gzip").feed(gzip.compress(bytes(40 * PIECE)))

    assert max(len(next(pieces)) for _ in range(5)) <= PIECE


def test_members_without_end_are_refused() -> None:
    with pytest.raises(BrokenPacking):
        _unpacked("gzip", gzip.compress(b"") * 1_001)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "가"])
def test_what_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(BrokenPacking):
        Unpacker(coding)


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", b"<rss/>"),
        ("gzip", gzip.compress(b"x" * 99, mtime=0)[:-9] + b"?" * 20),
        ("deflate", b"\xff"),
    ],
)
def test_what_is_not_packed_as_it_says_is_broken(coding: str, data: bytes) -> None:
    with pytest.raises(BrokenPacking):
        list(Unpacker(coding).feed(data))


def test_what_is_cut_off_has_not_ended() -> None:
    unpacker = Unpacker("gzip")
    list(unpacker.feed(gzip.compress(b"half a feed")[:-3]))

    assert not unpacker.ended
