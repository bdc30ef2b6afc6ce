"""Tables that spreadsheets and databases export."""

from __future__ import annotations

import pytest

from bot.importers.result import NotTaken, Problem
from store.model import ImportItem
from tests.bot.importers.pages import everything

ROW = ("Two, with a comma", "https://news.example/1", "2025-03-04", ("llm", "paper"))


def said(found: object) -> tuple[object, ...]:
    assert isinstance(found, ImportItem), str(found)
    draft = found.draft
    return draft.title, draft.url, draft.published and draft.published.iso, draft.tags


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (
            [
                "title,url,date,tags",
                '"Two, with a comma",https://news.example/1,2025-03-04,"llm, paper"',
            ],
            "news.csv",
        ),
        (
            [
                "기사 제목\t원문 URL\t작성 일자\t태그",
                "Two, with a comma\thttps://news.example/1\t2025. 3. 4.\tllm, paper",
            ],
            "news.tsv",
        ),
        (
            [
                "Link;Headline;Published;Tags\r",
                "https://news.example/1;Two, with a comma;4 Mar 2025;#llm #paper\r",
            ],
            "",
        ),
        (
            [
                "\ufefftitle,url,date,tags",
                "",
                '"Two, with a comma","https://news.example/1","2025-03-04","llm, paper"',
                ",,,",
            ],
            "",
        ),
    ],
)
def test_a_row_is_an_entry(lines: list[str], name: str) -> None:
    assert [said(found) for found in everything("\n".join(lines), name)] == [ROW]


def test_a_cell_of_several_lines_is_a_note_and_the_row_is_named_by_its_first_line() -> None:
    text = 'title,url,note\nOne,https://a.example/1,"first\nsecond"\n,https://a.example/2,x\n'

    first, second = everything(text)

    assert isinstance(first, ImportItem)
    assert (first.line, first.draft.note) == (2, "first\nsecond")
    assert isinstance(second, Problem)
    assert str(second) == "line 4: This has no title."


def test_what_no_column_takes_is_named() -> None:
    found = everything("title,url,views\nOne,https://a.example/1,7,beyond\n")

    assert [str(one) for one in found if isinstance(one, NotTaken)] == [
        "line 2: “views” was not taken.",
        "line 2: “#4” was not taken.",
    ]


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("a,b\n1,2\n", "x.csv", "line 1: The first line does not name columns"),
        ("", "x.csv", "line 1: The first line does not name columns"),
        (
            'title,url\nOne,"' + "x" * 140_000 + "\n",
            "x.csv",
            "line 2: Nothing after this place could be read as a table: field larger",
        ),
        ("title,url\nOne,\udcff\n", "x.csv", "line 2: This is not UTF-8 text."),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_line(
    text: str, name: str, sentence: str
) -> None:
    found = everything(text.encode("utf-8", "surrogateescape"), name)

    assert [str(one).startswith(sentence) for one in found] == [True]


def test_a_page_that_begins_with_a_comma_in_its_text_is_a_page() -> None:
    (found,) = everything("* 2025-03-04 Title, date and url, https://a.example/1\n")

    assert said(found)[1] == "https://a.example/1"
