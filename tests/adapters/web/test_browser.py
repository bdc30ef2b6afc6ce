"""The pages in a real browser: nobody else is asked, and everybody can read them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from adapters.web.service import WebService
from bot.config.readers import HttpAddress
from bot.http import Listener
from store.model import Link, PublishedDate
from tests.fakes.archive import FakeArchive, archived
from tests.fakes.browser import Browser, NoBrowser, browser
from tests.fakes.clock import FakeClock

AXE = Path(__file__).parents[3] / ".uv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
"""Put there by `.ci/run`."""

STRANGER = "https://stranger.example"
EVIL = (
    "</title></style><script>document.title='run'</script>",
    f"<img src={STRANGER}/x onerror=document.title='run'>",
    f'" style="background:url({STRANGER}/y)" onmouseover="document.title=\'run\'" x="',
    "{{ 7 * 7 }}{% raw %} &lt;b&gt; ${document.title='run'}",
    (
        f"<link rel=stylesheet href={STRANGER}/z><base href={STRANGER}><meta http-equiv=refresh "
        f"content='0;url={STRANGER}'>"
    ),
)
PAGES = (
    "",
    "/2026-11-26",
    "/2026-11-20",
    "/week/2026-W48",
    "/tags",
    "/tags/llm",
    "/sources/3",
    "/e/1",
    "/e/9",
    "/search",
    "/search?q=모델",
    "/search?q=nothing",
    "/about",
    "/nowhere",
)
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def archive() -> FakeArchive:
    """Entries of every shape, those of an attacker among them."""
    links = (Link("https://code.example/x", "Code"), Link("https://other.example/" + "y" * 300))
    shown = FakeArchive(
        archived(
            1,
            "한국어 모델 공개",
            links=links,
            language="ko",
            note="모델\n- 하나\n- 둘",
            credit="민지",
        ),
        archived(
            2, "A model", note="한국어 모델 https://a.example/ and [words](https://b.example)"
        ),
        archived(3, "No link", url=None, note="", sources=(), tags=()),
        archived(4, "Older", published=PublishedDate(2026, 11)),
        archived(5, "W" * 300, note="모델 " + "n" * 2000, tags=("t" * 40, "한글 태그")),
        *(
            archived(10 + number, text, note=text, brief=text, tags=(text[:60],), image=text)
            for number, text in enumerate(EVIL)
        ),
    )
    shown.retracted.add(9)
    return shown


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """The address of an archive."""
    service = WebService(archive(), FakeClock(), "en", ())
    address = HttpAddress("127.0.0.1", unused_port())
    listener = Listener(address, service.routes)
    await listener.start()
    yield f"http://{address}"
    await listener.close()


@pytest.fixture
async def tab(tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser."""
    try:
        async with browser(tmp_path) as tab:
            yield tab
    except NoBrowser as error:
        pytest.skip(f"no browser: {error}")


async def test_no_page_asks_a_stranger_or_runs_a_script(site: str, tab: Browser) -> None:
    for path in (*PAGES, *(f"/e/{10 + number}" for number in range(len(EVIL)))):
        tab.requests.clear()
        await tab.open(f"{site}/en{path}")
        assert len(set(tab.requests)) <= 3, tab.requests  # the page, its style, its icon
        assert await tab.run("document.title") != "run"
        assert [url for url in tab.requests if not url.startswith(site)] == []
    complaints = [said for said in tab.complaints if "status of 4" not in said]
    assert complaints == []


async def test_every_page_fits_the_narrowest_and_the_widest_screen(site: str, tab: Browser) -> None:
    """1,280 pixels at 400 % are 320, which WCAG 1.4.10 asks for."""
    for width, pages in ((320, PAGES), (1920, ("", "/e/5"))):
        await tab.look(width=width)
        for path in pages:
            await tab.open(f"{site}/ko{path}")
            assert await tab.run("document.documentElement.scrollWidth") <= width, path


async def test_a_reader_skips_changes_the_language_searches_and_opens(
    site: str, tab: Browser
) -> None:
    await tab.open(f"{site}/ko/tags/llm")
    await tab.run("document.querySelector('.skip').focus()")
    assert await tab.run("document.querySelector('.skip').getBoundingClientRect().left") >= 0
    assert await tab.go("document.querySelector('.tongue').click()") == f"{site}/en/tags/llm"
    await tab.go("q.value = '모델'; q.form.requestSubmit()")
    assert await tab.run("[...document.querySelectorAll('mark')].map(each => each.innerText)") == (
        ["모델"] * 3
    )
    opened = await tab.go("document.querySelector('.found li:last-child a').click()")
    assert opened == f"{site}/en/e/1"


async def test_everybody_can_read_every_page(site: str, tab: Browser) -> None:
    if not AXE.exists():
        pytest.skip(f"{AXE.name} is not here: `.ci/run` fetches it where npm is")
    await tab.ask("Page.addScriptToEvaluateOnNewDocument", source=AXE.read_text("utf-8"))
    found = []
    for language in ("ko", "en"):
        for path in PAGES:
            await tab.look(scheme="light")
            await tab.open(f"{site}/{language}{path}")
            found += await _violations(tab, f"{language}{path}", _RULES)
            if language == "ko":
                await tab.look(scheme="dark")
                found += await _violations(tab, f"{path}, dark", ["color-contrast"])
    assert found == []


async def _violations(tab: Browser, page: str, rules: Sequence[str]) -> list[str]:
    """Return what a page's reader may stumble over; all that axe cannot decide is left out."""
    tried, wrong = await tab.run(
        f"axe.run({{runOnly: {list(rules)}}}).then(all => [all.passes.length, "
        "all.violations.map(each => each.id + ': ' + each.nodes[0].html)])"
    )
    assert tried, page
    return [f"{page}: {each}" for each in wrong]
