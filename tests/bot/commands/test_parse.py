"""What people type becomes a command and its arguments, whatever they type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.catalogue import all_commands
from bot.commands.parse import LineParser
from bot.i18n.translator import Translators
from bot.port.problems import CommandProblem, Mistyped

PARSER = LineParser(all_commands(), Translators("en"))


@pytest.mark.parametrize(
    ("line", "command", "arguments"),
    [
        ("/ainews latest", "latest", {}),
        ("latest 3", "latest", {"count": "3"}),
        ("/latest llm", "latest", {"tag": "llm"}),
        ("latest llm 3", "latest", {"tag": "llm", "count": "3"}),
        ("AINEWS Latest tag:비전", "latest", {"tag": "비전"}),
        ("latest tag：llm 3", "latest", {"tag": "llm", "count": "3"}),
        ("latest tag: llm 3", "latest", {"tag": "llm", "count": "3"}),
        (
            "/ainews search 모델 압축 tag:llm since:2021-01",
            "search",
            {"words": "모델 압축 tag:llm since:2021-01"},
        ),
        ("/ainews 검색 모델 이후:2021-01", "search", {"words": "모델 이후:2021-01"}),
        ("search since: 2021 모델", "search", {"words": "since: 2021 모델"}),
        ('search "확산 모델" -"a b" 압축', "search", {"words": '"확산 모델" -"a b" 압축'}),
        ("search 모델 page:2 압축 쪽:3", "search", {"words": "모델 압축 쪽:3", "page": "2"}),
        ("search page:two x", "search", {"words": "page:two x"}),
        ("search x literal:yes", "search", {"words": "x", "literal": "yes"}),
        ('search "page:2" x', "search", {"words": '"page:2" x'}),
        ("search words:'say \"no\"' page:2", "search", {"words": 'say "no"', "page": "2"}),
        ("search x tag:a tag:b", "search", {"words": "x tag:a tag:b"}),
        (
            "search --since 2021 --tag=llm x",
            "search",
            {"words": "x", "since": "2021", "tag": "llm"},
        ),
        ("search what's new", "search", {"words": "what's new"}),
        ("search https://a.example/b:c 10:30", "search", {"words": "https://a.example/b:c 10:30"}),
        ("search “확산 모델” 압축", "search", {"words": "“확산 모델” 압축"}),
        (
            "edit 12 note:작고 빠른 모델 tags:a",
            "edit",
            {"id": "12", "note": "작고 빠른 모델", "tags": "a"},
        ),
        (
            "add https://a.example title:두 낱말 셋",
            "add",
            {"link": "https://a.example", "title": "두 낱말 셋"},
        ),
        ("show #12", "show", {"id": "#12"}),
        ("", "help", {}),
        ("/ainews", "help", {}),
        ("help search", "help", {"command": "search"}),
        (
            'add https://a.example title:"Two words" note:「한 줄」 tags:a,b',
            "add",
            {"link": "https://a.example", "title": "Two words", "note": "한 줄", "tags": "a,b"},
        ),
        (
            "add Two words https://a.example",
            "add",
            {"title": "Two words", "link": "https://a.example"},
        ),
        ('edit 12 note:"" tags:', "edit", {"id": "12", "note": "", "tags": ""}),
        ("schedule daily 09:00 limit:3", "schedule", {"when": "daily 09:00", "limit": "3"}),
        ('schedule "0 9 * * 1-5"', "schedule", {"when": "0 9 * * 1-5"}),
        ("schedule 0 9 * * 1-5", "schedule", {"when": "0 9 * * 1-5"}),
        ("language KO", "language", {"language": "KO"}),
        ("moderators add @minji", "moderators", {"action": "add", "who": "@minji"}),
        ("add\nhttps://a.example\ttitle:x", "add", {"link": "https://a.example", "title": "x"}),
    ],
)
def test_reads_what_people_type(line: str, command: str, arguments: dict[str, str]) -> None:
    parsed = PARSER.parse(line)
    assert (parsed.command, dict(parsed.arguments)) == (command, arguments)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("latets", "Did you mean /ainews latest?"),
        ("/ainews serach x", "Did you mean /ainews search?"),
        ("저정 3", "Did you mean /ainews 저장?"),
        ("xyzzyq", "/ainews help lists all commands"),
        ("latest 3 llm more", "“more” is one word too many"),
        ("latest tag:a tag:b", "“tag” is given twice"),
        ("x" * 40_001, "at most 40000 fit"),
    ],
)
def test_says_what_was_not_understood(line: str, says: str) -> None:
    with pytest.raises(Mistyped) as caught:
        PARSER.parse(line)
    assert says in str(caught.value)


@given(st.text(max_size=300))
def test_any_line_is_read_or_refused_with_a_sentence(line: str) -> None:
    try:
        parsed = PARSER.parse(line)
    except CommandProblem:
        return
    command = PARSER.command(parsed.command)
    assert set(parsed.arguments) <= {one.name for one in command.parameters}


@given(st.text(max_size=200).filter(lambda text: '"' not in text))
def test_a_quoted_value_arrives_as_it_was_typed(value: str) -> None:
    assert PARSER.parse(f'edit 1 note:"{value}"').arguments["note"] == value
