"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import re
from typing import Any

import regex

from store.patterns import compiled_later


def test_a_pattern_is_compiled_once_it_is_asked() -> None:
    compiled: list[str] = []

    def compile_it(pattern: str, flags: int) -> Any:
        compiled.append(pattern)
        return re.compile(pattern, flags)

    pattern = compiled_later("[a-z]+", re.IGNORECASE, compile_it)
    assert compiled == []
    for _ in range(3):
        assert pattern.findall("One, TWO") == ["One", "TWO"]
    assert compiled == ["[a-z]+"]
    assert pattern.fullmatch("three") is not None


def test_it_is_of_the_library_that_compiles_it() -> None:
    assert compiled_later(r"\X", how=regex.compile).findall("e\u0301a") == ["e\u0301", "a"]
