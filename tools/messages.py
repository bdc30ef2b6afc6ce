"""Finds every text that people see, and says what the catalogs lack.

uv run --group dev python -m tools.messages        what is missing, obsolete or different
uv run --group dev python -m tools.messages --po   the missing ones, ready to be translated
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from bot.commands.catalogue import all_commands
from bot.port.command import Command
from bot.port.platform import ENTRY_POINT_GROUP
from bot.port.problems import CommandProblem
from store.audit import AuditAction
from store.entries.links import Fault
from store.model import BLOCKED, INTERRUPTED, CalledOff

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "adapters")
_PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Message:
    """A text as the code has it. `where` is the file and line, or what declares it."""

    context: str | None
    text: str
    many: str | None
    where: str

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalog knows it by."""
        return (self.context, self.text)


@cache
def messages() -> tuple[Message, ...]:
    """Return every message of the code, of the declarations and of the platforms' settings."""
    found: dict[tuple[str | None, str], Message] = {}
    for message in (*_written(), *_drawn(), *_declared()):
        found.setdefault(message.key, message)
    return tuple(found.values())


def _written() -> Iterator[Message]:
    functions = {"gettext", "spans", "say", "done", "N_", *_names(CommandProblem)}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(file.read_text("utf-8"))
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
                where = f"{file.relative_to(ROOT)}:{call.lineno}"
                yield from _called(call, functions, where)


def _called(call: ast.Call, functions: set[str], where: str) -> Iterator[Message]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
        for part in call.args
    ]
    match name, texts:
        case "ngettext", [str(one), str(many), *_]:
            yield Message(None, one, many, where)
        case "pgettext", [str(context), str(text), *_]:
            yield Message(context, text, None, where)
        case "finding", [_, *said]:
            yield from (Message(None, text, None, where) for text in said if text is not None)
        case _, [str(text), *_] if name in functions:
            yield Message(None, text, None, where)


def _drawn() -> Iterator[Message]:
    """Yield what templates say."""
    for file in sorted((ROOT / "adapters").rglob("*.html")):
        tree = Environment(autoescape=True).parse(file.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            name = call.node.name if isinstance(call.node, nodes.Name) else ""
            texts = [each.value for each in call.args if isinstance(each, nodes.Const)]
            where = f"{file.relative_to(ROOT)}:{call.lineno}"
            match name, texts:
                case "gettext" | "spans", [text, *_]:
                    yield Message(None, text, None, where)
                case "ngettext", [one, many, *_]:
                    yield Message(None, one, many, where)


def _names(kind: type[CommandProblem]) -> Iterator[str]:
    yield kind.__name__
    for below in kind.__subclasses__():
        yield from _names(below)


def _declared() -> Iterator[Message]:
    yield from _grouped()
    for command in all_commands():
        yield from _of(command)
    for action in AuditAction:
        yield Message("change", action.value, None, "store/audit.py")
    for fault in Fault:
        yield Message(None, fault.value, None, "store/entries/links.py")
    yield Message(None, INTERRUPTED, None, "store/model.py")
    yield Message(None, BLOCKED, None, "store/model/channels.py")
    for reason in CalledOff:
        yield Message(None, reason.value, None, "store/model.py")
    for point in metadata.entry_points(group=ENTRY_POINT_GROUP):
        for setting in point.load().settings:
            yield Message(None, setting.description, None, f"the platform {point.name}")


def _of(command: Command) -> Iterator[Message]:
    where = f"the command {command.name}"
    yield Message("command", command.name, None, where)
    yield Message("command", command.description, None, where)
    for parameter in command.parameters:
        yield Message("parameter", parameter.name, None, where)
        yield Message("parameter", parameter.description, None, where)
        if parameter.in_form:
            yield Message("field", parameter.name, None, where)
        for choice in parameter.choices:
            yield Message("choice", choice.label, None, where)
        before = f"{command.name} " if parameter.positional else f"{parameter.name}:"
        for value in (*(choice.value for choice in parameter.choices), *parameter.terms):
            yield Message("typed", before + value, None, where)


def _grouped() -> Iterator[Message]:
    for group in {each.group for each in all_commands() if each.group is not None}:
        for text in (group.name, group.description):
            yield Message("command", text, None, f"the group {group.name}")


def catalog(language: str) -> Catalog:
    """Return the catalog of a language."""
    with (ROOT / "bot" / "i18n" / "locales" / f"{language}.po").open("rb") as stream:
        return read_po(stream, locale=language)


def missing(catalog: Catalog, found: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return the messages that a catalog does not translate."""
    return tuple(each for each in found if not _strings(catalog, each))


def obsolete(catalog: Catalog, found: tuple[Message, ...]) -> tuple[str, ...]:
    """Return the texts that a catalog translates and nothing says."""
    known = {each.key for each in found}
    return tuple(
        str(one.id if isinstance(one.id, str) else one.id[0])
        for one in catalog
        if one.id and (one.context, one.id if isinstance(one.id, str) else one.id[0]) not in known
    )


def different(catalog: Catalog, found: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return the messages whose translation has other places in braces, or another shape."""
    wrong = []
    for each in found:
        entry = catalog.get(each.text, each.context)
        strings = _strings(catalog, each)
        wanted = sorted(_PLACE.findall(each.many or each.text))
        plural = entry is not None and isinstance(entry.id, list | tuple)
        if strings and (
            plural != (each.many is not None)
            or any(sorted(_PLACE.findall(string)) != wanted for string in strings)
        ):
            wrong.append(each)
    return tuple(wrong)


def _strings(catalog: Catalog, message: Message) -> tuple[str, ...]:
    entry = catalog.get(message.text, message.context)
    if entry is None or not entry.string or entry.fuzzy:
        return ()
    strings = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
    return strings if all(strings) else ()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _entry(message: Message) -> str:
    lines = [f"#: {message.where}"]
    if message.context is not None:
        lines.append(f"msgctxt {_quoted(message.context)}")
    lines.append(f"msgid {_quoted(message.text)}")
    if message.many is None:
        lines.append('msgstr ""')
    else:
        lines += [f"msgid_plural {_quoted(message.many)}", 'msgstr[0] ""']
    return "\n".join(lines)


def main() -> int:
    """Print what the Korean catalog lacks. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--po", action="store_true", help="print the missing ones as a catalog")
    options = parser.parse_args()
    found, korean = messages(), catalog("ko")
    lacking = missing(korean, found)
    if options.po:
        print("\n\n".join(_entry(each) for each in lacking))
        return 0
    lines = [f"{each.where}: not translated: {each.text}" for each in lacking]
    lines += [f"ko.po: said nowhere: {text}" for text in obsolete(korean, found)]
    lines += [f"{each.where}: other places: {each.text}" for each in different(korean, found)]
    print("\n".join(lines) or "Every text has its Korean translation.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
