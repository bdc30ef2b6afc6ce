"""Which time zone is meant: names of zones, cities and countries in Korean and English, offsets.

Names come from the time zone database and from the CLDR; only abbreviations, which neither settles
(CST is in America and in China), stand in a table here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

_OFFSET = re.compile(
    r"(?:(?:gmt|utc|z|그리니치|협정\s?세계시)\s*)?(?P<sign>[+-])\s*(?P<hours>\d{1,2})"
    r"(?::?(?P<minutes>[0-5]\d))?"
)
_REVERSED = re.compile(r"etc/gmt(?P<sign>[+-])(?P<hours>\d{1,2})")
_DASHES = str.maketrans("−–—－＋", "----+")
_BETWEEN = re.compile(r"[\s_.]+")
_WORDS_OF_TIME = re.compile(r"(?:standard|daylight|summer)?time|시간대?|표준시|기준")
_LONGEST_OFFSET = timedelta(hours=14)
_NEAR = 0.75

_ABBREVIATIONS = {
    "kst": "Asia/Seoul", "jst": "Asia/Tokyo", "hkt": "Asia/Hong_Kong", "sgt": "Asia/Singapore",
    "ict": "Asia/Bangkok", "wib": "Asia/Jakarta", "pht": "Asia/Manila",
    "aest": "Australia/Sydney", "aedt": "Australia/Sydney", "acst": "Australia/Darwin",
    "awst": "Australia/Perth", "nzst": "Pacific/Auckland", "nzdt": "Pacific/Auckland",
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "eastern": "America/New_York", "us/eastern": "America/New_York", "동부": "America/New_York",
    "미국동부": "America/New_York", "cdt": "America/Chicago", "central": "America/Chicago",
    "미국중부": "America/Chicago", "mst": "America/Denver", "mdt": "America/Denver",
    "mountain": "America/Denver", "미국산악": "America/Denver",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles", "태평양": "America/Los_Angeles",
    "미국서부": "America/Los_Angeles", "서부": "America/Los_Angeles",
    "uk": "Europe/London", "england": "Europe/London", "영국": "Europe/London",
    "cet": "Europe/Paris", "cest": "Europe/Paris", "eet": "Europe/Helsinki",
    "eest": "Europe/Helsinki", "wet": "Europe/Lisbon", "west": "Europe/Lisbon",
    "msk": "Europe/Moscow", "gst": "Asia/Dubai", "pkt": "Asia/Karachi",
    "korea": "Asia/Seoul", "한국": "Asia/Seoul", "우리나라": "Asia/Seoul",
    "utc": "UTC", "gmt": "UTC", "z": "UTC", "zulu": "UTC", "협정세계시": "UTC",
}  # fmt: skip
"""What people write for a zone where no table of names says one. The first of each is the usual."""

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
    typed = text.strip().translate(_DASHES)
    plain = typed.casefold()
    if reversed_ := _REVERSED.fullmatch(plain):
        behind = _fixed(f"{reversed_['sign']}{reversed_['hours']}")
        ahead = _fixed(f"{'-' if reversed_['sign'] == '+' else '+'}{reversed_['hours']}")
        raise UnknownZone(text, *(zone for zone in (behind, ahead) if zone))
    if offset := _OFFSET.fullmatch(plain):
        zone = _fixed(f"{offset['sign']}{offset['hours']}", int(offset["minutes"] or 0))
        if zone is None:
            raise UnknownZone(text)
        return zone
    key = _BETWEEN.sub("", plain)
    short = _WORDS_OF_TIME.sub("", key) or key
    for name in (key, short):
        if name in _SEVERAL:
            raise UnknownZone(text, *_SEVERAL[name])
        found = _ABBREVIATIONS.get(name) or _names().get(name)
        if found:
            return found
        if several := _countries().get(name):
            usual = [zone for zone in dict.fromkeys(_ABBREVIATIONS.values()) if zone in several]
            raise UnknownZone(text, *dict.fromkeys((*usual, *several)))
    names = {**_names(), **_ABBREVIATIONS}
    near = difflib.get_close_matches(short, names, n=1, cutoff=_NEAR)
    raise UnknownZone(text, *(names[name] for name in near))


def as_typed(zone: str) -> str:
    """Return a zone as people type it, and as `read_zone` reads it: a fixed offset as `UTC+9`."""
    fixed = _REVERSED.fullmatch(zone.casefold())
    return f"UTC{-int(fixed['sign'] + fixed['hours']):+d}" if fixed else zone


def zones_like(typed: str, limit: int) -> Iterator[str]:
    """Yield at most `limit` zones for what is typed so far, in either language, the best first."""
    sought = _BETWEEN.sub("", typed.strip().translate(_DASHES).casefold())
    found: dict[str, None] = {}
    try:
        found[read_zone(typed)] = None
    except UnknownZone as error:
        found.update(dict.fromkeys(error.meant))
    for begins in (True, False):
        for name, zone in _names().items():
            at = name.find(sought)
            if at == 0 if begins else at > 0:
                found[zone] = None
    yield from list(found)[:limit]


def _fixed(hours: str, minutes: int = 0) -> str | None:
    """Return the zone that is always so many hours ahead; None where there is none."""
    ahead = timedelta(hours=int(hours), minutes=-minutes if hours.startswith("-") else minutes)
    if abs(ahead) > _LONGEST_OFFSET:
        return None
    if not minutes:
        return f"Etc/GMT{-int(hours):+d}" if int(hours) else "UTC"
    known = available_timezones() & get_global("zone_territories").keys()
    return min((zone for zone in known if _year(zone) == (ahead, ahead)), default=None)


def _year(zone: str) -> tuple[timedelta | None, timedelta | None]:
    """Return how far a zone is from UTC in winter and in summer."""
    winter, summer = (datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return winter.utcoffset(), summer.utcoffset()


@cache
def _names() -> Mapping[str, str]:
    """Return each zone by its name, its city and, where it is the only one, its country's names."""
    names: dict[str, str] = {}
    zones = sorted(available_timezones())
    of_territory = get_global("zone_territories")
    newer = get_global("zone_aliases")
    for zone in zones:
        # `Japan` and `Hongkong` are names of old; those of their cities are shown.
        city = zone if "/" in zone else newer.get(zone, zone)
        names[_key(zone)] = city if city in zones else zone
    for zone in zones:
        if "/" in zone and not zone.startswith("Etc/"):
            names.setdefault(_key(zone.rpartition("/")[2]), zone)
    for locale in (Locale("en"), Locale("ko")):
        for zone, said in locale.time_zones.items():
            if zone in of_territory and said.get("city"):
                names.setdefault(_key(said["city"]), zone)
        for code, territory in locale.territories.items():
            own = [zone for zone in _of_country().get(code, ()) if zone in zones]
            if own and len(set(map(_year, own))) == 1:
                names.setdefault(_key(territory), own[0])
    return names


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
    return found


@cache
def _of_country() -> Mapping[str, tuple[str, ...]]:
    zones: dict[str, list[str]] = {}
    for zone, code in get_global("zone_territories").items():
        zones.setdefault(code, []).append(zone)
    return {code: tuple(own) for code, own in zones.items()}


def _key(name: str) -> str:
    return _BETWEEN.sub("", name.casefold())
