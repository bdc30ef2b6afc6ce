"""`ainews search` in the shell: answers to read, as JSON, and a file of queries."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tests.bot.cli.conftest import Shell


def test_the_answer_is_a_card_with_the_words_found(shell: Shell) -> None:
    typed = shell("search", "모델", "압축")

    assert typed.code == 0
    assert "모델 압축의 좋은 예입니다." in typed.out
    assert "1 entry found" in typed.out
    assert typed.err == ""


def test_nothing_found_is_an_answer_and_no_failure(shell: Shell) -> None:
    typed = shell("search", "zebra")

    assert typed.code == 0
    assert "Nothing found for “zebra”. Try fewer or other words." in typed.out


def test_a_query_keeps_its_signs(shell: Shell) -> None:
    without = shell("search", "모델", "-압축", "--json")
    phrase = shell("search", '"좋은 예입니다"', "--json")
    named = shell("search", "모델", "since:2021", "tag:vision", "--json")
    option = shell("search", "모델", "--since", "2021", "--tag", "vision", "--json")

    titles = [[entry["title"] for entry in json.loads(one.out)] for one in (without, phrase)]
    assert titles == [["CLIP: connecting text and images"], ["DistilBERT"]]
    assert json.loads(named.out) == json.loads(option.out)
    assert len(json.loads(named.out)) == 1


def test_what_was_searched_instead_is_said_and_can_be_declined(shell: Shell) -> None:
    card, data = shell("search", "distilbrt"), shell("search", "distilbrt", "--json")
    literal = shell("search", "distilbrt", "--literal", "yes", "--json")

    assert "Showing results for distilbert." in card.out
    assert [entry["title"] for entry in json.loads(data.out)] == ["DistilBERT"]
    assert data.err == "Showing results for distilbert.\n"
    assert json.loads(literal.out) == []


def test_the_rank_is_explained_in_words_and_as_data(shell: Shell) -> None:
    card = shell("search", "모델", "압축", "--explain")
    (entry,) = json.loads(shell("search", "모델", "압축", "--explain", "--json").out)

    assert "points: “압축”" in card.out
    assert entry["score"] == pytest.approx(sum(gain["points"] for gain in entry["why"]), abs=0.01)
    assert {"word", "together"} <= {gain["kind"] for gain in entry["why"]}


def test_a_limit_is_kept(shell: Shell) -> None:
    typed = shell("search", "모델", "--limit", "1", "--json")

    assert len(json.loads(typed.out)) == 1
    assert "--page" not in shell("search", "모델", "--limit", "1").out


def test_a_file_of_queries_is_answered_line_by_line(shell: Shell) -> None:
    items = shell.folder / "items.jsonl"
    items.write_text(
        json.dumps({"key": "one", "title": "트랜스포머", "note": "언어 모델의 구조"}) + "\n"
    )
    assert shell("import", str(items)).code == 0
    queries = shell.folder / "queries.txt"
    queries.write_text('모델\ntransformer\r\n\n"\x00 AND (\nzebra\n', "utf-8")

    typed = shell("search", "--batch", str(queries), "--limit", "2", "--json")
    answers = [json.loads(line) for line in typed.out.splitlines()]

    assert typed.code == 0
    assert [list(answer) for answer in answers] == [["query", "keys", "corrected"]] * 5
    assert [answer["query"] for answer in answers] == [
        "모델",
        "transformer",
        "",
        '"\x00 AND (',
        "zebra",
    ]
    assert len(answers[0]["keys"]) == 2
    assert answers[1] == {"query": "transformer", "keys": ["one"], "corrected": None}
    assert answers[4] == {"query": "zebra", "keys": [], "corrected": None}


def test_queries_come_from_standard_input_too(shell: Shell) -> None:
    given = io.TextIOWrapper(io.BytesIO("압축\n\ufffd\n".encode() + b"\xff\n"))
    shell.patch.setattr(sys, "stdin", given)

    typed = shell("search", "--batch", "-")

    assert typed.code == 0
    assert len(typed.out.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("search",), 2, "“words” is missing"),
        (("search", "모델", "--limit", "0"), 2, "--limit must be at least 1, not 0."),
        (("search", "--batch", "none.txt"), 1, "none.txt cannot be read"),
        (("search", "x", "--batch", "none.txt"), 2, "Leave “x” out."),
        (("search", "x", "--since", "soon"), 2, "“soon” is not a date"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    shell: Shell, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    typed = shell(*arguments)

    assert (typed.code, typed.out) == (code, "")
    assert sentence in typed.err
