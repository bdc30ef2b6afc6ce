"""What was posted to the terminal: its channel history, in a file of the data folder.

A terminal forgets what was written to it, so this file is the channel and the screen is a view of
it. A post is published when its line is on the disk; after that it is shown, and then marked as
shown. Killed before the line was whole: nothing was published, `find` finds nothing, and the post
is sent again. Killed after: `find` finds it, so that it is never sent twice, and whatever has no
mark is shown at the next start, so that it is never lost. Writing to a screen and marking the
file cannot be one step; killed just between them, the same post is shown once more at the next
start, and said to be from before.

The file is JSON Lines, only ever added to: a post, an edit, a removal, a mark. A line that was
not written whole is closed off by the next one and skipped by readers. Several processes may add
to it. It is made shorter only by a process that is alone with it.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.terminal.files.presence import Presence
from adapters.terminal.files.private import private
from store.model import ChannelRef

KEPT = 1000
"""Posts that stay in the file when it is made shorter; those not yet shown stay besides."""

FILE = "terminal-transcript.jsonl"

LOCK_FILE = "terminal.lock"

_LINES_PER_POST = 4
_TORN = b" torn\n"
"""Ends a line that was not written whole, so that it can be taken for none."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TranscriptMessage:
    """A post as it stands in the channel.

    `revision` counts its edits, from 1; `shown` is the revision that the screen has had, 0 for
    none.
    """

    channel: ChannelRef
    key: str
    at: datetime
    text: str
    revision: int = 1
    shown: int = 0

    @property
    def waits(self) -> bool:
        """Whether somebody at the terminal has still to see it."""
        return self.shown < self.revision


class Unsettled(OSError):
    """A line was written, but whether it would outlast a power cut is not known."""


class Transcript:
    """The file and what it says. Every method blocks, and may raise OSError."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self.path = folder / FILE
        self._presence = Presence(folder / LOCK_FILE)
        self._kept = kept
        self._opened = False
        self._reset()

    def open(self) -> tuple[TranscriptMessage, ...]:
        """Take part in the channel, and return what earlier processes left unshown.

        That is nothing where another process is alive (it is for that one to show), and nothing
        the second time.
        """
        if self._opened:
            return ()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._presence.enter()
        self._opened = True
        alone = self._presence.alone()
        try:
            self._read()
            left = tuple(each for each in self._messages.values() if each.waits) if alone else ()
            if alone:
                self._shorten()
        finally:
            self._presence.share()
        return left

    def close(self) -> None:
        """Leave the channel. May be called twice, or unopened."""
        self._presence.leave()
        self._opened = False

    def find(self, channel: ChannelRef, key: str) -> TranscriptMessage | None:
        """Return the post of that key as it stands, None where there is none."""
        self._read()
        return self._messages.get((channel, key))

    def all(self) -> tuple[TranscriptMessage, ...]:
        """Return every post that is known, the oldest first."""
        self._read()
        return tuple(self._messages.values())

    def record(self, channel: ChannelRef, key: str, text: str, at: datetime) -> TranscriptMessage:
        """Publish a post. One that is there already is returned as it is."""
        known = self.find(channel, key)
        return known or self._add("post", channel, key, at=at.isoformat(), text=text)

    def edit(self, channel: ChannelRef, key: str, text: str) -> TranscriptMessage | None:
        """Change what a post says, unless it says so already. Returns None where there is none."""
        known = self.find(channel, key)
        if known is None or known.text == text:
            return known
        return self._add("edit", channel, key, text=text)

    def remove(self, channel: ChannelRef, key: str) -> TranscriptMessage | None:
        """Take a post away. Returns it as it was, None where there is none."""
        known = self.find(channel, key)
        if known is not None:
            self._append(_line("removal", channel, key))
        return known

    def mark_shown(self, message: TranscriptMessage) -> None:
        """Remember that the screen has had this revision of a post."""
        line = _line("shown", message.channel, message.key, revision=message.revision)
        self._append(line)

    def _add(self, kind: str, channel: ChannelRef, key: str, **rest: object) -> TranscriptMessage:
        self._append(_line(kind, channel, key, **rest))
        return self._messages[channel, key]

    def _append(self, line: bytes) -> None:
        """Put a line on the disk, then take it in as every reader will."""
        self.open()
        with open(self.path, "ab+", buffering=0, opener=private) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    line = _TORN + line
            if file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
            try:
                os.fsync(file.fileno())
                if not size:
                    _sync_folder(self.path.parent)
            except OSError as error:
                raise Unsettled(error.errno, error.strerror, str(self.path)) from error
        self._read()
        if self._lines > self._kept * _LINES_PER_POST and self._presence.alone():
            try:
                self._shorten()
            finally:
                self._presence.share()

    def _reset(self) -> None:
        self._messages: dict[tuple[ChannelRef, str], TranscriptMessage] = {}
        self._file_id = 0
        self._read_to = 0
        self._lines = 0

    def _read(self) -> None:
        """Take in what was added since, by this process or by another."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            self._reset()
            return
        with file:
            status = os.fstat(file.fileno())
            if status.st_ino != self._file_id or status.st_size < self._read_to:
                self._reset()
                self._file_id = status.st_ino
            file.seek(self._read_to)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.splitlines():
            self._lines += 1
            try:
                self._take_in(json.loads(line))
            except (ValueError, KeyError, TypeError):
                _log.warning("%s: line %d cannot be read, skipped", self.path, self._lines)

    def _take_in(self, line: Mapping[str, Any]) -> None:
        channel = ChannelRef("terminal", line["workspace"], line["channel"])
        place = channel, line["key"]
        kind = line["kind"]
        if kind == "post":
            self._messages[place] = TranscriptMessage(
                channel,
                line["key"],
                datetime.fromisoformat(line["at"]),
                line["text"],
                line.get("revision", 1),
                line.get("shown", 0),
            )
        elif kind == "removal":
            self._messages.pop(place, None)
        elif kind == "edit" and place in self._messages:
            known = self._messages[place]
            edited = replace(known, text=line["text"], revision=known.revision + 1)
            self._messages[place] = edited
        elif kind == "shown" and place in self._messages:
            known = self._messages[place]
            self._messages[place] = replace(known, shown=max(known.shown, line["revision"]))

    def _shorten(self) -> None:
        """Write the file anew, a line a post, without the oldest. Only for who is alone with it."""
        messages = list(self._messages.values())
        keep = [
            message
            for index, message in enumerate(reversed(messages))
            if index < self._kept or message.waits
        ][::-1]
        if self._lines == len(keep):
            return
        draft = self.path.with_suffix(".new")
        try:
            with open(draft, "wb", opener=private) as file:
                file.writelines(_post_line(message) for message in keep)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
            _sync_folder(self.path.parent)
        except OSError as error:
            draft.unlink(missing_ok=True)
            _log.warning("%s could not be made shorter: %s", self.path, error)
        self._read()


def _line(kind: str, channel: ChannelRef, key: str, **rest: object) -> bytes:
    fields = {"kind": kind, "workspace": channel.workspace, "channel": channel.id, "key": key}
    # Line ends of every kind stay escaped, so that a line of the file is a line to every reader.
    return json.dumps({**fields, **rest}).encode("ascii") + b"\n"


def _post_line(message: TranscriptMessage) -> bytes:
    return _line(
        "post",
        message.channel,
        message.key,
        at=message.at.isoformat(),
        text=message.text,
        revision=message.revision,
        shown=message.shown,
    )


def _sync_folder(folder: Path) -> None:
    """Put a new name in a folder on the disk, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
