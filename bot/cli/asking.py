"""Questions to a person at the terminal."""

from __future__ import annotations

_YES = frozenset({"y", "yes", "예", "네", "응", "ㅇ", "ㅇㅇ", "ㅛ"})
"""ㅛ is what the y key types while a Korean keyboard is on."""


def agrees(question: str, *, usual: bool) -> bool:
    """Ask; Enter means what is usual. Raises EOFError and KeyboardInterrupt."""
    answer = input(f"{question} [{'Y/n' if usual else 'y/N'}] ").strip().casefold()
    return answer in _YES if answer else usual
