"""Forms as they are filled in, kept until a button opens them: to be corrected, or late."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from bot.port.form import Choice, Field, Form, Kind
from bot.port.notes import Notes

DRAFT = "draft"
"""The argument by which a button finds its form."""

KEPT = timedelta(hours=1)
"""How long a form waits: it holds what somebody wrote, and is no place to keep that."""


@dataclass(frozen=True, slots=True)
class PendingForm:
    """A form as it was filled in, in the language in which it was shown."""

    form: Form
    language: str


class PendingForms:
    """The latest forms that wait for their button, whichever process is asked for them."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def keep(self, form: Form, language: str) -> str:
        """Keep a form, and return the token by which it is found again."""
        token = secrets.token_hex(6)
        text = json.dumps({"form": asdict(form), "language": language}, ensure_ascii=False)
        await self._notes.write(_key(token), text, KEPT)
        return token

    async def get(self, token: str) -> PendingForm | None:
        """Return a form that was kept, or None."""
        text = await self._notes.read(_key(token)) if token else None
        if text is None:
            return None
        kept = json.loads(text)
        return PendingForm(_form(kept["form"]), kept["language"])


def _key(token: str) -> str:
    return f"form:{token}"


def _form(kept: Mapping[str, Any]) -> Form:
    fields = tuple(
        Field(
            **{
                **field,
                "kind": Kind(field["kind"]),
                "choices": tuple(Choice(**each) for each in field["choices"]),
            }
        )
        for field in kept["fields"]
    )
    return Form(**{**kept, "fields": fields})
