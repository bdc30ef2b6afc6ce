"""Answers unpacked piece by piece, so that a small one that holds gigabytes ends at a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

CODINGS = "gzip, deflate"
"""What may be asked for, as the header `Accept-Encoding` has it."""

PIECE = 256 * 1024
"""Bytes that are unpacked at once: some tenths of a millisecond."""

_GZIP = b"\x1f\x8b"
_GZIP_FILE = _GZIP + b"\x08"
_ZLIB = 0x08
_NIBBLE = 0x0F
_CHECK = 31
_MOST_MEMBERS = 1_000
"""Of one gzip stream: each costs more than what it holds may be worth."""


class BrokenPacking(Exception):
    """What came is not packed as it says, or in a way that was not asked for."""


class Unpacker:
    """Undoes the content coding of one answer. `ended`: what was packed came to its end."""

    def __init__(self, coding: str) -> None:
        """`coding` is the header `Content-Encoding`. Raises BrokenPacking for an unknown one."""
        self._coding = coding.strip().lower()
        if self._coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise BrokenPacking(coding)
        self._plain = self._coding in {"", "identity"}
        self._stream: zlib._Decompress | None = None
        self._members = 0
        self._first = True
        self.ended = self._plain

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what a piece holds, at most PIECE bytes at once. Raises BrokenPacking."""
        if self._plain and self._first and data.startswith(_GZIP_FILE):
            self._plain = self.ended = False  # a file that is sent as it lies there
        self._first = False
        if self._plain:
            yield data
            return
        while data:
            stream = self._stream or self._begun(data)
            if stream is None:
                return  # what servers pad with
            try:
                yield stream.decompress(data, PIECE)
            except zlib.error as error:
                raise BrokenPacking(self._coding) from error
            self._stream, self.ended = (None, True) if stream.eof else (stream, False)
            data = stream.unused_data if stream.eof else stream.unconsumed_tail

    def _begun(self, data: bytes) -> zlib._Decompress | None:
        """Return what unpacks a stream that begins so; None where another has ended before it."""
        if self._members and not _GZIP.startswith(data[:2]):
            return None
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise BrokenPacking(self._coding)
        if self._coding == "deflate" and not _is_zlib(data):
            return zlib.decompressobj(-zlib.MAX_WBITS)
        return zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, as it begins


def _is_zlib(data: bytes) -> bool:
    """Whether it begins as RFC 1950 has it; some servers send bare deflate under that name."""
    return data[0] & _NIBBLE == _ZLIB and (
        len(data) == 1 or int.from_bytes(data[:2], "big") % _CHECK == 0
    )
