"""Pages through the fetcher: what is asked, what is read, and why some are not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.pages import plugin
from bot.port.fetch import AddressRefused, Fetched
from bot.port.page import PageFacts, PageReader, PageUnread
from store.model import PublishedDate
from tests.fakes.fetcher import NOTHING, FakeFetcher

NOW = datetime(2026, 11, 26, tzinfo=UTC)
SOON = timedelta(seconds=30)
URL = "https://news.example/story"
PAPER = "https://arxiv.org/abs/1706.03762"
PAPER_PAGE = """<title>[1706.03762] Attention Is All You Need</title>
<meta name="citation_title" content="Attention Is All You Need" />
<meta name="citation_author" content="Vaswani, Ashish" />
<meta name="citation_date" content="2017/06/12" />
<meta property="og:image" content="/static/browse/arxiv-logo-fb.png" />
<meta name="citation_abstract" content="The dominant sequence transduction models." />"""


@pytest.fixture
def web() -> FakeFetcher:
    """A web without pages."""
    return FakeFetcher()


@pytest.fixture
async def reader(web: FakeFetcher) -> AsyncIterator[PageReader]:
    """A reader of that web."""
    reader = plugin(web, lambda: NOW)
    yield reader
    await reader.close()


async def unread(reader: PageReader, url: str = URL) -> str:
    """Return why a page was not read."""
    with pytest.raises(PageUnread) as caught:
        await reader.read(url, SOON)
    return str(caught.value)


async def test_a_page_is_read_in_its_own_encoding(web: FakeFetcher, reader: PageReader) -> None:
    page = (
        "<meta http-equiv=Content-Type content='text/html; charset=euc-kr'><title>똠방각하</title>"
    )
    web.web[URL] = Fetched(URL, 200, {"Content-Type": "text/html"}, page.encode("cp949"))
    assert (await reader.read(URL, SOON)).title == "똠방각하"


async def test_an_encoding_that_is_said_wrongly_is_seen(
    web: FakeFetcher, reader: PageReader
) -> None:
    page = "<meta charset='euc-kr'><title>가나다라마바사 아자차카타파하</title>".encode()
    web.web[URL] = Fetched(URL, 200, {"Content-Type": "text/html; charset=iso-8859-1"}, page)
    assert (await reader.read(URL, SOON)).title == "가나다라마바사 아자차카타파하"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((404, "text/html", "<title>x"), "There is no page at this address (404)."),
        ((403, "text/html", "<title>x"), "The site did not show the page (403)."),
        ((503, "text/html", "<title>x"), "The site did not show the page (503)."),
        ((200, "application/pdf", "%PDF"), "It is not a web page (application/pdf)."),
        ((200, "text/html", ""), "The page does not describe itself."),
        ((200, "text/html", "<p>hi"), "The page does not describe itself."),
        (
            (200, "text/html", "<title>Just a moment...</title>"),
            "The site wanted proof of a human visitor.",
        ),
    ],
)
async def test_what_is_no_page_says_why(
    web: FakeFetcher, reader: PageReader, answer: tuple[int, str, str], why: str
) -> None:
    status, kind, text = answer
    web.page(URL, text, status, kind)
    assert await unread(reader) == why


@pytest.mark.parametrize(
    ("landed", "why"),
    [
        ("https://www.news.example/", "The address leads to the front page of news.example."),
        (
            "https://login.portal.example/?next=story",
            "The site asks to sign in or to agree to something first.",
        ),
    ],
)
async def test_a_redirect_away_from_the_story_is_not_the_story(
    web: FakeFetcher, reader: PageReader, landed: str, why: str
) -> None:
    web.web[URL] = Fetched(landed, 200, {"Content-Type": "text/html"}, b"<title>Home</title>")
    assert await unread(reader) == why


async def test_what_the_fetcher_refuses_is_said_in_its_words(
    web: FakeFetcher, reader: PageReader
) -> None:
    assert await unread(reader) == NOTHING
    web.web[URL] = AddressRefused("{host} is not public.", host="news.example")
    assert await unread(reader) == "news.example is not public."


async def test_a_page_that_takes_too_long_is_left(web: FakeFetcher, reader: PageReader) -> None:
    web.open.clear()
    with pytest.raises(PageUnread, match="did not arrive in time"):
        await reader.read(URL, timedelta(0))


@pytest.mark.parametrize(
    "pasted",
    [
        PAPER,
        "https://arxiv.org/pdf/1706.03762v7",
        "http://www.arxiv.org/pdf/1706.03762.pdf",
        "https://arxiv.org/html/1706.03762?x=1#S2",
    ],
)
async def test_every_form_of_a_paper_is_read_from_its_abstract(
    web: FakeFetcher, reader: PageReader, pasted: str
) -> None:
    web.page(PAPER, PAPER_PAGE)
    assert await reader.read(pasted, SOON) == PageFacts(
        url=pasted,
        title="Attention Is All You Need",
        published=PublishedDate(2017, 6, 12),
        description="The dominant sequence transduction models.",
        language="en",
        site="arXiv",
        authors=("Ashish Vaswani",),
    )
    assert web.asked == [PAPER]


def answers(web: FakeFetcher, url: str, **content: object) -> None:
    """Put a site's answer at an address."""
    web.page(url, json.dumps(content), kind="application/json")


