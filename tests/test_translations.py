"""Every page for people is there in Korean, and says the same as the English one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.commands.catalogue import all_commands
from tools.messages import catalog

ROOT = Path(__file__).parents[1]
SAMPLE = "docs/example-page.md"
PAGES = sorted(
    name
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md"))
    if not (name := str(page.relative_to(ROOT))).endswith(".ko.md") and name != SAMPLE
)
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def _both(name: str) -> tuple[str, str]:
    korean = ROOT / name.replace(".md", ".ko.md")
    assert korean.exists(), f"{korean.relative_to(ROOT)} is missing: {name} in Korean"
    return (ROOT / name).read_text("utf-8"), korean.read_text("utf-8")


def _prose(text: str) -> str:
    return BLOCK.sub("", text)


def _asked(text: str) -> list[tuple[str, list[str]]]:
    """Return of each block its kind and what one types there; what is answered has a language."""
    blocks = []
    for _, kind, body in BLOCK.findall(text):
        lines = re.sub(r"\\\n\s*", "", body).splitlines()
        if kind == "console":
            lines = [line for line in lines if re.match(r"\$ |ainews› ", line)]
        elif kind == "sh":
            lines = [re.sub(r"\s*# .*", "", line) for line in lines]
        elif kind == "text":
            lines = []
        blocks.append((kind, lines))
    return blocks


def _links(text: str) -> list[str]:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)|<(https?://[^>]+)>", _prose(text))
    return sorted({(a or b).replace(".ko.md", ".md") for a, b in links} - {"README.md"})


@pytest.mark.parametrize("name", PAGES)
def test_the_korean_page_has_the_same_parts(name: str) -> None:
    english, korean = _both(name)

    for part in (r"^#+(?= )", r"^ *\d{1,2}\.(?= )", r"^ *-(?= )", r"^\|"):
        here, there = (
            Counter(re.findall(part, _prose(text), re.MULTILINE)) for text in (english, korean)
        )
        assert there == here, f"lines with {part}"


@pytest.mark.parametrize("name", PAGES)
def test_the_korean_page_has_the_same_commands_to_type(name: str) -> None:
    english, korean = _both(name)

    assert _asked(korean) == _asked(english)


@pytest.mark.parametrize("name", PAGES)
def test_the_korean_page_leads_to_the_same_places(name: str) -> None:
    english, korean = _both(name)

    assert _links(korean) == _links(english)


@pytest.mark.parametrize("name", PAGES)
def test_the_korean_page_names_the_same_commands_settings_and_numbers(name: str) -> None:
    english, korean = map(_prose, _both(name))
    code = {" ".join(span.split()) for span in re.findall(r"`([^`]+)`", english)}
    there = {" ".join(span.split()) for span in re.findall(r"`([^`]+)`", korean)}
    numbers = set(NUMBER.findall(english))

    lacking = sorted((code - there) | (numbers - set(NUMBER.findall(korean))))
    assert not lacking, f"the Korean page lacks {lacking}"


@pytest.mark.parametrize("name", [command.name for command in all_commands()])
def test_the_korean_name_of_each_command_is_told(name: str) -> None:
    entry = catalog("ko").get(name, "command")
    assert entry is not None
    told = (ROOT / "docs" / "commands.ko.md").read_text("utf-8")

    assert re.search(rf"`{entry.string}`", told), f"docs/commands.ko.md lacks {entry.string}"


@pytest.mark.parametrize("name", PAGES)
def test_korean_pages_lead_to_korean_pages(name: str) -> None:
    _, korean = _both(name)
    targets = re.findall(r"\]\(([^)#]+\.md)(?:#[^)]*)?\)", korean)
    pages = {Path(page).name for page in PAGES} - {"README.md"}

    assert [target for target in targets if Path(target).name in pages] == []
