"""Every test here: commands come in by calls."""

from __future__ import annotations

import pytest


@pytest.fixture
def way() -> str:
    return "https"
