"""Which time zone is meant: names of zones, cities and countries in Korean and English, offsets.

Names come from the time zone database and from the CLDR, which also has names of the time that
several zones keep (`중부 유럽 표준시`, `British Summer Time`). What neither has stands in
`cities.tsv`: abbreviations, and cities without a zone of their own.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from bot.nearest import misspelt

_OFFSET = re.compile(
    r"(?:(?:gmt|utc|z|그리니치|협정\s?세계시)\s*)?(?P<sign>[+-])\s*(?P<hours>\d{1,2})"
    r"(?::?(?P<minutes>[0-5]\d)|[.,](?P<part>25|50?|75))?"
)
_REVERSED = re.compile(r"etc/gmt(?P<sign>[+-])(?P<hours>\d{1,2})")
_DASHES = str.maketrans("−–—－＋±", "----++")
_BETWEEN = re.compile(r"[\s_.]+")
_OFFSET_BESIDE = re.compile(r"(?:\b(?:gmt|utc)\s?)?[+-]\s?\d{1,2}(?::?\d{2})?\b")
_PARTS = re.compile(r"[()（）\[\],，]")
"""What divides a name from its abbreviation or its country: `서울 (KST)`, `Seoul, Korea`."""
_WORDS_OF_TIME = re.compile(
    r"(?:standard|daylight|summer)?time|(?:하계)?표준시|하계시간|시간대?|기준"
)
_FARTHEST = timedelta(hours=-12), timedelta(hours=14)
"""From UTC, to the west and to the east: beyond, there is no zone."""
_REGIONS = ("US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
"""Where names of old lie, of which those of their cities are shown."""

_SEVERAL = {
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
}
"""Abbreviations that name more than one zone."""


class UnknownZone(ValueError):
    """A text names no time zone, or more than one. `meant` are those that it may mean."""

    def __init__(self, text: str, *meant: str) -> None:
        super().__init__(f"{text!r} is not a time zone")
        self.meant = meant


def read_zone(text: str) -> str:
    """Return the IANA name of the zone that people mean. Raises UnknownZone.

    An offset such as `GMT+9` or `+09:00` is ahead of UTC where it has a plus. `Etc/GMT+9`, which
    by POSIX is behind, is refused with both zones that it may mean.
    """
    plain = text.strip().translate(_DASHES).casefold()
    if _OFFSET.fullmatch(plain) or _REVERSED.fullmatch(plain):
        return _one(text, plain)
    pieces = [*_PARTS.split(_OFFSET_BESIDE.sub(",", plain)), *_OFFSET_BESIDE.findall(plain)]
    parts = [piece for piece in map(str.strip, pieces) if piece]
    return _agreed(text, parts) if len(parts) > 1 else _one(text, plain)


def _agreed(text: str, parts: Sequence[str]) -> str:
    """Return the zone that several names and offsets say together. Raises UnknownZone."""
    said: dict[str, None] = {}
    for part in parts:
        with contextlib.suppress(UnknownZone):
            said[_one(part, part)] = None
    named = [zone for zone in said if not zone.startswith("Etc/") and zone != "UTC"]
    first = next(iter([*named, *said]), None)
    if first is None:
        return _one(text, " ".join(parts))
    if all(set(_year(zone)) & set(_year(first)) for zone in said):
        return first
    raise UnknownZone(text, *said)


def _one(text: str, plain: str) -> str:
    """Return the zone that one name or offset means. Raises UnknownZone."""
    if reversed_ := _REVERSED.fullmatch(plain):
        ahead = _ahead(f"{reversed_['sign']}{reversed_['hours']}")
        zones = (_fixed_zone(ahead), _fixed_zone(-ahead))
        raise UnknownZone(text, *(zone for zone in zones if zone))
    if offset := _OFFSET.fullmatch(plain):
        part = int(float(f"0.{offset['part'] or 0}") * 60)
        ahead = _ahead(f"{offset['sign']}{offset['hours']}", int(offset["minutes"] or part))
        if (zone := _fixed_zone(ahead)) is None:
            raise UnknownZone(text, *(one for one in _usual() if ahead in _year(one)))
        return zone
    key = _key(plain)
    short = _WORDS_OF_TIME.sub("", key) or key
    for name in (key, short):
        if name in _SEVERAL:
            raise UnknownZone(text, *_SEVERAL[name])
        found = _written().get(name) or _names().get(name)
        if found:
            return found
        if several := _countries().get(name):
            usual = [zone for zone in _usual() if zone in several]
            raise UnknownZone(text, *dict.fromkeys((*usual, *several)))
    if key in {zone.partition("/")[0].casefold() for zone in _usual()}:
        raise UnknownZone(text)  # a continent
    near = misspelt(short.replace("-", "/").replace("\\", "/"), _names())
    raise UnknownZone(text, *([_names()[near]] if near else []))


def as_typed(zone: str) -> str:
    """Return a zone as people type it, and as `read_zone` reads it: a fixed offset as `UTC+9`."""
    fixed = _REVERSED.fullmatch(zone.casefold())
    return f"UTC{-int(fixed['sign'] + fixed['hours']):+d}" if fixed else zone


def zones_like(typed: str, limit: int) -> Iterator[str]:
    """Yield at most `limit` zones for what is typed so far, in either language, the best first."""
    sought = _key(typed.strip().translate(_DASHES))
    found: dict[str, None] = {}
    try:
        found[read_zone(typed)] = None
    except UnknownZone as error:
        found.update(dict.fromkeys(error.meant))
    rank = {zone: place for place, zone in enumerate(_usual())}
    for begins in (True, False):
        at = (
            zone
            for name, zone in _names().items()
            if (name.startswith(sought) if begins else sought in name)
        )
        found.update(dict.fromkeys(sorted(at, key=lambda zone: rank.get(zone, len(rank)))))
    yield from list(found)[:limit]


def _ahead(hours: str, minutes: int = 0) -> timedelta:
    """Return how far ahead of UTC an offset is."""
    return timedelta(hours=int(hours), minutes=-minutes if hours.startswith("-") else minutes)


def _fixed_zone(ahead: timedelta) -> str | None:
    """Return the zone that is always so far ahead; None where there is none."""
    if not _FARTHEST[0] <= ahead <= _FARTHEST[1]:
        return None
    hours, rest = divmod(ahead, timedelta(hours=1))
    if not rest:
        return f"Etc/GMT{-hours:+d}" if hours else "UTC"
    return next((zone for zone in _usual() if _year(zone) == (ahead, ahead)), None)


def _year(zone: str) -> tuple[timedelta | None, timedelta | None]:
    """Return how far a zone is from UTC in winter and in summer."""
    winter, summer = (datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return winter.utcoffset(), summer.utcoffset()


@cache
def _usual() -> tuple[str, ...]:
    """Return every zone of a country, those first that people mean by a name or an offset."""
    several = (zone for zones in _SEVERAL.values() for zone in zones)
    usual = (*_written().values(), *several, *get_global("windows_zone_mapping").values())
    known = available_timezones() & get_global("zone_territories").keys()
    found = dict.fromkeys(zone for zone in usual if zone.rpartition("/")[0] not in {"", "Etc"})
    return (*found, *sorted(known - found.keys()))


@cache
def _names() -> Mapping[str, str]:
    """Return each zone by its name, its cities, its time and, of one alone, its country's names."""
    names: dict[str, str] = {}
    zones = sorted(available_timezones())
    of_territory = get_global("zone_territories")
    newer = get_global("zone_aliases")
    for zone in zones:
        # `Japan`, `Hongkong` and `US/Hawaii` are names of old; those of their cities are shown.
        old = "/" not in zone or zone.startswith(_REGIONS)
        city = newer.get(zone, zone) if old else zone
        names[_key(zone)] = city if city in zones else zone
    names |= _written()
    for zone in zones:
        if "/" in zone and not zone.startswith(("Etc/", *_REGIONS)):
            names.setdefault(_key(zone.rpartition("/")[2]), names[_key(zone)])
    for locale in (Locale("en"), Locale("ko")):
        for zone, said in locale.time_zones.items():
            if zone in of_territory and said.get("city"):
                names.setdefault(_key(said["city"]), zone)
        for code, territory in locale.territories.items():
            own = [zone for zone in _of_country().get(code, ()) if zone in zones]
            if own and len(set(map(_year, own))) == 1:
                names.setdefault(_key(territory), own[0])
        for time, zone in _times(locale):
            names.setdefault(time, zone)
    return names


