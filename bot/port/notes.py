"""What an adapter writes down for its other processes and its next start: notes, forms."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Protocol

from bot.port.form import Choice, Field, Form, Kind

_MOST = 200
"""Notes of a process that keeps its own; the oldest goes first. A form holds 30 KB at most."""


class Notes(Protocol):
    """Texts by their keys. Never raises: what cannot be kept or read is not there."""

    async def write(self, key: str, text: str, keep: timedelta) -> None:
        """Keep a text so long, in place of what was kept by this key."""

    async def read(self, key: str) -> str | None:
        """Return a text that is kept, None where there is none."""


class OwnNotes:
    """The notes of one process, where there is no store for them. They end with it."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    async def write(self, key: str, text: str, keep: timedelta) -> None:
        """Keep a text, the latest of so many."""
        del keep
        self._texts.pop(key, None)
        self._texts[key] = text
        if len(self._texts) > _MOST:
            del self._texts[next(iter(self._texts))]

    async def read(self, key: str) -> str | None:
        """Return a text that is kept, None where there is none."""
        return self._texts.get(key)


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
        await self._notes.write(f"form:{token}", text, KEPT)
        return token

    async def get(self, token: str) -> PendingForm | None:
        """Return a form that was kept, or None."""
        text = await self._notes.read(f"form:{token}") if token else None
        if text is None:
            return None
        kept = json.loads(text)
        return PendingForm(_form(kept["form"]), kept["language"])


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
