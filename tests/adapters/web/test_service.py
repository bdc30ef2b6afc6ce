"""What browsers, caches and strangers are answered."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest

from adapters.web.plugin import read_networks
from tests.adapters.web.world import WebSite, links, news, texts


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ko/e/99", 404),
        ("/ko/e/7", 410),
        ("/ko/e/" + "9" * 30, 404),
        ("/ko/e/02", 404),
        ("/ko/2026-02-30", 404),
        ("/ko/0001-01-01", 404),
        ("/ko/week/2026-W54", 404),
        ("/ko/week/9999-W53", 404),
        ("/ko/week/0000-W01", 404),
        ("/ko/tags/none", 404),
        ("/ko/sources/9", 404),
        ("/ko/nothing/here", 404),
        ("/nothing", 404),
        ("/ko?after=x", 404),
        ("/ko?after=19000101-1", 404),
        ("/ko/search?q=x&page=101", 404),
        ("/ko/search?q=x&page=-1", 404),
        ("/ko/search?q=about&page=7", 404),
        ("/ko/search?q=" + "x" * 301, 400),
    ],
)
async def test_what_is_not_there_is_said_with_what_to_do(path: str, status: int) -> None:
    site = WebSite(news())
    site.archive.retracted.add(7)
    page = await site.page(path, status)

    assert texts(page, "h1")[0]
    assert len(links(page, ".lead a")) == 3
    headers = (await site.get(path)).headers
    assert "ETag" not in headers
    assert headers["Cache-Control"] == "no-store"  # tomorrow it may be there


@pytest.mark.parametrize(
    ("path", "accepted", "leads_to"),
    [
        ("/", "", "/en"),
        ("/", "ko-KR,ko;q=0.9,en;q=0.8", "/ko"),
        ("/", "fr, en;q=0.3, ko;q=0.4", "/ko"),
        ("/", "ko;q=0, ko;q=x, en;q=0.1", "/en"),
        ("/e/2", "ko", "/ko/e/2"),
        ("/tags/%EB%AA%A8?after=20261126-1&utm=x", "ko", "/ko/tags/%EB%AA%A8?after=20261126-1"),
    ],
)  # fmt: skip
async def test_without_a_language_the_browsers_own_is_taken(
    path: str, accepted: str, leads_to: str
) -> None:
    answer = await WebSite(news()).get(path, {"Accept-Language": accepted})

    assert (answer.status, answer.headers["Location"]) == (302, leads_to)
    assert answer.headers["Vary"] == "Accept-Language"


async def test_nothing_is_read_or_sent_again_until_something_public_changes() -> None:
    site = WebSite(news())
    first = await site.get("/ko")
    read = site.archive.questions.copy()
    again = await site.get("/ko?utm_source=x", {"If-None-Match": first.headers["ETag"]})

    assert (again.status, again.body) == (304, b"")
    assert (await site.get("/ko")).body == first.body
    assert site.archive.questions - read == {"version": 2}
    site.archive.change(1, "Other words")
    changed = await site.get("/ko", {"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200
    assert "Other words" in changed.body.decode()
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert (await site.get("/en")).headers["ETag"] != changed.headers["ETag"]


async def test_a_page_is_sent_again_where_the_operator_changed_what_it_says() -> None:
    archive = news()
    first = await WebSite(archive).get("/en/about")
    known = {"If-None-Match": first.headers["ETag"]}
    assert (await WebSite(archive).get("/en/about", known)).status == 304
    archive.invitations["slack"] = "/slack/install"
    assert (await WebSite(archive).get("/en/about", known)).status == 200
    archive.invitations.clear()
    archive.credited = True
    assert (await WebSite(archive).get("/en/about", known)).status == 200


async def test_a_packed_page_is_the_same_page_under_another_name() -> None:
    site = WebSite(news())
    plain, packed = await site.get("/ko"), await site.get("/ko", {"Accept-Encoding": "br, gzip"})

    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = await site.get("/ko", {"If-None-Match": f'"other", {packed.headers["ETag"]}'})
    assert (again.status, again.headers["ETag"]) == (304, packed.headers["ETag"])
    assert (
        "Content-Encoding" not in (await site.get("/ko", {"Accept-Encoding": "gzip;q=0"})).headers
    )


async def test_a_page_that_many_ask_for_is_made_once() -> None:
    site = WebSite(news())
    answers = await asyncio.gather(*(site.get("/ko") for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert site.archive.questions["latest"] == 1


async def test_whoever_searches_too_often_waits() -> None:
    site = WebSite(news(), read_networks("10.0.0.0/8"))
    answers = [await site.get(f"/ko/search?q={number}") for number in range(11)]
    assert [answer.status for answer in answers] == [*[200] * 10, 429]
    assert answers[-1].headers["Retry-After"] == "2"
    assert (await site.get("/ko/search?q=1")).status == 200  # it is kept
    pretended = {"X-Forwarded-For": "198.51.100.7"}
    assert (await site.get("/ko/search?q=a", pretended)).status == 429
    assert (await site.get("/ko/search?q=b", pretended, "10.1.1.1")).status == 200
    site.clock.forward(seconds=2)
    assert (await site.get("/ko/search?q=c")).status == 200


async def test_two_searches_run_at_once_and_the_others_wait() -> None:
    site = WebSite(news())
    running, most = 0, 0
    search = site.archive.search

    async def counted(*asked: Any) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return await search(*asked)

    site.archive.search = counted  # type: ignore[method-assign, assignment] # it counts
    answers = await asyncio.gather(*(site.get(f"/ko/search?q={number}") for number in range(8)))
    assert {answer.status for answer in answers} == {200}
    assert most == 2


async def test_trouble_is_a_page_too(caplog: pytest.LogCaptureFixture) -> None:
    site = WebSite(news())
    site.archive.away = True
    away = await site.get("/en/e/1")
    assert (away.status, away.headers["Retry-After"]) == (503, "60")
    site.archive.away = False
    site.archive.entries = None  # type: ignore[assignment] # a fault
    broken = await site.get("/en")
    assert broken.status == 500
    assert "no page at /en, reference" in caplog.text
    assert caplog.text.split("reference ")[1][:8] in broken.body.decode()


async def test_every_answer_keeps_browsers_to_the_site() -> None:
    site = WebSite(news())
    style = links(await site.page("/en"), "link[rel=stylesheet]")[0]
    for path in ("/", "/en", "/en/e/9", "/nothing", style):
        headers = (await site.get(path)).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
    answer = await site.get(style)
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.body) <= 8_000
