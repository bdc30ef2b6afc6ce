"""The fetcher on loopback: where it connects, how far it follows, and where it stops."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp.test_utils import unused_port

from adapters.http.fetcher import FetchLimits, GuardedFetcher
from adapters.http.settings import read_fetch_settings
from bot.port.fetch import AddressRefused, FetchError, TooLarge, Unreachable
from tests.fakes.resolver import FakeResolver
from tests.fakes.site import FakeSite, Script

MEGABYTE = 1024 * 1024
USUAL = FetchLimits()
SHORT = FetchLimits(connect=0.05, first_byte=0.05, whole=0.1)


@asynccontextmanager
async def fetching(
    *, limits: FetchLimits = USUAL, resolver: FakeResolver | None = None, **settings: str
) -> AsyncIterator[GuardedFetcher]:
    """Make a fetcher that may connect to 127.0.0.1."""
    environment = {"AINEWS_FETCH_ALLOW": "127.0.0.1"} | {
        f"AINEWS_FETCH_{name}": value for name, value in settings.items()
    }
    fetcher = GuardedFetcher(read_fetch_settings(environment), limits, resolver)
    try:
        yield fetcher
    finally:
        await fetcher.close()


@pytest.fixture
async def site() -> AsyncIterator[FakeSite]:
    async with FakeSite() as site:
        yield site


@pytest.fixture
async def fetcher() -> AsyncIterator[GuardedFetcher]:
    async with fetching() as fetcher:
        yield fetcher


def _sends(data: bytes, *, then_waits: bool = False) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if then_waits:
            await asyncio.get_running_loop().create_future()

    return script


async def _refused(fetcher: GuardedFetcher, url: str, kind: type[FetchError], said: str) -> None:
    with pytest.raises(kind, match=said) as refused:
        await fetcher.fetch(url)
    assert type(refused.value) is kind


async def test_an_answer_comes_whole_whatever_its_status(
    site: FakeSite, fetcher: GuardedFetcher
) -> None:
    site.answers("/feed", b"<rss/>", ETag='"1"', Content_Type="text/xml")

    fetched = await fetcher.fetch(site.url("/feed#top"), headers={"If-None-Match": '"0"'})
    missing = await fetcher.fetch(site.url("/other"))

    assert (fetched.status, fetched.body, fetched.url) == (200, b"<rss/>", site.url("/feed"))
    assert fetched.headers["etag"] == '"1"'
    assert fetched.permanent is None
    assert (missing.status, missing.body) == (404, b"")
    sent = site.asked[0].headers
    assert sent["if-none-match"] == '"0"'
    assert sent["user-agent"].startswith("AINews/")
    assert sent["accept-encoding"] == "gzip, deflate"


async def test_the_operator_is_named_to_the_sites_where_they_want_it(site: FakeSite) -> None:
    async with fetching(CONTACT="mailto:news@example.com") as fetcher:
        await fetcher.fetch(site.url())

    assert site.asked[0].headers["user-agent"].endswith(" (+mailto:news@example.com)")


async def test_a_packed_answer_is_unpacked(site: FakeSite, fetcher: GuardedFetcher) -> None:
    site.answers("/", gzip.compress(b"<rss/>", mtime=0), Content_Encoding="gzip")

    assert (await fetcher.fetch(site.url())).body == b"<rss/>"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]"])
async def test_a_private_network_is_refused_in_every_spelling(site: FakeSite, host: str) -> None:
    async with fetching(ALLOW="") as fetcher:
        await _refused(
            fetcher, f"http://{host}:{site.port}/", AddressRefused, "is in a private network"
        )
    assert site.connections == 0


async def test_a_name_is_judged_by_where_it_leads_at_the_moment_of_the_connection(
    site: FakeSite,
) -> None:
    site.answers("/", b"hello", Connection="close")
    resolver = FakeResolver(changes_example=[["127.0.0.1"], ["127.0.0.2"], ["10.0.0.1", "::1"]])
    async with FakeSite("127.0.0.2") as other, fetching(resolver=resolver) as fetcher:
        other.port = site.port
        first = await fetcher.fetch(site.url(host="changes.example"))
        for _ in range(2):
            await _refused(
                fetcher, site.url(host="changes.example"), AddressRefused, "private network"
            )

        assert first.body == b"hello"
        assert other.connections == 0


async def test_of_several_addresses_only_those_that_may_be_are_connected_to(site: FakeSite) -> None:
    site.answers("/", b"hello")
    resolver = FakeResolver(mixed_example=[["10.0.0.1", "127.0.0.1"]])
    async with fetching(resolver=resolver) as fetcher:
        assert (await fetcher.fetch(site.url(host="mixed.example"))).body == b"hello"


async def test_a_host_that_is_allowed_by_name_may_lead_anywhere_and_no_other_may(
    site: FakeSite,
) -> None:
    site.answers("/", b"hello", Connection="close")
    site.leads("/away", site.url(host="other.example"))
    names = {"wiki_example": [["127.0.0.1"]], "other_example": [["127.0.0.1"]]}
    async with fetching(ALLOW="wiki.example", resolver=FakeResolver(**names)) as fetcher:
        assert (await fetcher.fetch(site.url(host="WIKI.example."))).body == b"hello"
        for url in (site.url("/away", host="wiki.example"), site.url(host="other.example")):
            await _refused(fetcher, url, AddressRefused, "other.example is in a private network")


async def test_redirects_are_followed_and_permanent_ones_remembered(
    site: FakeSite, fetcher: GuardedFetcher
) -> None:
    site.answers("/new", b"here")
    site.leads("/old", "older", 301)
    site.leads("/older", site.url("/new"), 308)
    site.leads("/today", "/old", 302)

    moved = await fetcher.fetch(site.url("/old"))
    lent = await fetcher.fetch(site.url("/today"))

    assert (moved.url, moved.body, moved.permanent) == (
        site.url("/new"), b"here", site.url("/new"),
    )  # fmt: skip
    assert (lent.url, lent.permanent) == (site.url("/new"), None)


async def test_redirects_end_after_five(site: FakeSite, fetcher: GuardedFetcher) -> None:
    site.leads("/0", "/1")
    for number in range(1, 5):
        site.leads(f"/{number}", f"/{number + 1}")
    site.answers("/5", b"here")
    site.leads("/round", "/round")

    assert (await fetcher.fetch(site.url("/0"))).body == b"here"
    site.asked.clear()
    await _refused(fetcher, site.url("/round"), Unreachable, "redirects without end")
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://[::1]:{port}/", "private network"),
        ("http://0x7f.0.0.2:{port}/", "private network"),
        ("//169.254.169.254/latest/meta-data/", "private network"),
        ("file:///etc/passwd", "not a web address"),
        ("http://a b/", "not a web address"),
    ],
)
async def test_a_redirect_leads_nowhere_that_a_link_may_not(
    site: FakeSite, fetcher: GuardedFetcher, location: str, said: str
) -> None:
    site.leads("/", location.format(port=site.port))

    await _refused(fetcher, site.url(), AddressRefused, said)


async def test_a_redirect_without_an_address_is_an_answer(
    site: FakeSite, fetcher: GuardedFetcher
) -> None:
    site.answers("/", b"where?", 302)

    assert (await fetcher.fetch(site.url())).status == 302


async def test_cookies_live_as_long_as_one_fetch(site: FakeSite, fetcher: GuardedFetcher) -> None:
    site.answers("/in", b"here")
    site.leads("/", "/in", Set_Cookie="seen=1; Path=/")

    for _ in range(2):
        await fetcher.fetch(site.url())

    assert [asked.headers.get("cookie") for asked in site.asked] == [None, "seen=1"] * 2


async def test_a_name_and_password_are_sent_to_their_own_origin_and_repeated_nowhere(
    site: FakeSite, fetcher: GuardedFetcher
) -> None:
    async with FakeSite() as other:
        other.answers("/", b"here")
        site.leads("/", "/next", 301)
        site.leads("/next", other.url(), 302)
        secret = site.url().replace("//", "//me:pass%20word@")

        fetched = await fetcher.fetch(secret)
        site.leads("/next", "/last", 301)
        site.answers("/last", b"here")
        kept = await fetcher.fetch(secret)

        assert {"authorization" in asked.headers for asked in site.asked} == {True}
        assert "authorization" not in other.asked[0].headers
        assert fetched.url == other.url()
        assert kept.url == site.url("/last")
        assert kept.permanent == secret + "last"
    site.does("/last", _sends(b"no"))
    with pytest.raises(Unreachable) as refused:
        await fetcher.fetch(secret)
    assert "pass" not in str(refused.value)
    assert refused.value.__suppress_context__


async def test_a_bomb_ends_at_the_limit(site: FakeSite, fetcher: GuardedFetcher) -> None:
    site.answers("/", gzip.compress(bytes(9 * MEGABYTE), 1), Content_Encoding="gzip")

    await _refused(fetcher, site.url(), TooLarge, "larger than 5 MB")


@pytest.mark.parametrize("says_so", [True, False])
async def test_an_endless_answer_ends_at_the_limit(
    site: FakeSite, fetcher: GuardedFetcher, says_so: bool
) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        length = f"Content-Length: {200 * MEGABYTE}\r\n" if says_so else ""
        writer.write(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode())
        while sent < 200 * MEGABYTE:
            writer.write(bytes(MEGABYTE // 4))
            sent += MEGABYTE // 4
            await writer.drain()

    site.does("/", endless)

    await _refused(fetcher, site.url(), TooLarge, "larger than 5 MB")
    assert sent < 20 * MEGABYTE


async def test_of_a_large_error_the_beginning_is_enough(
    site: FakeSite, fetcher: GuardedFetcher
) -> None:
    site.answers("/", b"x" * MEGABYTE, 403)

    fetched = await fetcher.fetch(site.url())

    assert fetched.status == 403
    assert 0 < len(fetched.body) <= MEGABYTE // 10


async def test_an_answer_is_taken_up_to_its_limit(site: FakeSite) -> None:
    async with fetching(limits=FetchLimits(largest=1024)) as fetcher:
        site.answers("/", b"x" * 1024)
        assert len((await fetcher.fetch(site.url())).body) == 1024

        site.answers("/", b"x" * 1025)
        with pytest.raises(TooLarge):
            await fetcher.fetch(site.url())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nx", "broke off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "cannot be read"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx", "cannot be read"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<rss>", "cannot be read"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
            + gzip.compress(b"x" * 999, mtime=0)[:-9],
            "cannot be read",
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", "cannot be read"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "cannot be read"),
    ],
)
async def test_a_broken_answer_is_said_to_be_broken(
    site: FakeSite, fetcher: GuardedFetcher, data: bytes, said: str
) -> None:
    site.does("/", _sends(data))

    await _refused(fetcher, site.url(), Unreachable, said)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (b"", "did not answer in time"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "did not answer in time"),
    ],
)
async def test_silence_ends(site: FakeSite, before: bytes, said: str) -> None:
    site.does("/", _sends(before, then_waits=True))
    async with fetching(limits=FetchLimits(first_byte=0.05)) as fetcher:
        await _refused(fetcher, site.url(), Unreachable, said)


async def test_a_slow_drip_ends(site: FakeSite) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0)

    site.does("/", drip)
    async with fetching(limits=SHORT) as fetcher:
        await _refused(fetcher, site.url(), Unreachable, "did not send its whole answer in time")


async def test_who_asks_may_have_less_time(site: FakeSite, fetcher: GuardedFetcher) -> None:
    site.does("/", _sends(b"", then_waits=True))

    with pytest.raises(Unreachable, match="in time"):
        await fetcher.fetch(site.url(), within=timedelta(milliseconds=30))


async def test_what_cannot_be_connected_to_is_said() -> None:
    async with fetching(resolver=FakeResolver()) as fetcher:
        nowhere = f"http://127.0.0.1:{unused_port()}/"
        await _refused(
            fetcher, nowhere, Unreachable, r"127\.0\.0\.1 did not accept the connection\."
        )
        await _refused(fetcher, "http://no.example/", Unreachable, "no host named no.example")


async def test_what_speaks_no_tls_has_no_certificate(fetcher: GuardedFetcher) -> None:
    async def speaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(speaks, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        url = f"https://127.0.0.1:{port}/"
        await _refused(fetcher, url, Unreachable, "no certificate that can be trusted")


async def test_the_proxies_of_the_environment_are_ignored(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.answers("/", b"direct")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    async with fetching() as fetcher:
        assert (await fetcher.fetch(site.url())).body == b"direct"


async def test_a_proxy_that_is_asked_for_is_used_and_literals_are_refused_still(
    site: FakeSite,
) -> None:
    site.answers("http://feeds.example/a", b"by proxy")
    proxy = site.url().replace("//", "//me:secret@")
    async with fetching(PROXY=proxy) as fetcher:
        assert (await fetcher.fetch("http://feeds.example/a")).body == b"by proxy"
        await _refused(fetcher, "http://10.0.0.1/", AddressRefused, "private network")
        with pytest.raises(Unreachable, match="did not let the request through") as refused:
            await fetcher.fetch("https://feeds.example/a")

    assert "proxy-authorization" in site.asked[0].headers
    assert "secret" not in str(refused.value)


async def test_at_most_two_are_under_way_at_one_host(
    site: FakeSite, fetcher: GuardedFetcher
) -> None:
    let_go, two = asyncio.Event(), asyncio.Event()
    under_way = most = 0

    async def waits(writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == 2:
            two.set()
        await let_go.wait()
        under_way -= 1
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    site.does("/", waits)
    async with asyncio.TaskGroup() as group:
        for _ in range(7):
            group.create_task(fetcher.fetch(site.url()))
        await two.wait()
        let_go.set()

    assert most == 2
    assert len(site.asked) == 7
