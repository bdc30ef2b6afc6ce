"""Short ways to articles and headlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from bot.sources.stories.background import Background
from bot.sources.stories.headline import Article, Headline, HeadlineReader
from bot.sources.stories.likeness import Verdict, likeness, verdict
from store.search.text.analyzer import Analyzer

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
READER = HeadlineReader(Analyzer())
BACKGROUND = Background.shipped(READER.terms)


def article(
    title: str,
    hours: float = 0,
    *,
    link: str | None = None,
    source: str | None = None,
    language: str = "",
    text: str = "",
) -> Article:
    """Return an article of so many hours after a certain noon."""
    return Article(title, NOON + timedelta(hours=hours), link, source, language, text)


def read(title: str) -> Headline:
    """Return what a title says."""
    return READER.read(article(title))


def judged(a: Article | str, b: Article | str) -> Verdict:
    """Return the verdict on two articles, after making sure that their order does not matter."""
    one, two = (READER.read(article(x) if isinstance(x, str) else x) for x in (a, b))
    there, back = likeness(one, two, BACKGROUND), likeness(two, one, BACKGROUND)
    assert there == back
    return verdict(there)


_WORDS = (
    "OpenAI Google GPT-4 GPT-4o mini Claude 3.5 Opus 5 launches Introducing raises $6.6B : - | "
    "오픈AI 구글, '라마 3.1' 공개 출시…가격 80% 인하 66억달러 1조5000억 하네스 Harness 모델을 "
    "вышла é 日本"
)
TITLES = st.one_of(
    st.lists(st.sampled_from(_WORDS.split()), max_size=9).map(" ".join), st.text(max_size=60)
)
LINKS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "https://arxiv.org/abs/2401.00001v2",
            "https://doi.org/10.1000/abc",
            "https://github.com/a/b/releases/tag/v1",
            "https://example.com/a",
            "https://example.com/",
        ]
    ),
    st.text(max_size=30),
)
ARTICLES = st.builds(
    Article,
    TITLES,
    st.one_of(
        st.dates(),
        st.datetimes(timezones=st.one_of(st.none(), st.just(UTC))),
        st.sampled_from([NOON, NOON + timedelta(hours=40), date(2026, 3, 4)]),
    ),
    LINKS,
    st.one_of(st.none(), st.text(max_size=10)),
    st.sampled_from(["", "ko", "en", "ko-KR", "pt", "?"]),
    st.one_of(st.just(""), st.text(max_size=40), LINKS.map(lambda link: f"see {link}.")),
)
