"""The catalogs: every text that people see is there in Korean, and says the same things."""

from __future__ import annotations

import pytest

from bot.i18n.translator import LANGUAGES, Translators
from store.audit import AuditAction
from tools.messages import catalog, different, messages, missing, obsolete


def test_every_text_has_a_korean_translation() -> None:
    lacking = missing(catalog("ko"), messages())

    assert not lacking, "\n".join(f"{each.where}: {each.text}" for each in lacking)


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
