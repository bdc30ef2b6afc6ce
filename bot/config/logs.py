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

_SECRET_PLACES = (
    r"(?i:(?<=bearer ))[^\s'\",}]{8,}",
    r"(?<=://)[^\s/:@]*:[^\s/@]+(?=@)",  # user:password@ of an address
)
"""Where secrets of any kind stand."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Redactor:
    """Takes secrets out of text: the ones it is told of, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = (), shapes: Iterable[str] = ()) -> None:
        """`secrets` are values that must never be seen; empty ones count for nothing.

        `shapes` are regular expressions of further ones: platforms know how their tokens look.
        """
        known = sorted({each for each in secrets if each}, key=len, reverse=True)
        patterns = (*map(_pattern, known), *shapes, *_SECRET_PLACES)
        self._secrets = re.compile("|".join(patterns))

    def __call__(self, text: str) -> str:
        """Return the text with each secret replaced."""
        return self._secrets.sub(HIDDEN, text)


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


def configure_logs(level: str, redact: Redactor, file: Path | None = None) -> None:
    """Send the log to standard error or, where a file is named, to that file.

    Replaces what was configured before. Raises OSError where the file cannot be opened.
    """
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        handler = LogFile(file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    handler.setFormatter(LineFormatter(redact))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # A full disk or a closed terminal must not turn each record into a traceback of its own.
    logging.raiseExceptions = False
    for name in ("apscheduler", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
