"""Pages in the Jekyll format, of many hands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importers.result import Problem, Skipped
from store.model import EntryDraft, ImportItem, Link, PublishedDate, Status
from tests.bot.importers.pages import drafts, everything, items, only, remarks

PAGE = """---
title: 인공지능 소식
categories: [info]
---

-----------------

* 202203 작은 모델이 큰 모델을 이기다 (2022.3)
  > 모델을 줄이면서도 정확도를 지킨 방법을 소개합니다.
이어지는 줄에는 인용 표시가 없습니다.
(논문 원제 : Small Beats Large)

<a href=https://papers.example/small-v1.pdf>https://papers.example/small-v1.pdf</a>

![표 그림](/images/small.png)


-----------------

* 20220214 Robots that read (kimcoder)
  > https://robots.example/read
로봇이 글을 읽습니다.
https://blog.example/robots-1/   2022.2.20

-----------------

* 2022.1.5 말하는 그림： 새 소식
  > 그림이 말을 합니다.
http://news.example/articleView.html?idxno=7
더 읽을 것:
https://news.example/articleView.html?idxno=8


------------------

* 2021년 이전 것은 이전 글에

"""


def test_a_page_gives_its_entries() -> None:
    small, robots, talking = drafts(PAGE)
    assert small == EntryDraft(
        title="작은 모델이 큰 모델을 이기다",
        url="https://papers.example/small-v1.pdf",
        note=(
            "모델을 줄이면서도 정확도를 지킨 방법을 소개합니다.\n"
            "이어지는 줄에는 인용 표시가 없습니다.\n"
            "(논문 원제 : Small Beats Large)"
        ),
        image="/images/small.png",
        published=PublishedDate(2022, 3),
        language="ko",
    )
    assert robots == EntryDraft(
        title="Robots that read",
        url="https://robots.example/read",
        links=(Link("https://blog.example/robots-1/"),),
        note="로봇이 글을 읽습니다.\nhttps://blog.example/robots-1/   2022.2.20",
        published=PublishedDate(2022, 2, 14),
        language="ko",
        added_by="kimcoder",
    )
    assert talking == EntryDraft(
        title="말하는 그림： 새 소식",
        url="http://news.example/articleView.html?idxno=7",
        links=(Link("https://news.example/articleView.html?idxno=8"),),
        note="그림이 말을 합니다.\n더 읽을 것:",
        published=PublishedDate(2022, 1, 5),
        language="ko",
    )


def test_a_page_names_the_lines_of_its_entries() -> None:
    assert [item.line for item in items(PAGE)] == [8, 20, 27]


def test_a_bullet_that_is_no_entry_is_skipped_with_its_line() -> None:
    (skipped,) = remarks(PAGE)
    assert isinstance(skipped, Skipped)
    assert skipped.line == 36
    assert skipped.text == "2021년 이전 것은 이전 글에"
    assert "no date and no link" in str(skipped)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_mark_at_the_beginning_change_nothing(end: str, mark: str) -> None:
    assert everything(mark + PAGE.replace("\n", end)) == everything(PAGE)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("A title  ", "A title"),
        ("**A title**", "A title"),
        ("***A title***", "A title"),
        ("__A title__ and _more_", "A title and more"),
        ("~~A~~ title", "A title"),
        ("A `title`", "A title"),
        ("A `*` title", "A * title"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"\*A\* title", "*A* title"),
        ("<b>A</b> title", "A title"),
        ("The <EOS> token", "The <EOS> token"),
        ("Q&amp;A &lt;1&gt;", "Q&A <1>"),
        ("A title <!-- not yet -->", "A title"),
        ("A  double  space", "A double space"),
        ("Ａ　ｔｉｔｌｅ", "Ａ ｔｉｔｌｅ"),
        ("C# and F#", "C# and F#"),
        ("[A title](https://a.example/1)", "A title"),
        ("[A [small] title](https://a.example/1)", "A [small] title"),
        ("A [small](https://a.example/1) title", "A small title"),
        ('<a href="https://a.example/1">A title</a>', "A title"),
        ("A title https://a.example/1", "A title"),
        ("A title - https://a.example/1", "A title"),
        ("A title <https://a.example/1>", "A title"),
        ("A title ![](/a.png)", "A title"),
        ("A title (2021.4)", "A title"),
        ("A title （2021.4）", "A title"),
        ("A title ( 2021. 4 )", "A title"),
        ("A title (202104)", "A title"),
        ("A title (2021)", "A title"),
        ("A title (2020.3)", "A title (2020.3)"),
        ("A title (NeurIPS 2021)", "A title (NeurIPS 2021)"),
        ("A title (beta)", "A title (beta)"),
        ("A title (GPT)", "A title (GPT)"),
        ("A title (요약)", "A title (요약)"),
        ("A title (wonderful thing)", "A title (wonderful thing)"),
        ("A (2021.4) title", "A (2021.4) title"),
        (r"A title \(kimcoder\)", "A title (kimcoder)"),
        ("제목 （둘）", "제목 （둘）"),
    ],
)
def test_a_title_has_no_markup(head: str, title: str) -> None:
    draft = only(f"* 202104 {head}\n")
    assert draft.title == title
    assert draft.published == PublishedDate(2021, 4)


@pytest.mark.parametrize(
    ("group", "person"),
    [
        ("(kimcoder)", "kimcoder"),
        ("（kimcoder）", "kimcoder"),
        ("( kim_coder-2 )", "kim_coder-2"),
        ("(@KimCoder)", "KimCoder"),
        ("(by kimcoder)", "kimcoder"),
        ("(제보: 홍길동)", "홍길동"),
        ("(홍길동 님)", "홍길동"),
        ("(홍길동님 제보)", "홍길동"),
        ("(kimcoder) (2021.4)", "kimcoder"),
        ("(2021.4) (kimcoder)", "kimcoder"),
        ("(Google)", ""),
        ("(code)", ""),
        ("(v2)", ""),
        ("()", ""),
    ],
)
def test_parentheses_may_name_who_contributed(group: str, person: str) -> None:
    assert only(f"* 202104 A title {group}\n").added_by == person


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("* 202104 A title (2021.4.18)", PublishedDate(2021, 4, 18)),
        ("* A title (2021.4.18)", PublishedDate(2021, 4, 18)),
        ("* A title (2021.4)", PublishedDate(2021, 4)),
        ("* (2021.4) A title", PublishedDate(2021, 4)),
        ("* 2021. 4. 18. A title", PublishedDate(2021, 4, 18)),
        ("* 2021 A title", PublishedDate(2021)),
        ("*202104 A title", PublishedDate(2021, 4)),
        ("- 202104 A title", PublishedDate(2021, 4)),
        ("+ 202104 A title", PublishedDate(2021, 4)),
        ("• 202104 A title", PublishedDate(2021, 4)),
        ("  * 202104 A title", PublishedDate(2021, 4)),
        ("*\t202104 A title", PublishedDate(2021, 4)),
        ("1. 202104 A title", PublishedDate(2021, 4)),
        ("* **202104** A title", PublishedDate(2021, 4)),
        ("* [202104 A title](https://a.example/)", PublishedDate(2021, 4)),
        ("### 202104 A title", PublishedDate(2021, 4)),
        ("### 2. 2021.4.18 A title ###", PublishedDate(2021, 4, 18)),
    ],
)
def test_entries_begin_in_many_ways(line: str, date: PublishedDate) -> None:
    draft = only(f"{line}\n")
    assert (draft.title, draft.published) == ("A title", date)


def test_a_heading_gives_date_and_tags() -> None:
    page = """## 2022년 정리