async def test_a_repository(web: FakeFetcher, reader: PageReader) -> None:
    answers(
        web,
        "https://api.github.com/repos/ggml-org/llama.cpp",
        full_name="ggml-org/llama.cpp",
        html_url="https://github.com/ggml-org/llama.cpp",
        description="LLM inference in C/C++",
        created_at="2023-03-10T18:58:00Z",
    )
    read = await reader.read("https://github.com/ggml-org/llama.cpp.git", SOON)
    assert read.title == "ggml-org/llama.cpp: LLM inference in C/C++"
    assert read.published == PublishedDate(2023, 3, 10)
    assert read.url == "https://github.com/ggml-org/llama.cpp"


async def test_a_release(web: FakeFetcher, reader: PageReader) -> None:
    answers(
        web,
        "https://api.github.com/repos/ollama/ollama/releases/tags/v0.5.0",
        name="v0.5.0",
        tag_name="v0.5.0",
        published_at="2024-12-06T20:00:00Z",
        body="## New\n* **Structured** outputs",
        author={"login": "jmorganca"},
    )
    read = await reader.read("https://github.com/ollama/ollama/releases/tag/v0.5.0", SOON)
    assert (read.title, read.description) == ("ollama v0.5.0", "New Structured outputs")
    assert (read.published, read.authors) == (PublishedDate(2024, 12, 6), ("jmorganca",))


async def test_where_the_site_does_not_answer_the_page_is_read(
    web: FakeFetcher, reader: PageReader
) -> None:
    url = "https://github.com/ollama/ollama"
    web.page("https://api.github.com/repos/ollama/ollama", "{}", 403, "application/json")
    web.page(url, "<meta property=og:title content='GitHub - ollama/ollama: Run models'>")
    assert (await reader.read(url, SOON)).title == "ollama/ollama: Run models"


async def test_a_model_and_a_paper_of_hugging_face(web: FakeFetcher, reader: PageReader) -> None:
    answers(
        web,
        "https://huggingface.co/api/models/Qwen/Qwen3-8B",
        id="Qwen/Qwen3-8B",
        createdAt="2025-04-27T03:42:21.000Z",
        pipeline_tag="text-generation",
        library_name="transformers",
        author="Qwen",
    )
    model = await reader.read("https://huggingface.co/Qwen/Qwen3-8B", SOON)
    assert (model.title, model.published) == ("Qwen/Qwen3-8B", PublishedDate(2025, 4, 27))
    assert model.description == "text-generation · transformers"
    answers(
        web,
        "https://huggingface.co/api/papers/2505.09388",
        id="2505.09388",
        title="Qwen3 Technical\n Report",
        summary="In this work\nwe present.",
        publishedAt="2025-05-14T13:41:34.000Z",
        authors=[{"name": "An Yang"}, {"name": None}],
    )
    paper = await reader.read("https://huggingface.co/papers/2505.09388", SOON)
    assert (paper.title, paper.description) == (
        "Qwen3 Technical Report",
        "In this work we present.",
    )
    assert paper.authors == ("An Yang",)


@pytest.mark.parametrize(
    "pasted",
    ["https://www.youtube.com/watch?t=3&v=kCc8FmEb1nY", "https://youtu.be/kCc8FmEb1nY?si=abc"],
)
async def test_a_video(web: FakeFetcher, reader: PageReader, pasted: str) -> None:
    await unread(reader, pasted)
    answers(
        web,
        web.asked[0],
        title="Let's build GPT",
        author_name="Andrej Karpathy",
        thumbnail_url="https://i.ytimg.com/vi/kCc8FmEb1nY/hqdefault.jpg",
    )
    read = await reader.read(pasted, SOON)
    assert web.asked[0].startswith("https://www.youtube.com/oembed?format=json&url=https%3A%2F%2F")
    assert (read.title, read.authors) == ("Let's build GPT", ("Andrej Karpathy",))
    assert read.image == "https://i.ytimg.com/vi/kCc8FmEb1nY/hqdefault.jpg"


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"title":7}', "[" * 100_000])
async def test_an_answer_that_says_nothing_is_as_none(
    web: FakeFetcher, reader: PageReader, text: str
) -> None:
    url = "https://huggingface.co/papers/2505.09388"
    web.page("https://huggingface.co/api/papers/2505.09388", text, kind="application/json")
    web.page(url, "<title>The page itself</title>")
    assert (await reader.read(url, SOON)).title == "The page itself"
