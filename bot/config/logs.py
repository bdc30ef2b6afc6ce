"""The log: one line a record, in UTC, without secrets and without control characters."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_FILE = "ainews.log"
LOG_BYTES = 1_000_000
LOG_FILES = 3
"""The log in the data folder keeps about four megabytes: the newest file and three before it."""

HIDDEN = "[hidden]"
_SHORT = 6
"""A secret of fewer characters is hidden only where it stands as a word of its own."""

_TOKENS = re.compile(
    r"""
      (?<![\w-])(?:[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,})       # Discord's bot tokens
    | (?<![\w-])(?:xox[a-z]|xapp|xwfp)(?:\.xox[a-z])?-[\w-]{8,} # Slack's tokens
    | (?<=hooks\.slack\.com/services/)[\w/-]+
    | (?<=/webhooks/)\d+/[\w-]{20,}                             # Discord's webhooks
    | (?<=/interactions/)\d+/[\w-]{20,}                         # answers to Discord's interactions
    | (?i:(?<=bearer\ )|(?<=authorization:\ bot\ ))[^\s'",}]{8,}
    | (?<=://)[^\s/:@]*:[^\s/@]+(?=@)                           # user:password@ of an address
    """,
    re.VERBOSE,
)
_MARKS = (
    "xox",
    "xapp",
    "xwfp",
    "://",
    "/services/",
    "/webhooks/",
    "/interactions/",
    "bearer ",
    ": bot ",
)
_DOTTED = re.compile(r"\.[\w-]{6,7}\.[\w-]{27}")
"""Without one of these there is no token: to look for them takes a tenth of the time."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Redactor:
    """Takes secrets out of text: the ones it is told of, and whatever looks like a token."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets` are values that must never be seen; empty ones count for nothing."""
        known = sorted({each for each in secrets if each}, key=len, reverse=True)
        self._known = re.compile("|".join(_pattern(each) for each in known)) if known else None

    def __call__(self, text: str) -> str:
        """Return the text with each secret replaced."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        lower = text.lower()
        if any(mark in lower for mark in _MARKS) or _DOTTED.search(text):
            text = _TOKENS.sub(HIDDEN, text)
        return text


def _pattern(secret: str) -> str:
    escaped = re.escape(secret)
    return escaped if len(secret) >= _SHORT else rf"(?<!\w){escaped}(?!\w)"


class LineFormatter(logging.Formatter):
    """One record becomes one line, with the traceback on the lines after it."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        r"""Return the record's text. A message's own line ends are written as `\n`."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        message = record.getMessage().replace("\n", r"\n")
        text = f"{moment} {record.levelname} {record.name}: {message}"
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return _CONTROL.sub(lambda found: repr(found[0])[1:-1], self._redactor(text))


class LogFile(RotatingFileHandler):
    """A file that rotates once it is full.

    The library looks at the disk twice for each record, and formats each twice.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            if self.stream is not None and self.stream.tell() >= self.maxBytes:
                self.doRollover()
        except OSError:
            self.handleError(record)
        logging.FileHandler.emit(self, record)


def configure_logs(level: str, secrets: Iterable[str], file: Path | None = None) -> None:
    """Send the log to standard error or, where a file is named, to that file.

    Replaces what was configured before. Raises OSError where the file cannot be opened.
    """
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        handler = LogFile(file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    handler.setFormatter(LineFormatter(Redactor(secrets)))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # A full disk or a closed terminal must not turn each record into a traceback of its own.
    logging.raiseExceptions = False
    for name in ("apscheduler", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
