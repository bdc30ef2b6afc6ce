"""The shell's streams: text of any language, a reader that leaves, a full disk, a yes or no."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.port.invocation import DataReply
from bot.port.platform import CheckLine
from bot.port.problems import CommandProblem

_STANDARD_INPUT = "-"

_YES = frozenset({"y", "yes", "예", "네", "응", "ㅇ", "ㅇㅇ", "ㅛ"})
"""ㅛ is what the y key types while a Korean keyboard is on."""


class ReaderLeft(Exception):
    """Whoever read standard output, such as `head`, has enough."""


def agrees(question: str, *, usual: bool) -> bool:
    """Ask; Enter means what is usual. Raises EOFError and KeyboardInterrupt."""
    answer = input(f"{question} [{'Y/n' if usual else 'y/N'}] ").strip().casefold()
    return answer in _YES if answer else usual


@contextlib.contextmanager
def reading(name: str) -> Iterator[BinaryIO]:
    """Yield a file, or standard input where it is called `-`. Raises CommandProblem."""
    with contextlib.ExitStack() as stack:
        source: BinaryIO = sys.stdin.buffer
        try:
            if name != _STANDARD_INPUT:
                source = stack.enter_context(Path(name).open("rb"))
        except (OSError, ValueError) as error:
            raise unreadable(name, error) from None
        yield source


def unreadable(name: str, error: Exception) -> CommandProblem:
    """Return what is said of a file that cannot be read."""
    reason = getattr(error, "strerror", None) or error
    return CommandProblem("{file} cannot be read ({reason}).", file=name, reason=reason)


def prepare(*streams: TextIO) -> None:
    """Let the streams take every letter: what their encoding lacks becomes a question mark."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextlib.contextmanager
def writing() -> Iterator[TextIO]:
    """Yield standard output, flushed at the end. Raises CommandProblem and ReaderLeft."""
    if sys.stdout is None:
        raise _unwritable(os.strerror(errno.EBADF))
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        _forget()
        raise ReaderLeft from None
    except OSError as error:
        _forget()
        if error.errno == errno.EPIPE:
            raise ReaderLeft from None
        raise _unwritable(error.strerror or type(error).__name__) from None


def write_lines(*lines: str) -> None:
    """Write lines to standard output. Raises CommandProblem and ReaderLeft."""
    with writing() as stream:
        stream.writelines(f"{line}\n" for line in lines)


def write_json(value: object) -> None:
    """Write a value as JSON to standard output. Raises CommandProblem and ReaderLeft."""
    with writing() as stream:
        json.dump(value, stream, ensure_ascii=_ascii_only(stream), indent=2)
        stream.write("\n")


async def write_document(document: DataReply) -> None:
    """Write a document as JSON to standard output, an item of its list at a time.

    However long the list is, memory holds a few items. Raises CommandProblem and ReaderLeft.
    """
    with writing() as stream:
        encoder = json.JSONEncoder(ensure_ascii=_ascii_only(stream))
        stream.write("{\n")
        for name, value in document.facts.items():
            stream.write(f"  {encoder.encode(name)}: {encoder.encode(value)},\n")
        stream.write(f"  {encoder.encode(document.name)}: [")
        comma = "\n"
        async for item in document.items():
            stream.write(f"{comma}    {encoder.encode(item)}")
            comma = ",\n"
        stream.write("\n  ]\n}\n")


def write_json_line(value: object, stream: TextIO) -> None:
    """Write a value as a line of JSON to the stream that `writing` gave."""
    stream.write(json.dumps(value, ensure_ascii=_ascii_only(stream)) + "\n")


def write_utf8(text: str) -> None:
    """Write a file's text to standard output, in UTF-8 whatever the terminal's encoding is."""
    sys.stdout.buffer.write(text.encode())


def finding(line: CheckLine) -> str:
    """Return a finding as one line: whether it is well, what was found, what to do."""
    return " ".join(
        part for part in ("✓" if line.well else "✗", line.sentence, line.remedy) if part
    )


def _unwritable(reason: str) -> CommandProblem:
    return CommandProblem("Standard output could not be written: {reason}.", reason=reason)


def _ascii_only(stream: TextIO) -> bool:
    return "utf" not in (stream.encoding or "").casefold()


def _forget() -> None:
    """Let what is still buffered go nowhere, so that the interpreter's own flush cannot fail."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
