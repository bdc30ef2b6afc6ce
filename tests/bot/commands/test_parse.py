"""What people type becomes a command and its arguments, whatever they type."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.catalogue import all_commands
from bot.commands.parse import LineParser
from bot.i18n.translator import Translators
from bot.port.problems import CommandProblem, Mistyped

PARSER = LineParser(all_commands(), Translators("en"))
ADDED = {"link": "https://a.example", "title": "Two words"}


@pytest.mark.parametrize(
    ("line", "command", "arguments"),
    [
        ("/ainews latest", "latest", {}),
        ("latest 3", "latest", {"count": "3"}),
        (
            "source add arxiv:cs.CL only:“language model” 모델, gpt without:a",
            "source",
            {
                "action": "add",
                "source": "arxiv:cs.CL",
                "only": "“language model” 모델, gpt",
                "without": "a",
            },
        ),
        (
            '출처 추가 https://a.example/feed 이름:"새 소식" 포함:"" 제외:\'x "y z"\'',
            "source",
            {
                "action": "add",
                "source": "https://a.example/feed",
                "name": "새 소식",
                "only": "",
                "without": "'x \"y z\"'",
            },
        ),
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
        # What devices put in the place of signs.
        ("add https://a.example —title “Two words” —tags a", "add", ADDED | {"tags": "a"}),
        ("add https://a.example ––title=“Two words” −tags=a", "add", ADDED | {"tags": "a"}),
        ("add https://a.example －－title 'Two words’", "add", ADDED),
        ("add https://a.example －title „Two words“", "add", ADDED),
        ("add https://a.example -title »Two words«", "add", ADDED),
        ("add https://a.example title:`Two words`", "add", ADDED),
        ("add https://a.example title：“Two words\"", "add", ADDED),
        ("add https://a.example title：Two words --tags", "add", ADDED | {"tags": ""}),
        ("／ainews\u3000ｌａｔｅｓｔ\u00a03 ｔａｇ：llm", "latest", {"count": "3", "tag": "llm"}),
        ("\ufefflatest\u00a0tag＝llm\u200b", "latest", {"tag": "llm"}),
        ("latest 1 ―tag paper", "latest", {"count": "1", "tag": "paper"}),
        ("search 모델 —tag llm", "search", {"words": "모델", "tag": "llm"}),
        ("search 모델 -tag:llm —paper", "search", {"words": "모델 -tag:llm —paper"}),
        ("add https://a.example Meta’s model — what’s next", "add",
         {"link": "https://a.example", "title": "Meta’s model — what’s next"}),
        # What people and platforms put around an address, a name or a line.
        ("add <https://a.example> Two words", "add",
         {"link": "<https://a.example>", "title": "Two words"}),
        ("add (https://a.example), Two words", "add",
         {"link": "(https://a.example),", "title": "Two words"}),
        ("add [Two words](https://a.example)", "add", ADDED),
        ("add [Two words](<https://a.example>) title:Other", "add", ADDED | {"title": "Other"}),
        ("add <https://a.example|Two words> tags:a", "add", ADDED | {"tags": "a"}),
        ("add <https://a.example|https://a.example> Two words", "add", ADDED),
        ("add https://a.example **title:** Two words", "add", ADDED),
        ("“/ainews add https://a.example title:Two words”", "add", ADDED),
        ("**`/ainews latest 3`**", "latest", {"count": "3"}),
        ("<@1234567890> latest 3", "latest", {"count": "3"}),
        ("@AINews /ainews latest 3", "latest", {"count": "3"}),
        # Names that are not a parameter's own.
        ("add https://a.example title:Two words tag:a", "add", ADDED | {"tags": "a"}),
        ("add url:https://a.example subject:Two words 메모:한 줄", "add",
         ADDED | {"note": "한 줄"}),
        ("추가 https://a.example 제목 : Two words 태그: a", "add", ADDED | {"tags": "a"}),
        ("latest tags:llm 3", "latest", {"tag": "llm", "count": "3"}),
        ("schedule daily 09:00 태그:llm tz:KST", "schedule",
         {"when": "daily 09:00", "tags": "llm", "timezone": "KST"}),
        # Words with a mark in them are text where they cannot be a name.
        ("add https://a.example GPT-4: 새 모델", "add",
         {"link": "https://a.example", "title": "GPT-4: 새 모델"}),
        ("add https://a.example title:Claude: a model", "add",
         {"link": "https://a.example", "title": "Claude: a model"}),
        ('add https://a.example AWS "re:Invent" 2024', "add",
         {"link": "https://a.example", "title": "AWS re:Invent 2024"}),
        ("add https://a.example title:re:Invent", "add",
         {"link": "https://a.example", "title": "re:Invent"}),
        ("add https://a.example at 10:30 std::vector", "add",
         {"link": "https://a.example", "title": "at 10:30 std::vector"}),
        ("channel pause", "pause", {}),
        ("/ainews 채널 답변 public", "answers", {"manner": "public"}),
        ("moderators add group:S123", "moderators", {"action": "add", "who": "group:S123"}),
        # What phones make of signs, and pages of names.
        ('add https://a.example title:"Two words” tags:“a"', "add",
         {"link": "https://a.example", "title": "Two words", "tags": "a"}),
        ('add https://a.example title:"Two “quoted” words" tags:a', "add",
         {"link": "https://a.example", "title": "Two “quoted” words", "tags": "a"}),
        ("latest 1 ‑‑tag paper", "latest", {"count": "1", "tag": "paper"}),
        ("latest 3개 논문", "latest", {"count": "3개", "tag": "논문"}),
        ("add https://a.example **title**: Two words `tags`: a", "add",
         {"link": "https://a.example", "title": "Two words", "tags": "a"}),
        ('add [Two words](https://a.example "a tip")', "add", ADDED),
        ("ainews: latest 3", "latest", {"count": "3"}),
        # Dates and time zones of several words.
        ("add https://a.example Two words date:Apr 18, 2021 tags:a", "add",
         ADDED | {"date": "Apr 18, 2021", "tags": "a"}),
        ("add https://a.example date:2021년 4월 18일 Two words", "add",
         ADDED | {"date": "2021년 4월 18일"}),
        ("add https://a.example date:2021-04-18 Two words", "add", ADDED | {"date": "2021-04-18"}),
        ("schedule daily 09:00 timezone:New York tags:a", "schedule",
         {"when": "daily 09:00", "timezone": "New York", "tags": "a"}),
        ("schedule 시간대:미국 동부 매일 9시", "schedule",
         {"when": "매일 9시", "timezone": "미국 동부"}),
        # Lists that go on behind a blank.
        ("add https://a.example Two words tags:a, b", "add", ADDED | {"tags": "a, b"}),
        ("add https://a.example Two words tags:#a #b |c", "add", ADDED | {"tags": "#a #b |c"}),
        ("add tags:a https://a.example Two words", "add", ADDED | {"tags": "a"}),
        ("add https://a.example Two words #a #나", "add", ADDED | {"tags": "#a #나"}),
        ("add https://a.example Two words #1", "add", ADDED | {"title": "Two words #1"}),
    ],
)  # fmt: skip
def test_reads_what_people_type(line: str, command: str, arguments: dict[str, str]) -> None:
    parsed = PARSER.parse(line)
    assert (parsed.command, dict(parsed.arguments)) == (command, arguments)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("latets", "Did you mean `/latest`?"),
        ("/ainews serach x", "Did you mean `/search`?"),
        ("저정 3", "Did you mean `/save`?"),
        ("xyzzyq", "`/help all:yes` lists all commands"),
        ("frobnicate", "`/help all:yes` lists all commands"),
        ("검섹 모델", "Did you mean `/search`?"),
        ("/ainews ㅣㅁㅅㄷㄴㅅ 3", "Did you mean `/latest`?"),
        ("add https://a.example Foo tgas: llm", "Did you mean “tags:”?"),
        ("latest 3 llm more", "Not sure what “more” is for"),
        ("latest tag:a tag:b", "“tag” is given twice"),
        ("add https://a.example title:Foo colour:red", "It has link:, title:, note:"),
        ("add https://a.example Foo colour=red", "has no “colour”"),
        ("add https://a.example Foo titel: Bar", "Did you mean “title:”?"),
        ("add https://a.example —titel Foo", "Did you mean “title:”?"),
        ("add https://a.example Foo --bogus x", "has no “bogus”"),
        ("edit 1 title:New name tgas:llm", "Did you mean “tags:”?"),
        ("edit 1 제목:새 이름 제모:x", "Did you mean “제목:”?"),
        ("schedule daily 09:00 colour:red", "put the text in quotes"),
        ("schedule daily 09:00 tags:a timezon:KST", "Did you mean “timezone:”?"),
        ("edit 1 titel:New", "Did you mean “title:”?"),
        ("latest colour:red", "has no “colour”"),
        ("add https://a.example Foo tags:a b", "Not sure what “b” is for"),
        ("add https://a.example title:Foo url:https://b.example", "“url” is given twice"),
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


@pytest.mark.parametrize("sign", ['"', '"x ', "“x ", "*", "<http", "[x](http", "—x", "x: ", "`"])
def test_a_line_of_signs_is_read_in_no_time(sign: str) -> None:
    line = f"add {sign * 20_000}"[:20_000]
    started = time.process_time()
    with suppress(CommandProblem):
        PARSER.parse(line)
    assert time.process_time() - started < 2, "some work is done again and again"


@given(st.text(max_size=200).filter(lambda text: '"' not in text))
def test_a_quoted_value_arrives_as_it_was_typed(value: str) -> None:
    assert PARSER.parse(f'edit 1 note:"{value}"').arguments["note"] == value