### 3. DALL·E 2 (2022.4 OpenAI, text-to-image)

- 글에서 그림을
  - 해상도 네 배
- [데모](https://demo.example/)

https://openai.example/dall-e-2

### 4. [Plan](https://plan.example/) (Google, 2022.4.6)
#### 자세히
큰 모델입니다.

### 5. No date but a link
https://nodate.example/

### 끝
"""
    dalle, plan, nodate = drafts(page)
    assert dalle == EntryDraft(
        title="DALL·E 2",
        url="https://demo.example/",
        links=(Link("https://openai.example/dall-e-2"),),
        note="- 글에서 그림을\n  - 해상도 네 배\n- [데모](https://demo.example/)",
        published=PublishedDate(2022, 4),
        language="ko",
        tags=("OpenAI", "text-to-image"),
    )
    assert plan.title == "Plan"
    assert plan.url == "https://plan.example/"
    assert plan.published == PublishedDate(2022, 4, 6)
    assert plan.tags == ("Google",)
    assert plan.note == "#### 자세히\n큰 모델입니다."
    assert (nodate.title, nodate.published) == ("No date but a link", None)
    assert [(remark.line, remark.text) for remark in remarks(page)] == [
        (1, "2022년 정리"),
        (18, "끝"),
    ]


def test_a_numbered_list_may_go_on_from_a_heading() -> None:
    page = """## Models

# 1. First, a title (2021.1 OpenLab, text-to-image)
 It draws.
 - site : https://first.example/
 - paper : https://papers.example/1

2. Second (2021.10 Open Project)
 It sings.
 1. one
 - paper : none

3. Third: a (short) one (22.9, Some University(Seoul), text-to-motion(3D))
 - site : https://third.example/
  * not official
  https://other.example/
"""
    first, second, third = drafts(page)
    assert first == EntryDraft(
        title="First, a title",
        url="https://first.example/",
        links=(Link("https://papers.example/1"),),
        note="It draws.\n- site : https://first.example/\n- paper : https://papers.example/1",
        published=PublishedDate(2021, 1),
        language="en",
        tags=("OpenLab", "text-to-image"),
    )
    assert (second.title, second.published, second.tags) == (
        "Second",
        PublishedDate(2021, 10),
        ("Open Project",),
    )
    assert second.note == "It sings.\n1. one\n- paper : none"
    assert (third.title, third.published, third.tags) == (
        "Third: a (short) one",
        PublishedDate(2022, 9),
        ("Some University(Seoul)", "text-to-motion(3D)"),
    )
    assert third.note == "- site : https://third.example/\n* not official"
    assert third.links == (Link("https://other.example/"),)


def test_nested_and_other_bullets_belong_to_the_note() -> None:
    first, second = drafts(
        "* 202104 First\n"
        "  - one\n"
        "    - two\n"
        "  * three\n"
        "- four\n"
        "* 202105 Second\n"
        "    - deep\n"
        "      - deeper\n"
    )
    assert first.note == "- one\n  - two\n* three\n- four"
    assert second.note == "- deep\n  - deeper"


def test_a_dated_bullet_of_another_mark_is_an_entry() -> None:
    assert [draft.title for draft in drafts("* 202104 First\n- 2021.5.1 Second\n")] == [
        "First",
        "Second",
    ]


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("https://a.example/1", Link("https://a.example/1")),
        ("HTTPS://a.example/1", Link("HTTPS://a.example/1")),
        ("<https://a.example/1>", Link("https://a.example/1")),
        ("[Words](https://a.example/1)", Link("https://a.example/1", "Words")),
        ('[Words](https://a.example/1 "Title")', Link("https://a.example/1", "Words")),
        ("[Words](<https://a.example/1>)", Link("https://a.example/1", "Words")),
        ("[W](https://a.example/a_(b))", Link("https://a.example/a_(b)", "W")),
        ("<a href=https://a.example/1>Words</a>", Link("https://a.example/1", "Words")),
        ('<a href="https://a.example/1">Words</a>', Link("https://a.example/1", "Words")),
        (
            "<A target='_blank' HREF = 'https://a.example/1' >a <b>bold</b> word</A>",
            Link("https://a.example/1", "a bold word"),
        ),
        ("<a href=https://a.example/1>https://a.example/1</a>", Link("https://a.example/1")),
        ("https://a.example/1?a=1&amp;idxno=2", Link("https://a.example/1?a=1&idxno=2")),
        ("   https://a.example/1   ", Link("https://a.example/1")),
        ("> https://a.example/1", Link("https://a.example/1")),
        ("https://ko.example/위키/인공지능", Link("https://ko.example/위키/인공지능")),
    ],
)
def test_a_line_of_a_link_alone_leaves_the_note(line: str, link: Link) -> None:
    draft = only(f"* 202104 Title\n  > Before\nhttps://main.example/\n{line}\nafter\n")
    assert draft.url == "https://main.example/"
    assert draft.links == (link,)
    assert draft.note == "Before\nafter"


@pytest.mark.parametrize(
    ("line", "urls", "words"),
    [
        ("See https://a.example/1.", ["https://a.example/1"], "See https://a.example/1."),
        ("(https://a.example/1)", ["https://a.example/1"], "(https://a.example/1)"),
        ("See https://a.example/a_(b).", ["https://a.example/a_(b)"], None),
        ("See（https://a.example/1）", ["https://a.example/1"], None),
        ("A [b](https://a.example/1) c", ["https://a.example/1"], None),
        (
            "A <a href=https://a.example/1>b</a> c",
            ["https://a.example/1"],
            "A [b](https://a.example/1) c",
        ),
        ("- https://a.example/1", ["https://a.example/1"], None),
        ("A [b](/local) c", [], None),
        ("A [b](mailto:kim@example.com) c", [], None),
        ("A `https://a.example/1` c", [], None),
        (r"A \[b](x) c", [], None),
        ("A https://user:pass@a.example/ c", [], None),
        ("A [b] c", [], None),
        ("A <https://a.example/1> c", ["https://a.example/1"], "A https://a.example/1 c"),
        ("x<br>y<br/>z", [], "x\ny\nz"),
        ("5 < 6 &lt; 7", [], "5 < 6 < 7"),
        ("The <EOS> token, <b>bold</b>", [], "The <EOS> token, bold"),
        (r"\alpha \(x\) **kept**", [], None),
    ],
)
def test_words_with_links_stay_in_the_note(line: str, urls: list[str], words: str | None) -> None:
    draft = only(f"* 202104 Title\n  > {line}\n")
    assert [url for url in (draft.url, *(link.url for link in draft.links)) if url] == urls
    assert draft.note == (line if words is None else words)


@pytest.mark.parametrize(
    ("line", "image"),
    [
        ("![words](/images/a.jpg)", "/images/a.jpg"),
        ("![words](https://a.example/a.jpg){: width='300'}", "https://a.example/a.jpg"),
        ("<img src=/images/a.jpg>", "/images/a.jpg"),
        ('<img alt="a" src="/images/a.jpg" width=300 />', "/images/a.jpg"),
        ("<IMG SRC='../a b.jpg'>", "../a b.jpg"),
        ("> ![](a.jpg)", "a.jpg"),
        ("<img alt=none>", None),
    ],
)
def test_an_image_leaves_the_note(line: str, image: str | None) -> None:
    draft = only(f"* 202104 Title\n  > Before\n{line}\nafter\n")
    assert draft.image == image
    assert "Before" in draft.note
    assert "![" not in draft.note
    assert "<" not in draft.note


def test_an_image_within_a_link_gives_both() -> None:
    draft = only("* 202104 Title\n  [![see](/images/a.jpg)](https://a.example/)\n")
    assert (draft.image, draft.url, draft.note) == ("/images/a.jpg", "https://a.example/", "")


def test_further_images_are_links_or_stay() -> None:
    draft = only(
        "* 202104 Title\n  https://main.example/\n![](/a.png)\n"
        "![two](https://a.example/b.png)\n![three](/c.png)\n"
    )
    assert draft.image == "/a.png"
    assert draft.links == (Link("https://a.example/b.png", "two"),)
    assert draft.note == "![three](/c.png)"


def test_paths_of_images_become_whole_where_a_base_is_given() -> None:
    page = "* 202104 Title\n![](/images/a.jpg)\n"
    (item,) = items(page, base_url="https://blog.example/news/")
    assert item.draft.image == "https://blog.example/images/a.jpg"


def test_a_fenced_block_is_kept_as_it_is() -> None:
    draft = only(
        "* 202104 Title\n  > Run this:\n\n```\n---\n> x\n* y\n<b> https://a.example/\n```\nafter\n"
    )
    assert draft.note == "Run this:\n\n```\n---\n> x\n* y\n<b> https://a.example/\n```\nafter"
    assert draft.url is None


def test_a_fenced_block_without_end_does_not_swallow_the_page() -> None:
    assert len(drafts("* 202104 One\n```\ncode\n* 202105 Two\n")) == 2
    assert len(drafts("* 202104 One\n  > ```\n  > code\n\n-----\n\n* 202105 Two\n")) == 2


def test_comments_are_not_on_the_page() -> None:
    draft = only("<!--\n* 202101 Hidden\n-->\n* 202104 Title\n  a <!-- b --> c\n<!-- x\ny --> d\n")
    assert draft.note == "a  c\nd"


def test_what_the_format_cannot_say_stands_in_a_comment() -> None:
    draft = only(
        "* Title\n"
        '  <!-- ainews: {"tags": ["a", "b"], "key": "k1", "status": "pending", '
        '"published": "2021-04", "note": "x \\u002d-\\u003e y"} -->\n'
    )
    assert draft == EntryDraft(
        title="Title",
        note="x --> y",
        published=PublishedDate(2021, 4),
        language="en",
        tags=("a", "b"),
        key="k1",
        status=Status.PENDING,
    )


@pytest.mark.parametrize(
    ("front", "language"),
    [
        ("lang: ko", "ko"),
        ("language: 'en-US'", "en-US"),
        ("locale: ko_KR", "ko-KR"),
        ("title: x", "en"),
    ],
)
def test_the_front_matter_may_say_the_language(front: str, language: str) -> None:
    assert only(f"---\n{front}\n---\n* 202104 Title\n").language == language


@pytest.mark.parametrize(
    "page",
    [
        "---\n* 202104 Title\n",
        "---\n\n* 202104 Title\n---\n",
        "---\n# comment\n---\n* 202104 Title\n",
        "---\n---\n* 202104 Title\n",
        "---\ntitle: x\n...\n* 202104 Title\n",
        "\n---\n* 202104 Title\n",
        "***\n* 202104 Title\n* * *\n_____\n━━━━━\n",
    ],
)
def test_rules_and_front_matter_are_told_apart(page: str) -> None:
    assert only(page).title == "Title"


def test_front_matter_without_an_end_is_a_problem_and_hides_nothing() -> None:
    problem, item, *_ = everything("---\ntitle: x\n\n* 202104 Title\n")
    assert isinstance(problem, Problem)
    assert (problem.line, problem.reason) == (1, "The front matter that begins here has no end.")
    assert isinstance(item, ImportItem)


@pytest.mark.parametrize(
    "page",
    [
        "* 이전 글은 [여기](https://old.example/)에\n",
        "* [이전 글](/2020.html)\n",
        "* 2021년 이전 것은 이전 글에\n",
        "* Read me first\n  > Not news.\n",
    ],
)
def test_bullets_without_date_or_link_of_their_own_are_skipped(page: str) -> None:
    assert drafts(page) == []
    assert [remark.line for remark in remarks(page)] == [1]


@pytest.mark.parametrize(
    "page", ["* [Title](https://a.example/)\n", "* Title\n  https://a.example/\n"]
)
def test_a_bullet_with_a_link_of_its_own_needs_no_date(page: str) -> None:
    draft = only(page)
    assert (draft.title, draft.url, draft.published) == ("Title", "https://a.example/", None)


def test_text_outside_of_entries_is_skipped_a_paragraph_at_a_time() -> None:
    page = "Welcome.\nMore.\n\n# News\n\n* 202104 Title\n\n-----\nGoodbye https://a.example/\n"
    assert [(remark.line, remark.text) for remark in remarks(page)] == [
        (1, "Welcome."),
        (4, "News"),
        (9, "Goodbye https://a.example/"),
    ]


@pytest.mark.parametrize(
    ("page", "line", "reason"),
    [
        ("\n* 2021.2.30 Title\n", 2, "“2021.2.30” is not in the calendar."),
        ("* 202113 Title\n", 1, "“202113” is not in the calendar."),
        ("* 202104\n  > note\n", 1, "This has no title."),
        ("* 202104 " + "가" * 501 + "\n", 1, "“title” is too long; at most 500 characters fit."),
        ("* 202104 T\n" + "가" * 20001, 1, "“note” is too long; at most 20000 characters fit."),
        ("* 202104 T\n" + f"{'a' * 99}\n" * 2_001, 1, None),
        ("* 202104 T\n<!-- ainews: {x} -->\n", 1, None),
        (
            "* 202104 T\n<!-- ainews: [] -->\n",
            1,
            "The comment “ainews” is not JSON: not an object.",
        ),
        ("* 202104 T\n<!-- ainews: " + "[" * 100_000 + " -->\n", 1, None),
        ('* 202104 T\n<!-- ainews: {"url": 5} -->\n', 1, "“url” is not text."),
        ("* 202104 T\n<!-- no end", 2, "The comment that begins here has no end."),
    ],
)
def test_what_is_broken_is_a_problem_with_its_line(
    page: str, line: int, reason: str | None
) -> None:
    problem = next(remark for remark in remarks(page) if isinstance(remark, Problem))
    assert problem.line == line
    assert reason is None or problem.sentence == reason


def test_bytes_that_are_not_utf8_spoil_only_their_entry() -> None:
    page = "* 202103 하나\n".encode() + "* 202104 둘\n  > 내용\n".encode("cp949")
    page += "* 202105 셋\n".encode()
    assert [draft.title for draft in drafts(page)] == ["하나", "셋"]
    (problem,) = remarks(page)
    assert (problem.line, problem.reason) == (2, "This is not UTF-8 text. Save the file as UTF-8.")


def test_control_characters_are_left_out() -> None:
    draft = only("* 202104 Ti\x00t\x1b[1mle\x07\n  > no\x00te\u202e\n")
    assert (draft.title, draft.note) == ("Tit[1mle", "note")


def test_an_empty_file_holds_nothing() -> None:
    assert everything("") == []
    assert everything("\ufeff") == []
    assert everything("\n \n\t\n") == []
    assert everything("---\ntitle: x\n---\n") == []


WILD = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "* 202104 Title (kimcoder)\n",
                "* 2021.2.30 T\n",
                "### 3. T (2022.4 A, b)\n",
                "---\n",
                "title: x\n",
                "  > ",
                "```\n",
                "<!-- ",
                "-->",
                "<a href=https://a.example/",
                "</a>",
                "[x](https://a.example/",
                "![x](",
                "<img src=",
                ")",
                "]",
                "`",
                "\n",
                "\r",
                "- ",
                "  ",
                "<!-- ainews: {",
                "} -->\n",
                '"title": "x"',
                "&#x110000;",
                "&#0;",
                "\\",
                "（2021.4）",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=20,
).map("".join)


@settings(deadline=None)
@given(WILD)
def test_no_page_breaks_the_importer(page: str) -> None:
    data = page.encode("utf-8", "surrogatepass")
    lines = [found.line for found in everything(data)]
    assert all(line >= 1 for line in lines)


@settings(deadline=None)
@given(st.binary())
def test_no_bytes_break_the_importer(data: bytes) -> None:
    everything(data)
    everything(data, "items.jsonl")


@pytest.mark.parametrize(
    "piece",
    [
        "[", "![", "](", "[a](", "<a ", "<a href=x>", "<!--", "`", "``a`", "*", "**a", "_", "(",
        ")", "https://", "https://a(", "&#", "~~", "> ", "\\", "<b ", "[a]", "[[a]", "- ",
        "<img src=a ", "(2021.4)", "(a)", "![](a)", "\t", "\u3000", "<https://a",
    ],
)  # fmt: skip
def test_no_line_takes_long(piece: str) -> None:
    # A reader that takes the square of a line's length would need hours for these.
    everything("* 202104 T\n" + piece * (150_000 // len(piece)))
    everything("* 202104 " + piece * (990_000 // len(piece)))
    everything("* 202104 " + piece * (4_900 // len(piece)))
