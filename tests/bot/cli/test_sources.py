"""Sources in the shell: by command, and in and out as a list of feeds."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path

import pytest

from adapters.feeds.opml import read_opml
from bot.commands.sources import COMMANDS
from bot.views.sources import source_json
from tests.bot.cli.conftest import Shell
from tests.fakes.feeds import BLOG, install_feeds

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><body><outline text="lab">
<outline text="Blog" xmlUrl="https://blog.example/feed.xml"/>
<outline text="소식" xmlUrl="https://news.example/rss"/>
</outline></body></opml>
"""


@pytest.fixture
def feeding(new_shell: Shell, tmp_path: Path) -> Shell:
    """A shell on a machine with feeds outside."""
    new_shell.patch.syspath_prepend(str(install_feeds(tmp_path / "packages")))
    (new_shell.folder / "sources.opml").write_text(OPML, "utf-8")
    return new_shell


def test_a_list_is_imported_once_and_exported_again(feeding: Shell) -> None:
    dry = feeding("import", "sources.opml", "--dry-run")
    first, second = feeding("import", "sources.opml"), feeding("import", "sources.opml", "--json")
    exported = feeding("export", "--format", "opml")

    assert "New source: Blog · https://blog.example/feed.xml" in dry.out
    assert "nothing was changed" in dry.out
    assert (first.code, first.out) == (0, "Added 2 sources, skipped 0.\n")
    report = json.loads(second.out)
    assert (second.code, report["added"], len(report["skipped"])) == (0, [], 2)
    feeds = read_opml(exported.out.encode())
    assert [(feed.title, feed.category) for feed in feeds] == [("Blog", "lab"), ("소식", "lab")]


def test_a_list_is_known_by_its_kind_also_from_standard_input(
    feeding: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdin:
        buffer = io.BufferedReader(io.BytesIO(OPML.encode()))

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr("sys.stdin", Stdin())

    assert feeding("import", "-").out == "Added 2 sources, skipped 0.\n"


def test_strict_imports_nothing_where_an_address_is_wrong(feeding: Shell) -> None:
    wrong = OPML.replace("https://news.example/rss", "https://news.example:port/rss")
    (feeding.folder / "wrong.opml").write_text(wrong, "utf-8")

    strict, lax = feeding("import", "wrong.opml", "--strict"), feeding("import", "wrong.opml")

    assert strict.code == 1
    assert "Nothing was imported" in strict.out
    assert (lax.code, lax.out.splitlines()[-1]) == (1, "Added 1 source, skipped 1.")


def test_what_is_called_a_list_and_is_none_is_refused(feeding: Shell) -> None:
    (feeding.folder / "news.opml").write_text("# Only news\n")

    typed = feeding("import", "news.opml")

    assert (typed.code, typed.err) == (1, "It is not a list of feeds in OPML.\n")


def test_a_source_is_added_and_listed(feeding: Shell) -> None:
    typed = feeding("source", "add", BLOG, "--only", '"language model" 언어모델', "--review", "no")
    listed, data = feeding("sources"), json.loads(feeding("sources", "--json").out)
    refused = feeding("source", "add", BLOG)

    assert (typed.code, refused.code) == (0, 1)
    assert "The Example Blog is source 1." in typed.out
    assert "already" in refused.err
    assert "1 · The Example Blog" in listed.out
    (source,) = data["sources"]
    assert (source["id"], source["only"], source["review"]) == (
        1,
        ['"language model"', "언어모델"],
        False,
    )


def test_every_example_of_the_help_can_be_typed(feeding: Shell) -> None:
    feeding("source", "add", BLOG)
    for command in COMMANDS:
        page = feeding(command.name, "--help").out
        examples = re.findall(r"^  (ainews .*)$", page, re.MULTILINE)
        assert len(examples) == len(command.examples)
        for example in examples:
            typed = feeding(*shlex.split(example)[1:])
            assert typed.code in {0, 1}, (example, typed.err)


def test_every_field_is_documented() -> None:
    root = Path(__file__).parents[3]
    source = (root / Path(*source_json.__module__.split("."))).with_suffix(".py").read_text("utf-8")
    fields = set(re.findall(r'^ +"(\w+)": (?!words)', source, re.MULTILINE))
    documented = (root / "docs" / "sources.md").read_text("utf-8")

    assert fields
    assert [name for name in sorted(fields) if f"`{name}`" not in documented] == []
