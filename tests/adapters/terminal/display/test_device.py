"""Reading lines, writing text, and knowing what the streams are."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Sequence

import pytest

from adapters.terminal.display.device import LONGEST_LINE, Looks, lines_of, looks_of, write_to


async def read(content: bytes, encoding: str = "utf-8") -> list[str]:
    """Return the lines of a pipe with this content."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding=encoding) as source:
        task = asyncio.create_task(_all(source))
        await asyncio.to_thread(_feed, writing, content)
        return await task


async def _all(source: io.TextIOWrapper) -> list[str]:
    return [line async for line in lines_of(source)]


def _feed(writing: int, content: bytes) -> None:
    with os.fdopen(writing, "wb") as target:
        target.write(content)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"latest\n", ["latest"]),
        (b"latest\nhelp", ["latest", "help"]),
        (b"latest\r\n\r\nhelp\r\n", ["latest", "", "help"]),
        ("\ufeffsearch 모델\n".encode(), ["search 모델"]),
        (b"bad \xff\xfe byte\n", ["bad \ufffd\ufffd byte"]),
        ("half a letter: 모".encode()[:-1], ["half a letter: \ufffd"]),
    ],
)
async def test_lines_are_read_until_the_end(content: bytes, lines: Sequence[str]) -> None:
    assert await read(content) == lines


async def test_other_encodings_are_read() -> None:
    assert await read("모델\n".encode("cp949"), "cp949") == ["모델"]


async def test_a_line_without_end_does_not_fill_the_memory() -> None:
    long, short = await read(b"x" * 3_000_000 + b"\nlatest\n")
    assert len(long) == LONGEST_LINE
    assert short == "latest"


async def test_a_stream_without_a_descriptor_is_read() -> None:
    assert [line async for line in lines_of(io.StringIO("latest\nhelp"))] == ["latest", "help"]


async def test_waiting_for_a_line_can_be_given_up() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as source, os.fdopen(writing, "wb") as target:
        task = asyncio.create_task(_all(source))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        target.write(b"\n")
        target.flush()
        for thread in threading.enumerate():
            if thread.name == "terminal":
                # It must not read from whatever gets the descriptor's number next.
                await asyncio.to_thread(thread.join)


async def test_text_is_written_whole_to_a_slow_reader() -> None:
    reading, writing = os.pipe()
    text = "모델 압축 " * 50_000
    with os.fdopen(writing, "w", encoding="utf-8") as target:
        task = asyncio.create_task(write_to(target, text))
        read = bytearray()
        while len(read) < len(text.encode()):
            read += await asyncio.to_thread(os.read, reading, 10_000)
        await task
    os.close(reading)
    assert read.decode() == text


async def test_letters_that_the_encoding_lacks_become_question_marks() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="ascii") as target:
        await write_to(target, "✓ 모델 A\n")
    assert os.read(reading, 100) == b"? ?? A\n"
    os.close(reading)


async def test_a_reader_that_left_is_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as target, pytest.raises(BrokenPipeError):
        await write_to(target, "latest\n")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "looks"),
    [
        ({}, Looks(styled=True, coloured=True)),
        ({"VTE_VERSION": "7006"}, Looks(styled=True, coloured=True, clickable=True)),
        ({"VTE_VERSION": "7006", "TMUX": "default,1,0"}, Looks(True, coloured=True)),
        ({"TERM": "xterm-kitty"}, Looks(styled=True, coloured=True, clickable=True)),
        ({"NO_COLOR": "1", "TERM_PROGRAM": "WezTerm"}, Looks(styled=True, clickable=True)),
        ({"TERM": "dumb"}, Looks()),
        ({"TERM": "linux"}, Looks(styled=True, coloured=True)),
        ({"TERM_PROGRAM": "Apple_Terminal"}, Looks(styled=True, coloured=True)),
    ],
)
def test_a_terminal_is_known_by_its_environment(environment: dict[str, str], looks: Looks) -> None:
    assert looks_of(Terminal(), environment) == looks
    assert looks_of(io.StringIO(), environment) == Looks()
