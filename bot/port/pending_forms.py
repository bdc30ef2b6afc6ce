"""Forms as they are filled in, kept until a button opens them: to be corrected, or late."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.port.form import Form

DRAFT = "draft"
"""The argument by which a button finds its form."""

_MOST = 200
"""Drafts at a time; the oldest goes first. A form holds some 30 KB at its longest."""


@dataclass(frozen=True, slots=True)
class PendingForm:
    """A form as it was filled in, in the language in which it was shown."""

    form: Form
    language: str


class PendingForms:
    """The latest forms that wait for their button. They do not outlive the process."""

    def __init__(self) -> None:
        self._drafts: dict[str, PendingForm] = {}

    def keep(self, form: Form, language: str) -> str:
        """Keep a form, and return the token by which it is found again."""
        token = secrets.token_hex(6)
        self._drafts[token] = PendingForm(form, language)
        if len(self._drafts) > _MOST:
            del self._drafts[next(iter(self._drafts))]
        return token

    def get(self, token: str) -> PendingForm | None:
        """Return a form that was kept, or None."""
        return self._drafts.get(token)
