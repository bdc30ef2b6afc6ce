"""Links: by which form two addresses are the same story.

The canonical form is an identity, never an address to show or to open: the store keeps the link
as it was given beside it. Two stories made one is the worse mistake, so only what is known to
mean nothing is taken away.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, unquote_to_bytes, urlsplit

import idna

from store.entries.holders import held_address, is_archive
from store.entries.sites import is_amp, paper_of, story, without_amp
from store.entries.trackers import tells_nothing
from store.model import PublishedDate

MAXIMUM_LENGTH = 2000
"""Characters. Every platform, browser and proxy in use takes addresses up to this length."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_BLANK = frozenset({"Zs", "Zl", "Zp"})
_PLAIN_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_LONGEST_HOST = 253  # RFC 1035, section 2.3.4
_NESTED = 4
"""How often an address may lead to another that leads on."""

_DEFAULT_PORTS = frozenset({80, 443})

# RFC 3986: what may stand as itself. Whatever divides parts there is left out here, so that
# "%2F" in a path and "%26" in a query stay what they are.
_PATH_SAFE = "!$&'()*+,;=:@~"
_QUERY_SAFE = "!$'()*,;:@/?~"
_FRAGMENT_SAFE = "!$&'()*+,;=:@/?~"

_VISIBLE_ASCII = re.compile(r"[!-~]+")
_PLAIN_PATH = re.compile(r"(?:/(?!\.)[A-Za-z0-9_.!$&'()*+,;=:@~-]*)*")
"""A path that is in its normal form, but for slashes at its end."""

_FIRST_YEAR_OF_ARXIV = 91


class Fault(StrEnum):
    """What may be wrong with an address, each in one sentence."""

    EMPTY = "The address is empty."
    TOO_LONG = "The address is longer than 2,000 characters."
    BLANK = "The address has a space in it."
    HIDDEN = "The address has a control character or an invisible character in it."
    SCHEME = "The address does not begin with http:// or https://."
    CREDENTIALS = "The address has a user name or a password in it."
    HOST_MISSING = "The address names no site after http:// or https://."
    HOST = "The address names a site that cannot exist."
    PORT = "The address has a port that is not a number from 0 to 65535."


@lru_cache(maxsize=4096)  # an import asks for each link when it reads, compares and writes it
def canonical(url: str) -> str:
    """Return the form in which two addresses of the same story are equal.

    http is https; host in lower case and ASCII (IDNA), without `www.`; no default port; trackers
    and fragments gone; percent-encoding as RFC 3986 wants it; no slash at the end. The order of
    `key=value` pairs means nothing to a form, so they are sorted by key, values of one key in
    their order; a query that is no form stays as it is. A fragment that is a route (`#/news/1`,
    `#!news`) is kept: there the page before it is the same for every story. The forms that a site
    itself gives to one story (`store/entries/sites.py`) are one, and an address that only leads to
    another one is that other one.

    `canonical(canonical(url)) == canonical(url)`.

    Raises:
        ValueError: for what is no address of a web page; it says one of the `Fault` sentences.
    """
    parts = _split(unwrapped(url))
    host, path = _site(parts), without_amp(_path(parts.path))
    paper = _paper(host, path)
    if paper is not None:
        return f"https://arxiv.org/abs/{paper}"
    port = "" if parts.port is None or parts.port in _DEFAULT_PORTS else f":{parts.port}"
    query = _query(host, path, parts.query)
    values = {key.lower(): value for key, value in parse_qsl(query[1:])}
    if not port and (known := story(host, unquote(path), values)) is not None:
        known_host, slash, rest = known.partition("/")
        known_path, _, known_query = rest.partition("?")
        result = (
            f"https://{known_host}{_path(slash + known_path)}{_query(known_host, '', known_query)}"
        )
    else:
        result = f"https://{host}{port}{path}{query}{_route(parts.fragment)}"
    if len(result) > MAXIMUM_LENGTH:
        raise ValueError(Fault.TOO_LONG)
    return result


def unwrapped(url: str, *, archives: bool = True) -> str:
    """Return the address that another one only leads to (a search result, a mail's safe link).

    Any other address comes back as it is; raises ValueError for what is none. Without `archives`,
    so does a copy in an archive, which may be all that is left of a page.
    """
    for _ in range(_NESTED):
        parts = _split(url)
        site = _site(parts)
        if not archives and is_archive(site):
            break
        held = held_address(site, parts.path.rstrip("/") or "/", parts.query)
        if held is None:
            break
        try:
            _site(_split(held))
        except ValueError:
            break
        url = held
    return url


