"""Secrets as they may stand where none should: in plain letters, and inside of Base64."""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import quote

_TELLING = 16
"""So many letters of the end of a secret, in whichever writing, give it away."""

_WORD = re.compile(rf"[\w+/.%=-]{{{_TELLING},}}")


def found_in(text: str, secrets: Iterable[str]) -> list[str]:
    """Return the secrets that a text tells, in whichever writing."""
    ends = {each: one for one in secrets for each in _ends(one)}
    assert {len(end) for end in ends} == {_TELLING}
    windows = (
        word[at : at + _TELLING]
        for word in set(_WORD.findall(text))
        for at in range(len(word) - _TELLING + 1)
    )
    return sorted({ends[each] for each in windows if each in ends})


def kept_in(folder: Path) -> str:
    """Return what the files of a folder hold, and each row of its databases."""
    kept = [one.read_bytes().decode("latin-1") for one in folder.iterdir() if one.is_file()]
    for file in folder.glob("*.db"):
        with closing(sqlite3.connect(file)) as database:
            ordinary = "SELECT name FROM pragma_table_list WHERE type = 'table'"
            for (table,) in database.execute(ordinary).fetchall():
                kept.append(str(database.execute(f"SELECT * FROM {table}").fetchall()))  # noqa: S608 - names of our own tables
    return "\n".join(kept)


@cache
def _ends(secret: str) -> frozenset[str]:
    """Return how a secret ends as it is, in an address, and in Base64 behind any other letters."""
    written = {secret, quote(secret, safe="")}
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
        # The first and the last letters hold bits of what stands beside.
        inner = whole[4 if before else 0 : -2]
        written |= {inner, inner.translate(str.maketrans("+/", "-_"))}
    return frozenset(each[-_TELLING:] for each in written)
