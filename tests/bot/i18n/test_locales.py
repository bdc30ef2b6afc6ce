"""The catalogs: every text that people see is there in Korean, and says the same things."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Catalog

from bot.commands.catalogue import all_commands
from bot.commands.parse import LineParser
from bot.i18n.translator import LANGUAGES, Translator, Translators
from bot.port.card import CommandText, Text
from store.audit import AuditAction
from tools.messages import PACKAGES, ROOT, Message, catalog, different, messages, missing, obsolete

CODE = re.compile(r"`([^`]*)`")
PAGE = re.compile(r"docs/[\w.]+\.md")


def test_every_text_has_a_korean_translation() -> None:
    lacking = missing(catalog("ko"), messages())

    assert not lacking, "\n".join(f"{each.where}: {each.text}" for each in lacking)


def test_korean_leads_to_korean_pages() -> None:
    pages = {page for entry in catalog("ko") for page in PAGE.findall(str(entry.string))}
    assert pages
    assert all(page.endswith(".ko.md") and (ROOT / page).exists() for page in pages)


def test_a_text_with_a_command_is_said_in_spans() -> None:
    """As plain text it would not be written as each platform has it."""
    plain = re.compile(r"n?gettext\(\s*\"[^\"]*`/")
    wrong = [
        f"{file}: {found[0]}"
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        for found in plain.finditer(file.read_text("utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    assert obsolete(catalog(language), messages()) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_places(language: str) -> None:
    assert different(catalog(language), messages()) == ()


def test_commands_and_parameters_have_names_that_can_be_told_apart() -> None:
    found = messages()
    korean = catalog("ko")
    names = [
        str(entry.string)
        for each in found
        if each.context == "command" and " " not in each.text and each.text.islower()
        if (entry := korean.get(each.text, each.context)) is not None
    ]

    assert len(names) == len(set(names))
    assert all(" " not in name for name in names)


def test_every_change_is_told_as_something_that_was_done() -> None:
    english = Translators("en").of("en")
    assert [one for one in AuditAction if english.pgettext("change", one) == one] == []


def said(message: Message, catalogs: Sequence[Catalog]) -> list[str]:
    """Return a message in every language, all its forms."""
    forms = [message.text, *([message.many] if message.many else [])]
    for each in catalogs:
        entry = each.get(message.text, message.context)
        if entry is not None and entry.string:
            forms += [entry.string] if isinstance(entry.string, str) else entry.string
    return forms


def test_commands_in_messages_are_written_so_that_each_surface_has_them_its_own_way() -> None:
    parser = LineParser(all_commands(), Translators("en"))
    catalogs = [catalog(language) for language in LANGUAGES]
    for message in messages():
        named = []
        for form in said(message, catalogs):
            assert not re.search(r"(?<![\w`])/ainews", form), f"{message.where}: {form}"
            codes = [code for code in CODE.findall(form) if not code.startswith("ainews ")]
            assert all(code.startswith("/") for code in codes), f"{message.where}: {form}"
            lines = [re.sub(r"\{\w+\}", "1", code[1:]) for code in codes if code[1] != "{"]
            assert all(line.isprintable() and parser.parse(line) for line in lines)
            named.append(sorted(code.split()[0] for code in codes))
        assert all(one == named[0] for one in named), f"{message.where}: other commands"


@pytest.mark.parametrize(
    ("language", "line", "typed"),
    [
        ("en", "saved", "/ainews saved"),
        ("ko", "saved", "/ainews 저장목록"),
        ("ko", "latest 10 tag:llm", "/ainews 최신 10 태그:llm"),
        ("ko", "suggest https://a.example", "/ainews 제보 https://a.example"),
    ],
)
def test_a_command_has_the_names_of_the_readers_language(
    language: str, line: str, typed: str
) -> None:
    words = Translators("en").of(language)
    assert words.command(line).text == typed
    [command] = words.spans("{command}", command=CommandText(line))
    assert command.text == typed


def test_what_a_message_is_given_writes_no_command() -> None:
    words = Translators("en").of("en")
    [text] = words.spans("{name}", name="`/retract 1`")
    assert text == Text("`/retract 1`")


@pytest.mark.parametrize("sentence", ["404", "null", '["a", 1]', '"a"', "No {place} of ours"])
def test_a_kept_sentence_that_is_not_ours_stays_as_it_is(sentence: str) -> None:
    assert Translator("ko").stored(sentence) == sentence
