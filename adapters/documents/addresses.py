"""Addresses as feeds and pages write them."""

from __future__ import annotations

import re
from urllib.parse import urljoin

_BREAKS = re.compile(r"[\x00-\x1f\x7f]\s*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_WEB = re.compile(
    r"https?://(?:\[[0-9a-f:.]+\](?::\d*)?|[^\s/?#\[\]\\]+)(?:[/?#]|$)", re.IGNORECASE
)


def is_address(text: str) -> bool:
    """Whether a text is written as an address of the web, in full."""
    return _WEB.match(text) is not None


def joined(base: str, address: str) -> str | None:
    """Return an address in full, as a browser reads it; None for what is none of the web.

    `javascript:`, `data:` and all the other schemes are none. Blanks become `%20`, and `&amp;`,
    which is left where an address was written twice over, is resolved.
    """
    address = _BREAKS.sub("", address.strip()).replace("&amp;", "&")
    if is_address(address):
        return address.replace(" ", "%20")
    if not address or " " in address or _SCHEME.match(address):
        return None
    try:
        full = urljoin(base, address)
    except ValueError:
        return None
    return full if is_address(full) else None


def web(address: str) -> str:
    """Return what an address that begins with `feed:` or `feed://` stands for."""
    if not address.lower().startswith("feed:"):
        return address
    rest = address[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest
