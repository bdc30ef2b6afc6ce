"""Posts of a blog, one a file, as makers of pages keep them: front matter, and words or stories."""

from __future__ import annotations

import pytest

from store.store import DigestStore
from tests.bot.importers.taking import SITE, said, taken

POSTS = [
    (
        "post.md",
        "+++\ntitle = 'Hugo'\ndate = 2025-03-01\ntags = ['llm']\n[params]\nlink='{0}h'\n+++\nW.",
        ("2025-03-01", "Hugo", "h"),
        "W.",
    ),
    (
        "post.md",
        "---\ntitle: No words\ndate: 2025-03-02\ncanonical_url: https://news.example/n\n---\n",
        ("2025-03-02", "No words", "n"),
        "",
    ),
    (
        "2025-03-03-from-the-name.md",
        "---\ntags: llm\nredirect_to: https://news.example/r\n---\nWords.\n",
        ("2025-03-03", "from the name", "r"),
        "Words.",
    ),
    (
        "2025-03-04-x.md",
        "---\nlayout: post\nlink: https://news.example/g\n---\n# 본문 제목\n\nWords.\n",
        ("2025-03-04", "본문 제목", "g"),
        "Words.",
    ),
]


@pytest.mark.parametrize(("name", "text", "entry", "note"), POSTS)
async def test_a_post_of_any_maker_of_pages_is_a_story(
    store: DigestStore, name: str, text: str, entry: tuple[str, str, str], note: str
) -> None:
    entries, report = await taken(store, text.replace("{0}", SITE), name)

    assert [(said(each), each.note) for each in entries] == [(entry, note)]
    assert not report.failed


@pytest.mark.parametrize("text", ["+++\ntitle = \n+++\n* 2025-03-01 A\n", "+++\n* 2025-03-01 A\n"])
async def test_front_matter_that_is_no_toml_hides_no_story(store: DigestStore, text: str) -> None:
    entries, _ = await taken(store, text)

    assert [entry.title for entry in entries] == ["A"]


async def test_a_post_has_its_date_in_its_name_and_its_text_as_note(store: DigestStore) -> None:
    post = (
        "---\nlayout: post\ntitle: 'Words: a post'\ntags: llm paper\ncategories: [info]\n---\n"
        "첫 줄 <!--more--> 이어짐\n\nhttps://news.example/post\n\n- 하나\n"
    )

    (entry,), report = await taken(store, post, "_posts/2025-03-04-words.md")

    assert said(entry) == ("2025-03-04", "Words: a post", "post")
    assert entry.tags == ("llm", "paper")
    assert entry.note == "첫 줄  이어짐\n\n- 하나"
    assert report.skips == ()


async def test_a_post_with_stories_gives_them_its_date(store: DigestStore) -> None:
    post = (
        "---\nlayout: post\ntitle: 이번 주\ndate: 2025-03-04 09:00:00 +0900\n---\n"
        "인사말\n\n* [하나](https://news.example/1)\n* 2025-03-01 [둘](https://news.example/2)\n"
    )

    entries, report = await taken(store, post)

    assert [said(entry) for entry in entries] == [
        ("2025-03-04", "하나", "1"),
        ("2025-03-01", "둘", "2"),
    ]
    assert [skip.text for skip in report.skips] == ["인사말"]


async def test_a_front_matter_that_is_no_yaml_is_said_and_hides_nothing(store: DigestStore) -> None:
    page = "---\ntitle: a: b\n---\n* 2025-03-04 하나 https://news.example/1\n"

    entries, report = await taken(store, page)

    assert [said(entry) for entry in entries] == [("2025-03-04", "하나", "1")]
    assert [loss.line for loss in report.losses] == [1]
