"""Which networks may be connected to. Pure: names are judged by the addresses that they gave."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Registries of IANA for special purposes, beyond what `is_global` of the oldest Python knows.
_SPECIAL = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays of 6to4
            "224.0.0.0/4",  # multicast
            "2001::/23",  # protocol assignments, Teredo among them
            "2002::/16",  # 6to4, which has an IPv4 address within
            "3fff::/20",  # documentation
        ),
    )
)
_UNICAST = IPv6Network("2000::/3")
"""What IPv6 has given out for the public network; all else is special."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 as networks that speak IPv6 alone see it (RFC 6052)."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public network; an IPv4 address within is what counts."""
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped
        if within is None and address in _TRANSLATED:
            within = IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return is_public(within)
        if address not in _UNICAST or address.scope_id is not None:
            return False
    return address.is_global and not any(address in network for network in _SPECIAL)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator lets be asked beyond the public network: hosts by name, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def admits(self, address: Address) -> bool:
        """Whether an address that a name gave, or that stands for itself, may be connected to."""
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return is_public(address) or any(address in network for network in self.networks)
