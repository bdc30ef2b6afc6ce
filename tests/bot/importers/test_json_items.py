"""Items in the public JSON shape."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importers.result import Problem
from store.model import EntryDraft, ImportItem, Link, PublishedDate, Status
from tests.bot.importers.pages import drafts, everything, items, only, remarks

WHOLE = {
    "id": 7,
    "title": " A  title ",
    "url": "https://a.example/1",
    "links": [{"url": "https://a.example/2", "title": "two"}, "https://a.example/3"],
    "note": "one\r\n  - two\n",
    "published": "2021-04",
    "precision": "month",
    "language": "en",
    "tags": ["paper", "MIT, ETH", "UIUC, … "],
    "added_by": "kim",
    "image": "/a.png",
    "status": "pending",
    "key": "k1",
}
DRAFT = EntryDraft(
    title="A title",
    url="https://a.example/1",
    links=(Link("https://a.example/2", "two"), Link("https://a.example/3")),
    note="one\n  - two",
    image="/a.png",
    published=PublishedDate(2021, 4),
    language="en",
    tags=("paper", "MIT", "ETH", "UIUC"),
    added_by="kim",
    key="k1",
    status=Status.PENDING,
)


def test_a_line_may_have_every_field() -> None:
    assert only(json.dumps(WHOLE)) == DRAFT


def test_a_line_needs_only_a_title() -> None:
    assert only('{"title": "제목"}') == EntryDraft("제목", language="ko")
    assert only('{"title": "Title"}') == EntryDraft("Title", language="en")


def test_null_is_as_good_as_nothing() -> None:
    nothing = dict.fromkeys(WHOLE, None) | {"title": "Title"}
    assert only(json.dumps(nothing)) == EntryDraft("Title")


@pytest.mark.parametrize(
    ("published", "precision", "date"),
    [
        ("2021-04-18", None, PublishedDate(2021, 4, 18)),
        ("2021-04-18", "month", PublishedDate(2021, 4)),
        ("2021-04-18", "year", PublishedDate(2021)),
        ("2021-04-18T09:30:00+09:00", None, PublishedDate(2021, 4, 18)),
        ("2021-04-18 09:30", None, PublishedDate(2021, 4, 18)),
        ("2021.4.18", None, PublishedDate(2021, 4, 18)),
        ("202104", None, PublishedDate(2021, 4)),
        (2021, None, PublishedDate(2021)),
        (202104, "month", PublishedDate(2021, 4)),
        ("", None, None),
        (None, "day", None),
    ],
)
def test_a_date_keeps_its_precision(
    published: object, precision: str | None, date: PublishedDate | None
) -> None:
    item = {"title": "T", "published": published, "precision": precision}
    assert only(json.dumps(item)).published == date


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("title", None, "This has no title."),
        ("title", " \x00 ", "This has no title."),
        ("title", 5, "“title” is not text."),
        ("title", "x" * 501, "“title” is too long; at most 500 characters fit."),
        ("url", "example.com", "The address does not begin with http:// or https://."),
        ("url", "https://a b", "The address has a space in it."),
        ("url", ["https://a.example"], "“url” is not text."),
        ("links", "https://a.example", None),
        ("links", [5], None),
        ("links", [{"title": "x"}], None),
        ("links", ["ftp://a.example"], None),
        ("note", {}, "“note” is not text."),
        ("note", "x" * 20_001, "“note” is too long; at most 20000 characters fit."),
        (
            "published",
            "soon",
            "“soon” is not a date. Type a day, a month or a year: 2021-04-18, 2021-04 or 2021.",
        ),
        ("published", "2021-02-30", None),
        ("published", True, None),
        ("published", [2021], None),
        ("precision", "hour", "“precision” is not day, month or year."),
        ("precision", "day", "“published” is less exact than “precision” says."),
        ("language", "한국어", "“language” is not a language such as ko or en."),
        ("tags", 5, "“tags” is not a list of texts."),
        ("tags", [5], "“tags” is not a list of texts."),
        ("added_by", 5, "“added_by” is not text."),
        ("image", "ftp://a.example/a.png", None),
        ("status", "secret", "“status” is not pending, published, retracted or skipped."),
        ("key", ["k"], "“key” is not text."),
    ],
)
def test_a_wrong_field_is_a_problem_and_the_rest_goes_on(
    field: str, value: object, reason: str | None
) -> None:
    bad = {"title": "T", "published": "2021-04", field: value}
    lines = [json.dumps({"title": "first"}), "", json.dumps(bad), json.dumps({"title": "last"})]
    first, problem, last = everything("\n".join(lines))
    assert isinstance(first, ImportItem)
    assert isinstance(last, ImportItem)
    assert isinstance(problem, Problem)
    assert problem.line == 3
    assert reason is None or problem.sentence == reason


@pytest.mark.parametrize(
    "line",
    [
        '{"title": "T"',
        '{"title": T}',
        "{",
        "[1, 2]",
        "5",
        '"text"',
        "null",
        '{"title": "T"} {"title": "U"}',
        '{"a":' * 100_000,
        '{"a": ' + "9" * 5000 + "}",
        "* 202104 Title",
    ],
)
def test_a_broken_line_is_a_problem_and_the_rest_goes_on(line: str) -> None:
    first, problem, last = everything(f'{{"title": "A"}}\n{line}\n{{"title": "B"}}', "x.jsonl")
    assert [found.draft.title for found in (first, last) if isinstance(found, ImportItem)] == [
        "A",
        "B",
    ]
    assert isinstance(problem, Problem)
    assert problem.line == 2


def test_a_number_is_a_key_too() -> None:
    assert only('{"title": "T", "key": 12}').key == "12"


def test_halves_of_surrogate_pairs_are_left_out() -> None:
    assert only('{"title": "a\\ud800b", "note": "\\udc00\\u0000"}') == EntryDraft(
        "ab", language="en"
    )


def test_a_line_that_is_too_long_is_a_problem_and_the_rest_goes_on() -> None:
    long = json.dumps({"title": "T", "note": "x" * 1_200_000})
    problem, item = everything(f'{long}\n{{"title": "B"}}\n', "x.jsonl")
    assert (problem.line, item.line) == (1, 2)
    assert str(problem) == "line 1: This is longer than a million characters."


def test_bytes_that_are_not_utf8_spoil_only_their_line() -> None:
    data = b'{"title": "A"}\n{"title": "\xff"}\n{"title": "B"}\n'
    assert [draft.title for draft in drafts(data)] == ["A", "B"]
    assert [remark.line for remark in remarks(data)] == [2]


def test_utf_16_is_named() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        data = ('\ufeff{"title": "A"}\n' * 5).encode(encoding)
        (problem,) = everything(data, "x.jsonl")
        assert str(problem) == "line 1: The file is UTF-16 text. Save it as UTF-8."


LIST = [WHOLE, {"title": "제목"}, {"title": "Last", "links": [{"url": "https://a.example/"}]}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(LIST),
        json.dumps(LIST, indent=2, ensure_ascii=False),
        json.dumps(LIST, separators=(",", ":")),
        "[\n" + ",\n".join(json.dumps(item) for item in LIST) + "\n]\n",
        "\ufeff \r\n[" + ",".join(json.dumps(item) for item in LIST) + ",]",
    ],
)
def test_a_list_is_read_however_it_is_laid_out(text: str) -> None:
    assert [draft.title for draft in drafts(text)] == ["A title", "제목", "Last"]
    assert drafts(text)[0] == DRAFT
    assert remarks(text) == []


def test_a_list_names_the_lines_of_its_items() -> None:
    text = json.dumps(
        [{"title": "A"}, {"title": "B", "tags": ["x", "y"]}, {"title": "C"}], indent=1
    )
    assert [item.line for item in items(text)] == [2, 5, 12]


def test_an_empty_list_holds_nothing() -> None:
    assert everything("[]") == []
    assert everything(" [ \n ] \n") == []


def test_a_list_longer_than_what_is_read_at_once_is_read_whole() -> None:
    titles = [f"{number} " + "가" * (number % 400) for number in range(1500)]
    text = json.dumps([{"title": title} for title in titles], ensure_ascii=False)
    assert [draft.title for draft in drafts(text)] == [title.strip() for title in titles]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_broken_element_ends_a_list_only_where_lines_do_not_tell(indent: int | None) -> None:
    text = json.dumps([{"title": "A"}, {"title": "B"}, {"title": "C"}], indent=indent)
    text = text.replace('"B"', "B")
    assert [draft.title for draft in drafts(text)] == (["A"] if indent is None else ["A", "C"])
    problems = remarks(text)
    assert [problem.line for problem in problems] == ([1, 1] if indent is None else [6])
    assert "Nothing after this place could be read." not in {
        problem.sentence for problem in problems[:1]
    }


def test_a_wrong_element_of_a_list_is_a_problem_and_the_rest_goes_on() -> None:
    text = '[{"title": "A"}, {"title": ""}, {"title": "C"}]'
    assert [draft.title for draft in drafts(text)] == ["A", "C"]
    text = '[{"title": "A"}, 5, "x", null, {"title": "C"}]'
    assert [draft.title for draft in drafts(text)] == ["A", "C"]
    assert len(remarks(text)) == 3


@pytest.mark.parametrize("text", ['[{"title": "A"}', '[{"title": "A"},', '[{"title": "A"}, {"ti'])
def test_a_list_that_breaks_off_is_a_problem(text: str) -> None:
    first, *rest = everything(text)
    assert isinstance(first, ImportItem)
    assert rest
    assert all(isinstance(found, Problem) for found in rest)


def test_what_follows_a_list_is_a_problem() -> None:
    _, problem = everything('[{"title": "A"}]\n{"title": "B"}')
    assert (problem.line, str(problem)) == (2, "line 2: Nothing after this place could be read.")


def test_bytes_that_are_not_utf8_spoil_only_their_element() -> None:
    data = b'[{"title": "A"},\n{"title": "\xff"},\n{"title": "B"}]'
    assert [draft.title for draft in drafts(data)] == ["A", "B"]
    assert [remark.line for remark in remarks(data)] == [2]


def test_an_element_that_is_too_long_is_a_problem_and_the_rest_goes_on() -> None:
    text = (
        '[\n{"title": "A"},\n{"title": "B", "note": "' + "x" * 1_300_000 + '"},\n{"title": "C"}\n]'
    )
    assert [draft.title for draft in drafts(text)] == ["A", "C"]
    assert [remark.line for remark in remarks(text)] == [3]


def test_a_markdown_link_at_the_beginning_is_no_list() -> None:
    assert drafts("[AI](https://a.example/)\n\n* 202104 Title\n")[0].title == "Title"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "url", "links", "published", "tags", "key", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(JSON | st.text(max_size=20), max_size=4), st.sampled_from(["\n", ",", ""]))
def test_no_json_breaks_the_importer(values: list[object], between: str) -> None:
    whole = json.dumps(values)
    everything(whole)
    everything(whole[: len(whole) // 2])
    everything("[" + between.join(json.dumps(value) for value in values))
    everything(between.join(map(str, values)).encode("utf-8", "surrogatepass"), "items.json")


@pytest.mark.parametrize(
    ("field", "own"),
    [
        ("link", "url"), ("href", "url"), ("Permalink", "url"), ("date", "published"),
        ("pubDate", "published"), ("date_published", "published"), ("publishedAt", "published"),
        ("summary", "note"), ("content_text", "note"), ("author", "added_by"),
        ("categories", "tags"), ("keywords", "tags"), ("headline", "title"), ("제목", "title"),
    ],
)  # fmt: skip
def test_the_usual_names_of_fields_are_read(field: str, own: str) -> None:
    values = {
        "url": "https://a.example/x", "published": "2025-03-04", "note": "words",
        "added_by": "minji", "tags": ["llm"], "title": "T",
    }  # fmt: skip
    item = {"title": "T", field: values[own]}
    if own == "title":
        item = {field: "T", "url": "https://a.example/x"}

    draft = only(json.dumps(item))

    expected = {"published": PublishedDate(2025, 3, 4), "tags": ("llm",)}
    assert getattr(draft, own) == expected.get(own, values[own])


def test_a_field_that_is_not_taken_is_named_with_the_nearest() -> None:
    line = json.dumps({"title": "T", "publised": "2025", "colour": "red"})

    found = [str(each) for each in remarks(line)]

    assert found == [
        "line 1: “publised” was not taken. Did you mean “published”?",
        "line 1: “colour” was not taken.",
    ]
    assert [draft.title for draft in drafts(line)] == ["T"]


@pytest.mark.parametrize("name", ["items", "entries", "articles", "data", "whatever"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_with_a_list_in_it_is_read(name: str, indent: int | None) -> None:
    stories = [{"title": "하나", "url": "https://a.example/1"}, {"title": "둘"}]
    text = json.dumps({"version": "1", name: stories}, indent=indent, ensure_ascii=False)
    if name == "whatever" and indent is None:
        return

    assert [draft.title for draft in drafts(text)] == ["하나", "둘"]


def test_items_of_a_document_have_their_lines() -> None:
    text = json.dumps({"items": [{"title": "a"}, {"title": "b", "url": "ftp://x"}]}, indent=1)

    assert [each.line for each in remarks(text)] == [6]


def test_a_document_without_a_list_is_one_entry_or_one_sentence() -> None:
    assert only(json.dumps({"title": "T", "url": "https://a.example/"}, indent=2)).title == "T"

    (said,) = remarks(json.dumps({"version": 1, "items": {}}, indent=2))

    assert "has neither a list of entries" in str(said)
