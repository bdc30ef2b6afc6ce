"""`ainews export`: every published entry to standard output."""

from __future__ import annotations

import asyncio

from bot.cli.output import write_utf8, writing
from bot.cli.session import begin_session
from bot.cli.start import Start
from bot.config.installation import Installation
from bot.exporters.files import ExportForm, export
from bot.port.invocation import Outcome
from bot.port.problems import Mistyped

_FORMS = {"page": ExportForm.PAGE, "json": ExportForm.JSON, "jsonl": ExportForm.JSON_LINES}


def run_export(start: Start, form: str) -> int:
    """Write the digest as a page, as JSON or as JSON Lines. Returns the exit code."""
    if form not in _FORMS:
        raise Mistyped(
            "“{value}” is not a format. Choose one of: {choices}.",
            parameter="format",
            value=form[:40],
            choices=", ".join(_FORMS),
        )
    return asyncio.run(_export(begin_session(start), _FORMS[form]))


async def _export(installation: Installation, form: ExportForm) -> int:
    async with installation.store(make=False) as store:
        with writing():
            async for piece in export(store.entries.all(), form):
                write_utf8(piece)
    return Outcome.DONE
