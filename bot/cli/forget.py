"""`ainews forget`: what is kept of a person, and its removal."""

from __future__ import annotations

from bot.cli.arguments import Arguments
from bot.cli.session import begin_session, with_store
from bot.cli.start import Start
from bot.cli.streams import write_json, write_lines
from bot.i18n.translator import Translator
from bot.port.invocation import Outcome, operator
from bot.port.problems import Mistyped
from bot.port.text import one_line
from bot.views.privacy import kept_json, kept_lines
from store.model import Kept
from store.store import DigestStore


def run(start: Start, arguments: Arguments) -> int:
    """Say what is kept of a person and, unless that is all, forget it. Returns the exit code."""
    only_list = "list" in arguments.options
    platform, _, number = "".join(arguments.bare).partition("/")
    if not (platform and number):
        raise Mistyped(
            "Say which person, by the platform's id. Type, for example: {example}",
            example="ainews forget discord/1234 --list",
        )
    installation = begin_session(start)
    platforms = sorted(plugin.name for plugin in installation.plugins.platforms)
    if platform not in platforms:
        raise Mistyped(
            "There is no platform “{value}”. Write one of: {values}.",
            value=one_line(platform),
            values=", ".join(platforms),
        )

    async def asked(store: DigestStore) -> Kept:
        if only_list:
            return await store.privacy.kept(platform, number)
        return await store.privacy.forget(platform, number, operator().actor)

    kept = with_store(installation, asked)
    if "json" in arguments.options:
        write_json(kept_json(kept))
        return Outcome.DONE
    write_lines(*_said(kept, installation.words, only_list=only_list))
    return Outcome.DONE


def _said(kept: Kept, words: Translator, *, only_list: bool) -> list[str]:
    who = one_line(f"{kept.platform}/{kept.id}")
    if kept.names:
        who = f"{who} ({', '.join(map(one_line, kept.names))})"
    if not kept:
        return [words.gettext("Nothing is kept of {who}.", who=who)]
    lines = [f"• {line}" for line in kept_lines(kept, words)]
    if only_list:
        return [words.gettext("This is kept of {who}:", who=who), *lines]
    return [
        words.gettext("{who} is forgotten. It was removed, or tells no name any more:", who=who),
        *lines,
        words.gettext("Backups that were made before still hold it."),
    ]
