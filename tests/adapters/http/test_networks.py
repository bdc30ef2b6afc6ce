"""Which networks are public, in every form in which an address may come."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http.networks import Allowed, is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "185.199.108.153", "223.130.200.219", "2606:4700:4700::1111"]
PRIVATE = [
    "0.0.0.0",  # noqa: S104 - nothing listens
    "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255",
]  # fmt: skip
PRIVATE_6 = [
    "::", "::1", "::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:20::1",
    "2002:7f00:1::", "2002:808:808::", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd12:3456::1",
    "fe80::1", "fe80::1%2", "fec0::1", "ff02::1", "::ffff:0:127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", [*PRIVATE, *PRIVATE_6])
def test_what_is_private(text: str) -> None:
    assert not is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_what_counts(address: IPv4Address) -> None:
    mapped = IPv6Address(int(address) | 0xFFFF << 32)
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))

    assert is_public(mapped) == is_public(translated) == is_public(address)


def test_what_the_operator_names_is_let_through_and_nothing_beside_it() -> None:
    allowed = Allowed(networks=(ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")))

    for text in ("10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "8.8.8.8"):
        assert allowed.admits(ip_address(text)), text
    for text in ("10.2.0.1", "::ffff:10.2.0.1", "fd00:2::5", "127.0.0.1", "::1"):
        assert not allowed.admits(ip_address(text)), text
