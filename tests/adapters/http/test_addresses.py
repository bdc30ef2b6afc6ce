"""Addresses as people, feeds and redirects write them."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from adapters.http.addresses import literal, web_address
from bot.port.fetch import AddressRefused

LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "0X7F.0.0.1", "2130706433",
    "017700000001", "0177.0.0.1", "127.0.0.1.", "0x7f.1.", "１２７.0.0.1", "①②⑦.0.0.1",
    "127。0。0。1",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_every_spelling_of_an_address_is_that_address(host: str) -> None:
    assert web_address(f"http://{host}/a").raw_host == "127.0.0.1"


@pytest.mark.parametrize(
    "written",
    [
        "", "example.com", "//example.com", "ftp://example.com/", "file:///etc/passwd", "http://",
        "http:///path", "http:example.com", "javascript:alert(1)", "http://exa mple.com/",
        "http://a..b/", "http://.example.com/", "http://example.com:0/", "http://example.com:99999/",
        "http://example.com:x/", "http://127.0.0.256/", "http://1.2.3.4.5/", "http://08.1.1.1/",
        "http://0x100000000/", "http://example.0x7f/", "http://4294967296/", "http://[::1",
        "http://[fe80::1%25eth0]/", "http://[::g]/", "http://127%2e0.0.1/", "http://a\\@127.0.0.1/",
        "http://\ud800.com/", f"http://{'a' * 64}.com/", f"http://{'a.' * 130}com/",
        f"http://example.com/{'a' * 8000}", "gopher://127.0.0.1:70/_", "http://user@/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(written: str) -> None:
    with pytest.raises(AddressRefused):
        web_address(written)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (" HTTPS://Example.COM ", "https://example.com/"),
        ("http://example.com./a#b", "http://example.com./a"),
        ("http://뉴스.한국/기사?q=가 나", "http://xn--vg1b002a.xn--3e0b707e/%EA%B8%B0%EC%82%AC?q=%EA%B0%80+%EB%82%98"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ("http://under_score.example/", "http://under_score.example/"),
        ("http://me:secret@example.com/", "http://me:secret@example.com/"),
    ],
)  # fmt: skip
def test_what_is_one_is_asked_in_its_usual_form(written: str, asked: str) -> None:
    assert web_address(written) == URL(asked)


def test_a_redirect_may_be_relative_and_hold_bytes_of_any_encoding() -> None:
    base = URL("https://example.com/a/b?c")
    korean = "/기사".encode("euc-kr").decode("utf-8", "surrogateescape")

    assert web_address("../d", base) == URL("https://example.com/d")
    assert web_address("//other.example/", base) == URL("https://other.example/")
    assert web_address(korean, base).raw_path == "/%B1%E2%BB%E7"
    with pytest.raises(AddressRefused):
        web_address("data:text/plain,x", base)


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://[", "http://u:p@"]))
def test_whatever_is_written_is_an_address_or_refused(text: str, before: str) -> None:
    try:
        url = web_address(before + text)
    except AddressRefused:
        return
    assert url.scheme in {"http", "https"}
    assert url.raw_host
    assert web_address(str(url)) == url


@given(st.ip_addresses(v=4), st.integers(1, 4), st.sampled_from(["{}", "0x{:x}", "0{:o}"]))
def test_every_number_of_parts_in_every_base_is_the_same(
    address: IPv4Address, parts: int, base: str
) -> None:
    data = address.packed
    numbers = [*data[: parts - 1], int.from_bytes(data[parts - 1 :], "big")]
    host = ".".join("0" if number == 0 else base.format(number) for number in numbers)

    assert literal(web_address(f"http://{host}/").raw_host or "") == address


def test_a_name_is_no_literal() -> None:
    assert literal("example.com") is None
