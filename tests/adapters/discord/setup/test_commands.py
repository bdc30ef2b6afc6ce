"""The product's commands as Discord registers them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import discord
import pytest

from adapters.discord.cards.typed import ROOT
from adapters.discord.setup.commands import MENU, command_payload
from adapters.discord.setup.permissions import missing_names
from bot.commands.catalogue import all_commands
from bot.i18n.translator import Translators
from bot.port.command import Command, Parameter
from bot.port.form import Choice, Kind
from tests.fakes.discord import contract, rules
from tests.fakes.handler import COMMANDS

VOCABULARY = Translators("en")


def subcommands(commands: tuple[Command, ...]) -> dict[str, dict[str, Any]]:
    """Return each command as it is registered."""
    root = command_payload(commands, VOCABULARY)[0]
    return {each["name"]: each for each in root["options"]}


def options(command: Command) -> dict[str, dict[str, Any]]:
    """Return the options of a command as they are registered."""
    return {each["name"]: each for each in subcommands((command,))[command.name]["options"]}


@pytest.mark.skipif(not contract.present(), reason=contract.ABSENT)
@pytest.mark.parametrize("commands", [all_commands(), COMMANDS], ids=["ours", "fakes"])
def test_discord_takes_them(commands: tuple[Command, ...]) -> None:
    payload = command_payload(commands, VOCABULARY)

    assert list(rules.command_violations(payload)) == []
    assert list(contract.violations("PUT", "/applications/1/commands", {}, payload)) == []


def test_each_command_is_a_subcommand_of_one_name_in_both_languages() -> None:
    root, menu = command_payload(all_commands(), VOCABULARY)

    assert root["name"] == ROOT
    typed = [each.name for each in all_commands() if not each.by_button]
    groups = [each for each in root["options"] if each["type"] == 2]
    grouped = [each for group in groups for each in group["options"]]
    alone = [each for each in root["options"] if each["type"] == 1]
    assert {each["name"] for each in (*alone, *grouped)} == set(typed)
    assert len(alone) + len(grouped) == len(typed) == len(all_commands()) - 6
    assert {each["name"]: len(each["options"]) for each in groups} == {"channel": 5}
    korean = VOCABULARY.of("ko")
    for each in (*groups, *alone, *grouped):
        assert each["name_localizations"]["ko"] == korean.pgettext("command", each["name"])
    assert (menu["type"], menu["name"]) == (3, MENU)


def test_commands_belong_to_servers_and_to_ones_messages_with_the_bot() -> None:
    root, menu = command_payload(all_commands(), VOCABULARY)
    assert (root["contexts"], menu["contexts"]) == ([0, 1], [0])
    for each in (root, menu):
        assert each["integration_types"] == [0]


def test_each_kind_has_its_type() -> None:
    kinds = {
        kind: options(Command("a", "b", COMMANDS[0].handler, (Parameter("p", "d", kind),)))["p"]
        for kind in Kind
    }

    assert kinds[Kind.INTEGER]["type"] == 4
    assert kinds[Kind.CHANNEL]["type"] == 7
    assert {0, 5, 11, 15} <= set(kinds[Kind.CHANNEL]["channel_types"])
    assert kinds[Kind.PERSON]["type"] == 9
    strings = set(Kind) - {Kind.INTEGER, Kind.CHANNEL, Kind.PERSON}
    assert {kinds[kind]["type"] for kind in strings} == {3}
    completed = {kind for kind in Kind if kinds[kind].get("autocomplete")}
    assert completed == {Kind.TAG, Kind.TAGS, Kind.ENTRY, Kind.SOURCE, Kind.TIMEZONE}


def test_bounds_and_choices_are_declared() -> None:
    choices = (Choice("ko", "한국어"), Choice("en", "English"))
    command = Command(
        "a",
        "b",
        COMMANDS[0].handler,
        (
            Parameter("count", "d", Kind.INTEGER, maximum=25),
            Parameter("language", "d", Kind.CHOICE, choices=choices),
            Parameter("words", "d", required=True),
        ),
    )

    found = options(command)

    assert list(found) == ["words", "count", "language"]
    assert (found["count"]["min_value"], found["count"]["max_value"]) == (1, 25)
    assert [each["value"] for each in found["language"]["choices"]] == ["ko", "en"]


def test_private_commands_have_nothing_to_share() -> None:
    assert "share" not in options(replace(COMMANDS[0], private=True).with_share())
    shared = options(COMMANDS[0].with_share())["share"]
    assert [each["name_localizations"]["ko"] for each in shared["choices"]] == ["아니요", "예"]


def test_long_descriptions_are_cut() -> None:
    long = options(Command("a", "b", COMMANDS[0].handler, (Parameter("p", "d" * 300),)))

    assert len(long["p"]["description"]) == 100


def test_more_than_discord_takes_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="subcommands"):
        command_payload(tuple(replace(COMMANDS[0], name=f"c{n}") for n in range(26)), VOCABULARY)
    many = tuple(Parameter(f"p{number}", "d") for number in range(30))
    with pytest.raises(ValueError, match="options"):
        command_payload((Command("a", "b", COMMANDS[0].handler, many),), VOCABULARY)
    wordy = tuple(Parameter(f"p{number}", "d" * 100) for number in range(20))
    verbose = tuple(Command(f"c{n}", "b", COMMANDS[0].handler, wordy) for n in range(20))
    with pytest.raises(ValueError, match="characters"):
        command_payload(verbose, VOCABULARY)


def test_without_add_there_is_no_menu() -> None:
    assert len(command_payload((COMMANDS[0],), VOCABULARY)) == 1


def korean_texts(part: object) -> Iterator[tuple[str, str]]:
    """Yield each text with its Korean one."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name.endswith("_localizations"):
                yield part[name.removesuffix("_localizations")], value["ko"]
            else:
                yield from korean_texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from korean_texts(one)


def test_whatever_koreans_see_is_korean() -> None:
    texts = dict(korean_texts(command_payload(all_commands(), VOCABULARY)))

    assert len(texts) > 100
    texts.pop("English")  # a language has its own name
    assert [text for text in texts.values() if re.search("[가-힣]", text) is None] == []


def test_permissions_have_korean_names() -> None:
    korean = VOCABULARY.of("ko")
    for name in missing_names(discord.Permissions.none()):
        assert re.search("[가-힣]", korean.pgettext("permission", name)), name
