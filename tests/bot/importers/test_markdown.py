"""What a page's own renderer makes of whole lines: Liquid, attribute lists, references, tables."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importers.result import Skipped
from store.model import PublishedDate
from tests.bot.importers.pages import drafts, everything, only, remarks

DAY = PublishedDate(2025, 3, 4)


@pytest.mark.parametrize(
    "markup",
    [
        '* 2025-03-04 [새 모델](https://a.example/x){:target="_blank"}',
        "* 2025-03-04 [새 모델](https://a.example/x){: .external #new}",
        "* 2025-03-04 [새 모델](https://a.example/x){:target='_blank' rel=\"noopener\"}",
        "* 2025-03-04 [새 모델](https://a.example/x){.external target=_blank}",
        '* [새 모델](https://a.example/x){:target="_blank"} (2025-03-04)\n{: .news}',
        "{:toc}\n* 2025-03-04 [새 모델](https://a.example/x)",
        "{% include head.html %}\n* 2025-03-04 [새 모델](https://a.example/x) {% comment %}",
        "* 2025-03-04 [새 모델]({% post_url 2025-03-04-new %})\n  https://a.example/x",
        "* 2025-03-04 [새 모델][1]\n\n[1]: https://a.example/x 'the model'",
        "* 2025-03-04 [새 모델][]\n\n[새  모델]: <https://a.example/x>",
        "* 2025-03-04 [새 모델]\n\n[새 모델]: https://a.example/x (title)",
        "2025-03-04 새 모델\n----------\nhttps://a.example/x",
        "2025-03-04 새 모델\n==========\nhttps://a.example/x",
        "| 날짜 | 소식 | 링크 |\n|:--|--|--:|\n| 2025-03-04 | 새 모델 | <https://a.example/x> |",
        "| 소식 | 날짜 |\n|--|--|\n| [새 모델](https://a.example/x) | 2025.3.4 |",
        "<ol><li>2025-03-04 <a href='https://a.example/x'>새 모델</a></li></ol>",
        '<ul>\n  <li>2025-03-04\n  <a href="https://a.example/x">새 모델</a>\n  </li>\n</ul>',
        "<table><tr><th>a<tr><td>2025-03-04<td><a href=https://a.example/x>새 모델</a></tr>",
        "<table>\n<tr>\n<td>2025-03-04</td>\n<td>새 모델</td>\n<td>https://a.example/x</td>\n</tr>",
        "<h3>2025-03-04 새 모델</h3>\nhttps://a.example/x",
    ],
)
def test_markup_of_the_renderer_is_not_in_the_entry(markup: str) -> None:
    (draft,) = drafts(markup)

    assert (draft.title, draft.url, draft.published) == ("새 모델", "https://a.example/x", DAY)
    assert not draft.note.strip("원문 []()")
    assert "{" not in draft.title + draft.note


def test_what_liquid_shows_as_it_is_stays() -> None:
    draft = only(
        "* 2025-03-04 T\n  {% raw %}{{ 이름 }}{% endraw %} 과 `{% tag %}`\n  https://a.example/"
    )

    assert draft.note == "{{ 이름 }} 과 `{% tag %}`"


def test_paths_of_liquid_are_paths() -> None:
    draft = only("* 2025-03-04 T\n  ![그림]({{ site.baseurl }}/a.png)")
    other = only("* 2025-03-04 T\n  <img src=\"{{ '/b.png' | relative_url }}\">")

    assert (draft.image, other.image) == ("/a.png", "/b.png")


def test_code_is_left_as_it_is() -> None:
    draft = only("* 2025-03-04 T\n  ```\n  {: .x} | a |\n  ```\n  https://a.example/")

    assert "{: .x} | a |" in draft.note


def test_brackets_that_name_no_address_are_words() -> None:
    assert only("* 2025-03-04 [보도] 새 모델\n  https://a.example/").title == "[보도] 새 모델"


@pytest.mark.parametrize(
    "above",
    [
        "## 2025년 3월 4일",
        "### 2025-03-04 (화)",
        "**2025.03.04**",
        "\n2025년 3월 4일\n",
        "# Mar 4, 2025",
    ],
)
def test_a_date_above_a_list_is_that_of_its_stories(above: str) -> None:
    found = drafts(f"{above}\n* [하나](https://a.example/1)\n* [둘](https://a.example/2)\n  > 설명")

    assert [draft.published for draft in found] == [DAY, DAY]
    assert found[1].note == "설명"


def test_a_date_ends_with_the_next_heading_of_its_level() -> None:
    text = "## 2025-03-04\n* [하나](https://a.example/1)\n## 그 밖에\n* [둘](https://a.example/2)"

    found = drafts(text)

    assert [draft.published for draft in found] == [DAY, None]


def test_rows_and_items_without_a_story_are_named_one_by_one() -> None:
    text = "| a | b |\n|--|--|\n| 하나 | 둘 |\n| 셋 | 넷 |\n\n<ul><li>다섯</li>\n<li>여섯</li></ul>"

    found = remarks(text)

    assert [(each.line, each.text) for each in found] == [
        (3, "하나 둘"),
        (4, "셋 넷"),
        (6, "다섯"),
        (7, "여섯"),
    ]


@pytest.mark.parametrize("mark", list("○●◦▪■□▶►◆★※ㆍ·•–—→✓"))
def test_whatever_sign_begins_a_line_it_is_a_story_of_its_own(mark: str) -> None:
    text = (
        f"* 2025-03-04 하나\nhttps://a.example/1\n{mark} 2025-03-05 둘\nhttps://a.example/2\n"
        f"{mark}2025-03-06 셋\nhttps://a.example/3"
    )

    found = drafts(text)

    assert [draft.title for draft in found] == ["하나", "둘", "셋"]
    assert not any(draft.note for draft in found)


@pytest.mark.parametrize(
    "before", ["🔥 ", "🚀🚀 ", "[x] ", "[ ] ", "✅ ", "⭐️ ", ":fire: ", "📢 [x] ", "NEW! "]
)
@pytest.mark.parametrize("date", ["2025-03-04", "[2025/03/04]", "**2025.3.4**", "`2025-03-04`"])
def test_marks_may_stand_before_the_date(before: str, date: str) -> None:
    draft = only(f"- {before}{date} 새 모델\n  https://a.example/x")

    assert (draft.title, draft.published) == ("새 모델", DAY)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("링크(https://a.example/22)입니다", "https://a.example/22"),
        ("「https://a.example/22」을 참고", "https://a.example/22"),
        ("https://a.example/22를 보세요", "https://a.example/22"),
        ("https://a.example/a/에서 봅니다", "https://a.example/a/"),
        ("(https://a.example/위키/인공지능)를", "https://a.example/위키/인공지능"),
        ("https://a.example/위키/인공지능", "https://a.example/위키/인공지능"),
        ("https://a.example/a_(b) 와", "https://a.example/a_(b)"),
    ],
)
def test_an_address_ends_where_korean_goes_on(text: str, url: str) -> None:
    assert only(f"* 2025-03-04 제목\n  {text}").url == url


def test_a_title_is_whole_where_an_address_stood_in_it() -> None:
    assert only("* 2025-03-04 링크(https://a.example/22)입니다").title == "링크 입니다"


def test_every_named_character_is_known() -> None:
    draft = only(
        "* 2025-03-04 A&middot;B &ldquo;C&rdquo; &hearts; &#8217; &#x2014; &nosuch; &lt;b&gt;"
    )

    assert draft.title == "A·B “C” ♥ ’ — &nosuch; <b>"


def test_a_post_of_its_own_is_one_entry() -> None:
    text = (
        '---\nlayout: post\ntitle: "한 편: 글"\ndate: 2025-03-04 09:00:00 +0900\n'
        "tags:\n  - llm\n  - '논문'\nexternal_url: https://a.example/x\nauthor: minji\n---\n"
        "첫 줄.\n\n- 둘째 줄 [링크](https://b.example/)\n"
    )

    draft = only(text)

    assert (draft.title, draft.url, draft.published) == ("한 편: 글", "https://a.example/x", DAY)
    assert (draft.tags, draft.added_by) == (("llm", "논문"), "minji")
    assert draft.note == "첫 줄.\n\n- 둘째 줄 [링크](https://b.example/)"
    assert [link.url for link in draft.links] == ["https://b.example/"]


def test_a_post_that_is_a_list_of_stories_is_read_as_one() -> None:
    text = "---\nlayout: post\ntitle: 이번 주\n---\n* 2025-03-04 하나\n* 2025-03-05 둘\n"

    assert [draft.title for draft in drafts(text)] == ["하나", "둘"]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([*"|<>{}[]%:=-*\n ", "li", "tr", "td", "</", "ul", "2025-03-04", "가"])
    )
)
def test_no_page_breaks_the_reading(pieces: list[str]) -> None:
    assert all(each.line > 0 for each in everything("".join(pieces)) if isinstance(each, Skipped))


@pytest.mark.parametrize("text", ["<tr li\n ", "<li\n<li>x", "<" * 3000 + "li>" * 3000 + "\n"])
def test_html_that_is_never_whole_ends(text: str) -> None:
    assert all(each.line > 0 for each in everything(text))
