"""Tables of figures, each beside the one that was wanted, and how busy the machine was."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    return "\n".join(
        f"| {' | '.join(cells)} |"
        for cells in (columns, ["---"] + ["---:"] * (len(columns) - 1), *rows)
    )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of some values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def machine() -> str:
    """Return how many processors there are and how busy they have been in the last minute."""
    return f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"


class Missing(Exception):
    """What is to be measured on is not there; the text says what."""


def present(path: Path) -> Path:
    """Return a path. Raises Missing where nothing is there."""
    if not path.exists():
        raise Missing(f"{path} is not there: there is nothing to measure on")
    return path
