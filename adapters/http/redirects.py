"""Where a redirect leads, and what of a request may go there. Pure."""

from __future__ import annotations

from yarl import URL

from adapters.http.addresses import web_address
from bot.i18n.translator import N_
from bot.port.fetch import AddressRefused

_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})


def followed(url: URL, location: str, headers: dict[str, str]) -> tuple[URL, dict[str, str]]:
    """Return the address that a redirect leads to, and the headers to send there.

    Name, password and secret headers stay with their own origin. Raises AddressRefused.
    """
    target = web_address(location, url)
    if url.origin() == target.origin():
        if target.user is None and url.user is not None:
            target = target.with_user(url.user).with_password(url.password)
        return target, headers
    public = {name: value for name, value in headers.items() if name.lower() not in _SECRET}
    has_secret = url.user is not None or public != headers
    if has_secret and (url.scheme, target.scheme) == ("https", "http"):
        raise AddressRefused(
            N_("{host} leads from https to http, which would send its password in the open."),
            host=url.host,
        )
    return target, public
