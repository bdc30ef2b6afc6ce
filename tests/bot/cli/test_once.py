"""One command from the shell: where its answer goes, its exit code, and the entries as JSON."""

from __future__ import annotations

import json

from tests.bot.cli.conftest import Shell

FIELDS = [
    "id",
    "title",
    "url",
    "links",
    "note",
    "published",
    "precision",
    "language",
    "tags",
    "added_by",
    "image",
    "status",
    "votes",
    "renditions",
]


def test_an_answer_goes_to_standard_output(shell: Shell) -> None:
    typed = shell("latest", "1")

    assert typed.code == 0
    assert "CLIP: connecting text and images" in typed.out
    assert "DistilBERT" not in typed.out
    assert typed.err == ""


def test_a_refusal_goes_to_standard_error(shell: Shell) -> None:
    typed = shell("show", "99")

    assert (typed.code, typed.out) == (1, "")
    assert "99" in typed.err


def test_a_value_of_the_wrong_kind_is_mistyped(shell: Shell) -> None:
    typed = shell("show", "many")

    assert (typed.code, typed.out) == (2, "")
    assert typed.err


def test_latest_takes_any_count_and_its_entries_come_as_json(shell: Shell) -> None:
    typed = shell("latest", "100000", "--json")

    entries = json.loads(typed.out)
    assert [entry["title"] for entry in entries] == [
        "CLIP: connecting text and images",
        "DistilBERT",
    ]
    assert list(entries[0]) == FIELDS
    assert (entries[1]["published"], entries[1]["precision"]) == ("2019-10", "month")


def test_search_prints_the_whole_answer_at_once(shell: Shell) -> None:
    typed = shell("search", "모델", "--json")

    assert {entry["title"] for entry in json.loads(typed.out)} == {
        "CLIP: connecting text and images",
        "DistilBERT",
    }


def test_json_is_a_list_also_where_nothing_is_found(shell: Shell) -> None:
    found, missing = shell("search", "zebra", "--json"), shell("show", "99", "--json")

    assert (found.code, json.loads(found.out)) == (0, [])
    assert (missing.code, json.loads(missing.out)) == (1, [])
    assert "99" in missing.err


def test_an_entry_is_added_edited_retracted_and_brought_back(shell: Shell) -> None:
    address = "https://example.com/news?id=7"
    added = shell("add", address, "--title", "A new model", "--tags", "llm,open", "--json")
    (entry,) = json.loads(added.out)
    number = str(entry["id"])

    assert added.code == 0
    assert (entry["url"], entry["tags"], entry["status"]) == (address, ["llm", "open"], "published")

    again = shell("add", f"{address}&utm_source=x", "--title", "Other words")
    assert again.code == 1
    assert number in again.err

    assert shell("edit", number, "--note", "Why it matters").code == 0
    assert "Why it matters" in shell("show", number).out
    assert shell("retract", number).code == 0
    assert "A new model" not in shell("latest", "9").out
    assert shell("restore", number).code == 0
    assert "A new model" in shell("latest", "9").out


def test_without_a_terminal_no_form_is_shown(shell: Shell) -> None:
    typed = shell("add", "https://example.com/other")

    assert typed.code != 0
    assert "title" in typed.err


def test_a_schedule_is_made_for_the_terminal_and_for_a_channel_that_is_named(shell: Shell) -> None:
    here = shell("schedule", "daily", "09:00")
    there = shell("schedule", "daily 08:30", "--channel", "discord/123/456", "--language", "ko")
    status = shell("status")

    assert (here.code, there.code) == (0, 0)
    assert "456" in status.out
    assert "AI news will be posted to discord/123/456" in there.out
    paused = shell("pause", "--channel", "discord/123/456")
    assert "resume --channel discord/123/456" in paused.out
    assert shell("unschedule", "--channel", "discord/123/456").code == 0
    again = shell("pause", "--channel", "discord/123/456")
    assert "discord/123/456 has no schedule." in again.err
    direct = shell("pause", "--channel", "discord//456")
    assert "discord//456 has no schedule." in direct.err


def test_the_operator_says_from_the_shell_who_sees_the_answers_in_a_channel(shell: Shell) -> None:
    shell("add", "https://a.example/1", "A story")
    done = shell("answers", "public", "--channel", "slack/T0HOME/C0NEWS")
    assert "Everybody in slack/T0HOME/C0NEWS sees the answers" in done.out
    assert "slack/T0HOME/C0NEWS" in shell("log").out
    assert shell("latest", "--share", "yes").code == 2
    assert "456" not in shell("status").out


def test_answers_are_in_the_operator_s_language(shell: Shell) -> None:
    typed = shell("latest", "1", LANG="ko_KR.UTF-8")

    assert "2021년 1월 5일" in typed.out
