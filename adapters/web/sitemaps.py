"""What crawlers ask a site for: which pages there are, and which they may read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.i18n.translator import LANGUAGES
from bot.port.archive import Archive

_PART = re.compile(r"/sitemap-([0-9]{1,9})\.xml")
_NUMBERS = 2000
"""Numbers of entries in a part, each a page in every language: some 200 KB."""

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file, and its content type."""

    text: str
    kind: str


async def site_file(archive: Archive, path: str) -> SiteFile | None:
    """Return `robots.txt`, `sitemap.xml` or one of its parts, None where there is none such.

    The map (https://www.sitemaps.org/protocol.html) is an index of parts by the entries' numbers,
    so that a part stays what it is while the digest grows, and none has more than the 50,000
    addresses that it may have. Raises ArchiveAway.
    """
    if path == "/robots.txt":
        # The feeds of searches too: each is a search.
        closed = [f"/{each}/{path}" for each in LANGUAGES for path in ("search", "feed/search")]
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
        lines.append(f"Sitemap: {archive.url}/sitemap.xml")
        return SiteFile("\n".join(lines) + "\n", "text/plain; charset=utf-8")
    if path == "/sitemap.xml":
        parts = range(await archive.last_number() // _NUMBERS + 1)
        every = (f"{archive.url}/sitemap-{part}.xml" for part in parts)
        return _file("sitemapindex", "sitemap", every)
    match = _PART.fullmatch(path)
    return None if match is None else await _part(archive, int(match[1]))


async def _part(archive: Archive, number: int) -> SiteFile | None:
    numbers = await archive.numbers(number * _NUMBERS, _NUMBERS)
    lists = ("", "/tags", "/about") if number == 0 else ()
    if not numbers and not lists:
        return None
    paths = [*lists, *(f"/e/{each}" for each in numbers)]
    every = (f"{archive.url}/{language}{path}" for path in paths for language in LANGUAGES)
    return _file("urlset", "url", every)


def _file(root: str, element: str, addresses: Iterable[str]) -> SiteFile:
    """Return the XML. The addresses are ours: nothing in them needs to be escaped."""
    lines = "\n".join(f"<{element}><loc>{each}</loc></{element}>" for each in addresses)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return SiteFile(f'{head}<{root} xmlns="{_SPACE}">\n{lines}\n</{root}>\n', _XML)
