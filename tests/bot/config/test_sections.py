"""The operator's own sections, or those that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.installation import read_sections
from bot.i18n.translator import Translator
from bot.port.settings_error import SettingsError
from tests.bot.views.test_digest import entry

EN, KO = Translator("en"), Translator("ko")


def test_what_comes_with_the_program_and_an_own_table_instead(tmp_path: Path) -> None:
    entries = (entry(1, "llm"), entry(2, "korean"))
    assert [name for name, _ in read_sections(tmp_path).divided(entries, KO)] == [
        "🧠 모델",
        "🗞️ 그 밖의 소식",
    ]
    (tmp_path / "tags.tsv").write_text("🇰🇷\tKorea\t국내\tkorean\n", encoding="utf-8-sig")
    own = read_sections(tmp_path)
    assert [name for name, _ in own.divided(entries, EN)] == ["🇰🇷 Korea", "More"]


def test_a_table_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "tags.tsv"
    file.write_text("# mine\n\nModels llm\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_sections(tmp_path)
    assert caught.value.said(EN) == (
        f"{file}: Line 3 has not four columns with tabs between them. Write a sign, the English "
        "name, the Korean name and tags with commas between."
    )
    file.write_bytes("논문".encode("cp949"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_sections(tmp_path)