@cache
def _written() -> Mapping[str, str]:
    """Return zones by what people write for them where no table of names says one."""
    table = (files("bot.schedule") / "cities.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in table.splitlines())
    return {_key(name): zone for zone, names in rows for name in names.split()}


def _times(locale: Locale) -> Iterator[tuple[str, str]]:
    """Yield what the time is called that several zones keep, and the usual one of them."""
    newer = get_global("zone_aliases")
    of_zone = {newer.get(zone, zone): time for zone, time in get_global("meta_zones").items()}
    usual: dict[str, str] = {}
    for zone in _usual():
        usual.setdefault(of_zone.get(zone, ""), zone)
    called = [(usual.get(name), said) for name, said in locale.meta_zones.items()]
    for zone, said in (*called, *locale.time_zones.items()):
        for long in said.get("long", {}).values() if zone else ():
            yield _key(long), zone
            yield _WORDS_OF_TIME.sub("", _key(long)), zone


@cache
def _countries() -> Mapping[str, tuple[str, ...]]:
    """Return the zones of each country that has several, by its names."""
    found: dict[str, tuple[str, ...]] = {}
    for locale in (Locale("en"), Locale("ko")):
        for code, territory in locale.territories.items():
            own = _of_country().get(code, ())
            if len(own) > 1:
                found[_key(territory)] = own
    found |= {name: found[_key("United States")] for name in ("us", "usa", "america")}
    found |= {"호주": found[_key("Australia")]}
    return found


@cache
def _of_country() -> Mapping[str, tuple[str, ...]]:
    zones: dict[str, list[str]] = {}
    for zone, code in get_global("zone_territories").items():
        zones.setdefault(code, []).append(zone)
    return {code: tuple(own) for code, own in zones.items()}


def _key(name: str) -> str:
    """Return a name as names are compared: small, without blanks and without accents."""
    plain = _BETWEEN.sub("", name.casefold())
    if plain.isascii():
        return plain
    marks = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize(
        "NFC", "".join(one for one in marks if not unicodedata.combining(one))
    )
