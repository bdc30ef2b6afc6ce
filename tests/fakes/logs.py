"""A log that is as it was before, when a test has ended."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator


@contextlib.contextmanager
def kept_log() -> Iterator[logging.Logger]:
    """Yield the root logger; put its handlers and its level back afterwards."""
    logger = logging.getLogger()
    handlers, level, raising = logger.handlers[:], logger.level, logging.raiseExceptions
    try:
        yield logger
    finally:
        for handler in logger.handlers:
            if handler not in handlers:
                handler.close()
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logging.raiseExceptions = raising
        logging.captureWarnings(capture=False)
