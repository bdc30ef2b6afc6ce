"""What is certain of an article by its address, and by the addresses in its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.stories.identity import MOST_CITED, cited, contradict, is_paper, mark

SAME = [
    ("https://arxiv.org/abs/2401.00001", "http://arxiv.org/pdf/2401.00001v3.pdf"),
    ("https://arxiv.org/abs/2401.00001", "https://huggingface.co/papers/2401.00001"),
    ("https://arxiv.org/abs/2401.00001", "https://www.alphaxiv.org/abs/2401.00001"),
    ("https://arxiv.org/abs/2401.00001", "https://doi.org/10.48550/arXiv.2401.00001"),
    ("https://doi.org/10.1145/ABC.1", "https://dl.acm.org/doi/10.1145/abc.1"),
    ("https://doi.org/10.1145/abc.1", "https://dl.acm.org/doi/full/10.1145/abc.1?download=1"),
    (
        "https://github.com/Owner/Repo/releases/tag/v1.2",
        "https://github.com/owner/repo/releases/tag/v1.2#top",
    ),
    ("https://example.com/news?id=7&utm_source=x", "http://www.example.com/news?id=7"),
]

DIFFERENT = [
    ("https://arxiv.org/abs/2401.00001", "https://arxiv.org/abs/2401.00002"),
    ("https://github.com/o/r/releases/tag/v1.2", "https://github.com/o/r/releases/tag/v1.3"),
    ("https://example.com/news?id=7", "https://example.com/news?id=8"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_one_story_has_one_mark(one: str, two: str) -> None:
    assert mark(one) == mark(two) is not None
    assert not contradict(mark(one), mark(two))


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_two_stories_have_two(one: str, two: str) -> None:
    assert mark(one) != mark(two)


@pytest.mark.parametrize("link", [None, "", "no address", "https://example.com", "https://a.kr/"])
def test_what_is_no_address_and_front_pages_say_nothing(link: str | None) -> None:
    assert mark(link) is None


def test_two_papers_contradict_each_other_but_a_paper_and_a_page_do_not() -> None:
    paper = mark("https://arxiv.org/abs/2401.00001")
    page = mark("https://example.com/a")
    assert is_paper(paper)
    assert not is_paper(page)
    assert contradict(paper, mark("https://arxiv.org/abs/2401.00002"))
    assert not contradict(paper, page)
    assert not contradict(page, mark("https://example.com/b"))
    assert not contradict(None, None)


def test_a_text_cites_what_it_links() -> None:
    text = "논문(https://arxiv.org/abs/2401.00001)과 코드: https://github.com/o/r."
    assert cited(text) == {"https://arxiv.org/abs/2401.00001", "https://github.com/o/r"}


def test_a_roundup_cites_nothing() -> None:
    links = [f"https://example.com/{number}" for number in range(MOST_CITED + 1)]
    assert cited(" ".join(links)) == frozenset()
    assert len(cited(" ".join(links[1:]))) == MOST_CITED


@given(st.text(), st.text())
def test_any_text_will_do(one: str, two: str) -> None:
    assert contradict(mark(one), mark(two)) is contradict(mark(two), mark(one))
    assert len(cited(one)) <= MOST_CITED