def host(url: str) -> str:
    """Return the site of an address as it is named to people: `arxiv.org`, whatever leads there.

    Lower case, without `www.`, in ASCII (a name that only looks like another one is seen).
    Empty for what is no address of a web page.
    """
    try:
        return _site(_split(unwrapped(url)))
    except ValueError:
        return ""


def arxiv_month(url: str) -> PublishedDate | None:
    """Return the month in which arXiv took the paper in, which its number tells.

    `arxiv.org/abs/2104.00298` is April 2021, `arxiv.org/abs/hep-th/9901001` January 1999. None
    for every other address.
    """
    try:
        parts = _split(unwrapped(url))
        paper = _paper(_site(parts), _path(parts.path))
    except ValueError:
        return None
    if paper is None:
        return None
    number = paper.rpartition("/")[2]
    year = int(number[:2])
    return PublishedDate(year + (1900 if year >= _FIRST_YEAR_OF_ARXIV else 2000), int(number[2:4]))


def _split(url: str) -> SplitResult:
    if not url:
        raise ValueError(Fault.EMPTY)
    if len(url) > MAXIMUM_LENGTH:
        raise ValueError(Fault.TOO_LONG)
    if not _VISIBLE_ASCII.fullmatch(url):
        _refuse_unseen(url)
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError(Fault.SCHEME)
    try:
        parts = urlsplit(unicodedata.normalize("NFC", url))
    except ValueError:
        raise ValueError(Fault.HOST) from None
    if "@" in parts.netloc:
        raise ValueError(Fault.CREDENTIALS)
    if not parts.hostname:
        raise ValueError(Fault.HOST_MISSING)
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(Fault.PORT) from None
    return parts


def _refuse_unseen(url: str) -> None:
    categories = {unicodedata.category(character) for character in url}
    if categories & _HIDDEN:
        raise ValueError(Fault.HIDDEN)
    if categories & _BLANK:
        raise ValueError(Fault.BLANK)


def _site(parts: SplitResult) -> str:
    name = parts.hostname or ""
    if parts.netloc.startswith("["):
        try:
            address = ipaddress.IPv6Address(name)
        except ValueError:
            raise ValueError(Fault.HOST) from None
        if address.scope_id is not None:  # an interface of one machine
            raise ValueError(Fault.HOST)
        return f"[{address.compressed}]"
    if len(name) > _LONGEST_HOST:
        raise ValueError(Fault.HOST)
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise ValueError(Fault.HOST) from None
    name = name.removesuffix(".")
    if not _PLAIN_HOST.fullmatch(name):
        raise ValueError(Fault.HOST)
    while name.startswith("www.") and "." in name.removeprefix("www."):
        name = name.removeprefix("www.")
    return name


def _path(path: str) -> str:
    if _PLAIN_PATH.fullmatch(path):
        return "/" + path[1:].rstrip("/")
    kept: list[bytes] = []
    for segment in path.removeprefix("/").split("/"):
        plain = unquote_to_bytes(segment)
        if plain == b"..":
            del kept[-1:]
        elif plain != b".":
            kept.append(plain)
    while kept and not kept[-1]:
        kept.pop()
    return "/" + "/".join(quote(segment, safe=_PATH_SAFE) for segment in kept)


def _query(site: str, path: str, query: str) -> str:
    parts = [part for part in query.split("&") if part]
    kept: list[tuple[str, str, str]] = []
    for part in parts:
        key, equals, value = part.replace("+", " ").partition("=")
        plain_key, plain_value = unquote_to_bytes(key), unquote_to_bytes(value)
        words = plain_key.decode("utf-8", "replace"), plain_value.decode("utf-8", "replace")
        if not (is_amp(*words) or tells_nothing(site, path, *words)):
            kept.append(
                (quote(plain_key, safe=_QUERY_SAFE), equals, quote(plain_value, safe=_QUERY_SAFE))
            )
    if all(equals for _, equals, _ in kept):
        kept.sort(key=lambda pair: pair[0])
    return "?" + "&".join("".join(pair) for pair in kept) if kept else ""


def _route(fragment: str) -> str:
    if not fragment.startswith(("/", "!")) or not fragment.strip("/!"):
        return ""
    return "#" + quote(unquote_to_bytes(fragment), safe=_FRAGMENT_SAFE)


def _paper(site: str, path: str) -> str | None:
    found = paper_of(site, unquote(path))
    if found is None:
        return None
    number = str(found["new"] or found["old"])
    if not "01" <= number[2:4] <= "12":
        return None
    return number if found["new"] else f"{found['archive'].lower()}/{number}"
