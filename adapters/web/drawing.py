"""Templates become HTML. Only this file knows their library; all that they are given is escaped."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from importlib import resources
from importlib.resources.abc import Traversable
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.i18n.translator import Translator
from bot.port.archive import ArchiveEntry
from bot.port.card import LinkText, Style, Text
from bot.port.text import language_of_text, one_line
from store.model import Entry

_SAFE = ("http://", "https://")

_REMEMBERED = 512
"""Entries in lists that are drawn once while they say the same: some 0.5 MB."""


class Drawing:
    """The templates, the style and the picture of the site."""

    def __init__(self) -> None:
        folder = resources.files("adapters.web")
        self.style = (folder / "style.css").read_bytes()
        self.icon = (folder / "icon.svg").read_bytes()
        self.style_path = f"/style-{_digest(self.style)}.css"
        self.icon_path = f"/icon-{_digest(self.icon)}.svg"
        self._environment = Environment(
            loader=PackageLoader("adapters.web"),
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._environment.globals |= {"style": self.style_path, "icon": self.icon_path}
        self._environment.filters |= {
            "href": href,
            "line": one_line,
            "language": _language,
            "path": quote,
            "code": lambda text: Text(text, Style.CODE),
            "link": LinkText,
            "plain": Text,
            "strong": lambda text: Text(text, Style.STRONG),
        }
        self._item = lru_cache(_REMEMBERED)(self._draw_item)
        folders = (folder, folder / "templates", resources.files("bot.i18n.locales"))
        self.version = _digest(b"\0".join(_files(folders)))
        """Another one where a page may look or read different, whatever the digest says."""

    def draw(self, name: str, facts: Mapping[str, object], words: Translator) -> str:
        """Return a page."""
        said = {
            "gettext": words.gettext,
            "ngettext": words.ngettext,
            "spans": words.spans,
            "items": lambda some: "\n".join(
                self._item(**_item_facts(shown, words.language)) for shown in some
            ),
        }
        return self._environment.get_template(name).render({**facts, **said})

    def _draw_item(self, **facts: object) -> str:
        return self._environment.get_template("item.html").render(facts)


def _files(folders: Iterable[Traversable]) -> Iterator[bytes]:
    """Yield what stands in each file of some folders, in the order of their names."""
    for folder in folders:
        files = (each for each in folder.iterdir() if each.is_file())
        yield from (each.read_bytes() for each in sorted(files, key=lambda each: each.name))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=6).hexdigest()


def href(url: str) -> str:
    """Return an address that a link may have: another protocol could run a script."""
    return url if url.casefold().startswith(_SAFE) else ""


def _item_facts(shown: ArchiveEntry, reader: str) -> dict[str, Hashable]:
    """Return what an entry says in a list; a language where it is another one than the reader's."""
    entry = shown.entry
    title_in, brief_in = (_language(text, entry) for text in (entry.title, shown.brief))
    return {
        "reader": reader,
        "id": entry.id,
        "title": entry.title,
        "title_in": title_in if title_in != reader else "",
        "votes": entry.votes,
        "url": href(entry.url or ""),
        "site": shown.site,
        "brief": shown.brief,
        "brief_in": brief_in if brief_in != reader else "",
    }


def _language(text: str, entry: Entry) -> str:
    """Return the language of a text of an entry, for those who hear a page."""
    guess = language_of_text(text)
    said = entry.language or guess
    # A paper's English title is English, also in an entry that is Korean otherwise.
    return guess if guess == "ko" or said.startswith("ko") else said
