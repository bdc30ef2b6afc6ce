"""`ainews search`: an answer to read, entries as JSON, or a file of queries, answered each."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TextIO

from bot.cli.declared import ShellCall
from bot.cli.session import begin_session, terminal_of, with_store
from bot.cli.start import Start
from bot.cli.streams import reading, write_json, write_json_line, writing
from bot.commands.catalogue import all_commands
from bot.commands.values import MAXIMUM_NUMBER, typed_values
from bot.config.installation import Installation
from bot.i18n.translator import Translator
from bot.port.invocation import Outcome, operator
from bot.port.problems import Mistyped
from bot.views.entries import export_json
from bot.views.search import explained, search_card
from store.model import Found, SearchPage, SearchQuery
from store.store import DigestStore

LIMIT = 20
"""Entries of an answer, where nothing else is asked for."""


class _Asked(NamedTuple):
    """What was asked for. `query` is what every line of a batch is asked with."""

    query: SearchQuery
    page: int
    limit: int

    async def found(self, store: DigestStore) -> SearchPage:
        return await store.search.find(self.query, self.limit, (self.page - 1) * self.limit)


def run_search(start: Start, call: ShellCall) -> int:
    """Search, and print what was found. Returns the exit code: finding nothing is no failure.

    Raises CommandProblem for what cannot be asked so, and for a file that cannot be read.
    """
    batch = call.options.get("batch")
    installation = begin_session(start)
    asked = _asked(call, installation.clock().date(), in_batch=batch is not None)
    if batch is None:
        with_store(installation, partial(_answer, installation, asked, call.options))
    else:
        with reading(batch) as source:
            # What is no UTF-8 becomes a question mark.
            lines = io.TextIOWrapper(source, "utf-8-sig", "replace", newline="\n")
            with_store(installation, partial(_answer_all, asked, lines))
    return Outcome.DONE


def _asked(call: ShellCall, today: date, *, in_batch: bool) -> _Asked:
    arguments = dict(call.arguments)
    if in_batch:
        if "words" in arguments:
            raise Mistyped(
                "The queries of --batch stand in its file. Leave “{words}” out.",
                words=arguments["words"][:60],
            )
        arguments["words"] = "?"
    values, problems = typed_values(call.command, arguments, today, unlimited=True)
    if problems:
        raise problems[0]
    limit = call.options.get("limit", str(LIMIT))
    if not limit.isdecimal() or not 1 <= int(limit[:12]) <= MAXIMUM_NUMBER:
        raise Mistyped("--limit must be at least 1, not {value}.", value=limit[:40])
    page = values.pop("page")
    asked: dict[str, Any] = values | ({"words": ""} if in_batch else {})
    asked["literal"] = asked["literal"] == "yes"
    return _Asked(SearchQuery(**asked), page if isinstance(page, int) else 1, int(limit))


async def _answer(
    installation: Installation, asked: _Asked, options: Mapping[str, str], store: DigestStore
) -> None:
    page, explain = await asked.found(store), "explain" in options
    words = installation.translators.of(await store.people.language(operator().actor))
    if "json" in options:
        if page.corrected is not None:
            said = words.gettext("Showing results for {words}.", words=page.corrected)
            print(said, file=sys.stderr)
        write_json([_found_json(found, words, explain=explain) for found in page.items])
        return
    card = search_card(asked.query, page, asked.page, words, explain=explain)
    if asked.limit != LIMIT:
        # The other pages are those of the usual length.
        actions = tuple(each for each in card.actions if "page" not in each.arguments)
        card = replace(card, actions=actions)
    with writing() as stream:
        terminal_of(installation).show(card, all_commands(), stream)


def _found_json(found: Found, words: Translator, *, explain: bool) -> dict[str, Any]:
    entry = export_json(found.entry)
    if not explain:
        return entry
    why = [
        {"kind": gain.kind.value, "words": gain.words, "points": round(gain.points, 4)}
        for gain in found.gains
    ]
    return {**entry, "score": round(found.score, 4), "why": why, "said": explained(found, words)}


async def _answer_all(asked: _Asked, lines: TextIO, store: DigestStore) -> None:
    with writing() as stream:
        for line in lines:
            words = line.rstrip("\r\n")
            query = replace(asked.query, words=words)
            page = await asked._replace(query=query).found(store)
            keys = [found.entry.key or str(found.entry.id) for found in page.items]
            answer = {"query": words, "keys": keys, "corrected": page.corrected}
            write_json_line(answer, stream)
