"""What the tests of the application share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.fakes.logs import kept_log


@pytest.fixture
def own_log() -> Iterator[logging.Logger]:
    """The root logger, which is as it was before when the test has ended."""
    with kept_log() as logger:
        yield logger
