"""Schedules in words: what people type becomes a rule, and a rule is said in their language."""

from __future__ import annotations

import re
import unicodedata
from zoneinfo import ZoneInfo

from bot.i18n.translator import N_, Translator
from bot.port.problems import Mistyped
from bot.port.text import one_line, shorten
from bot.schedule.slots import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    WEEKDAY,
    CronError,
    days_and_time,
    read_rule,
)
from bot.schedule.zones import as_typed
from store.model import INSTANT, Schedule

WHEN = "when"
"""The parameter of the commands that holds a schedule."""

_SHOWN = 60

_INSTANT = {
    INSTANT,
    "instantly",
    "immediately",
    "at once",
    "asap",
    "바로",
    "즉시",
    "실시간",
    "바로바로",
}
_EVERY_DAY = {"", "daily", "every day", "everyday", "매일", "날마다"}
_EVERY_WEEK = {"weekly", "every", "week", "매주", "on", "and"}
_EVERY_WEEKDAY = "*"
_DAY_NAMES = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SHORTEST_NAME = 3
_DAY_LETTERS = "일월화수목금토"
_DAY_GROUPS = {
    **dict.fromkeys(("weekdays", "weekday", "평일", "주중"), (1, 2, 3, 4, 5)),
    **dict.fromkeys(("weekends", "weekend", "주말"), (0, 6)),
}
_DAY_WORDS = (
    N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"),
)  # fmt: skip
_WEEK = 7
_HALF_DAYS = {"오전": "a", "새벽": "a", "아침": "a", "오후": "p", "낮": "p", "저녁": "p", "밤": "p"}
_BEFORE_NOON = {("낮", 11), ("밤", 12), ("밤", 1), ("밤", 2), ("밤", 3), ("밤", 4)}
_LAST_HOUR = {True: 12, False: 23}
_LAST_MINUTE = 59

_TIME = re.compile(
    r"(?:^|(?<=\s)|(?<=매일)|(?<=[일월화수목금토평말중다]))(?:(?:at|@)\s*)?"
    r"(?:(?P<korean>오전|오후|새벽|아침|낮|저녁|밤|[ap](?=m))m?\s*)?"
    r"(?:(?P<hour>\d{1,2})"
    r"(?:[:.](?P<minute>\d{2})(?::00)?|\s*시(?:\s*(?P<minutes>\d{1,2})\s*분|\s*(?P<half>반))?)?"
    r"(?:\s*(?P<english>[ap])\.?m\.?)?"
    r"|(?P<word>noon|midnight|정오|자정))"
    r"\s*(?:정각)?(?:에|마다)?(?=$|(?P<days>\s+[^\W\d].*))"
)
"""A time of day at the end, or before the days."""
_TO = re.compile(r"\s(?:to|through)\s|부터\s*")
_AFTER_DAY = re.compile(r"(?<=[일월화수목금토말])(?:마다|까지|[과와]|에)(?=\s|$)")
_DASH = re.compile(r"[‐‑‒–—―−]")
_CRON_FIELD = re.compile(r"[0-9a-z*,/#-]+")
_PLAIN_CRON = re.compile(r"[0-9*][0-9*,/-]*")

_WRONG_FIELDS = {
    MINUTE: N_("“{value}” is not a minute of a cron rule. Minutes go from 0 to 59."),
    HOUR: N_("“{value}” is not an hour of a cron rule. Hours go from 0 to 23."),
    DAY: N_("“{value}” is not a day of the month in a cron rule. Days go from 1 to 31."),
    MONTH: N_("“{value}” is not a month of a cron rule. Months go from 1 to 12, or jan to dec."),
    WEEKDAY: N_(
        "“{value}” is not a day of the week in a cron rule. Days go from 0 (Sunday) to 6, or sun "
        "to sat."
    ),
}


def parse_schedule(text: str, timezone: str) -> Schedule:
    """Read when a channel wants posts, as people write it in English or Korean.

    `daily 09:00`, `weekly mon,thu 9am`, `매일 오전 9시`, `매주 월,목 09:00`, `instant`, `바로`, or
    five cron fields. `timezone` is an IANA name. Raises Mistyped, which says what to type.
    """
    if not known_zone(timezone):
        raise Mistyped(
            "“{value}” is not a time zone. Type one such as Asia/Seoul or Europe/London.",
            parameter="timezone",
            value=_shown(timezone),
        )
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("\"'“”‘’ ")
    plain = _DASH.sub("-", plain)
    if plain in _INSTANT:
        return Schedule(INSTANT, timezone)
    return Schedule(_cron(plain, text) or _in_words(plain, text), timezone)


def describe(schedule: Schedule, words: Translator) -> str:
    """Return a schedule in words that go on from "AI news comes here"."""
    if schedule.instant:
        return words.gettext("as soon as it is published")
    if schedule.desk:
        return words.gettext("the moderators' desk")
    rule, zone = schedule.rule, as_typed(schedule.timezone)
    simple = _simple(rule)
    if simple is None:
        return words.gettext("by the cron rule {rule} ({timezone})", rule=rule, timezone=zone)
    weekdays, time = simple
    if len(weekdays) == _WEEK:
        return words.gettext("every day at {time} ({timezone})", time=time, timezone=zone)
    days = ", ".join(words.gettext(_DAY_WORDS[day]) for day in weekdays)
    return words.gettext("every {days} at {time} ({timezone})", days=days, time=time, timezone=zone)


def phrase(schedule: Schedule, words: Translator) -> str:
    """Return how somebody would type a schedule: `daily 09:00`, `매주 월,목 09:00`, a cron rule."""
    if schedule.instant:
        return words.value("schedule", "", INSTANT)
    simple = _simple(schedule.rule)
    if simple is None:
        return schedule.rule
    weekdays, time = simple
    if len(weekdays) == _WEEK:
        return f"{words.value('schedule', '', 'daily')} {time}"
    days = ",".join(words.gettext(_DAY_WORDS[day]) for day in weekdays)
    return f"{words.value('schedule', '', 'weekly')} {days} {time}"


def _simple(rule: str) -> tuple[list[int], str] | None:
    """Return the weekdays of a rule, from Monday on, and its time; None for one that says more."""
    simple = days_and_time(rule)
    if simple is None:
        return None
    weekdays, hour, minute = simple
    return sorted(weekdays, key=lambda day: (day - 1) % _WEEK), f"{hour:02}:{minute:02}"


def known_zone(timezone: str) -> bool:
    """Whether this machine knows a time zone of that name."""
    try:
        ZoneInfo(timezone)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _shown(text: str) -> str:
    return shorten(one_line(text), _SHOWN)


def _wrong(text: str, value: str, count: int = 0) -> Mistyped:
    return Mistyped(text, parameter=WHEN, value=_shown(value), count=count)


def _cron(plain: str, typed: str) -> str | None:
    """Return the rule where the text looks like one."""
    fields = plain.removeprefix("cron ").split()
    if not all(_CRON_FIELD.fullmatch(field) for field in fields):
        return None
    looks = "*" in plain or (len(fields) > 1 and all(map(_PLAIN_CRON.fullmatch, fields[:2])))
    if not (looks or plain.startswith("cron ")):
        return None
    try:
        read_rule(" ".join(fields))
    except CronError as error:
        if error.field is None:
            raise _wrong(
                N_(
                    "A cron rule has five fields (minute, hour, day of month, month, day of week), "
                    "and “{value}” has {count}. An example: 0 9 * * 1-5"
                ),
                typed,
                count=len(fields),
            ) from None
        if error.item is None:
            raise _wrong(
                N_("“{value}” never happens: none of its months has such a day."), typed
            ) from None
        raise _wrong(_WRONG_FIELDS[error.field], error.item) from None
    return " ".join(fields)


def _in_words(plain: str, typed: str) -> str:
    match = _TIME.search(plain)
    before = (plain[: match.start()] + (match["days"] or "") if match else plain).strip(" ,:")
    days = _EVERY_WEEKDAY if before in _EVERY_DAY else _weekdays(before, typed)
    minute = _minute(match, typed)
    return f"{minute % 60} {minute // 60} * * {days}"


def _minute(match: re.Match[str] | None, typed: str) -> int:
    """Return the minute of the day that was typed."""
    if match is None:
        raise _wrong(N_("“{value}” has no time of day. Type, for example: daily 09:00"), typed)
    if match["word"]:
        return 0 if match["word"] in {"midnight", "자정"} else 12 * 60
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or match["minutes"] or 0)
    half_day = _HALF_DAYS.get(match["korean"] or "", match["english"] or match["korean"])
    if (match["korean"], hour) in _BEFORE_NOON:
        half_day = "a"
    exact = half_day or match["minute"] or "시" in match[0]
    known = hour <= _LAST_HOUR[bool(half_day)] and minute <= _LAST_MINUTE
    if not (exact and known) or (half_day and not hour):
        raise _wrong(
            N_("“{value}” is not a time of day. Type one such as 09:00, 18:30 or 6pm."), match[0]
        )
    if half_day:
        hour = hour % 12 + (12 if half_day == "p" else 0)
    return hour * 60 + minute


def _weekdays(text: str, typed: str) -> str:
    """Return the day-of-week field for names of days."""
    plain = _AFTER_DAY.sub("", _TO.sub("-", text))
    pieces = [piece for piece in re.split(r"[\s,·/&]+", plain) if piece]
    named = [piece for piece in pieces if piece not in _EVERY_WEEK]
    if pieces and not named:
        raise _wrong(N_("“{value}” has no day. Type, for example: weekly mon,thu 09:00"), typed)
    found: set[int] = set()
    for piece in named:
        days = _days(piece)
        if days is None and len(pieces) == len(named):
            raise _wrong(
                N_(
                    "“{value}” is not a schedule. Type daily 09:00, weekly mon,thu 09:00, instant, "
                    "or a cron rule of five fields such as 0 9 * * 1-5."
                ),
                typed,
            )
        if days is None:
            raise _wrong(
                N_("“{value}” is not a day of the week. Type such as mon, thu or mon-fri."), piece
            )
        found.update(days)
    return ",".join(map(str, sorted(found)))


def _days(piece: str) -> tuple[int, ...] | None:
    """Return the days of the week that a word or a range names, from 0 for Sunday."""
    if piece in _DAY_GROUPS:
        return _DAY_GROUPS[piece]
    first, dash, last = piece.replace("~", "-").partition("-")
    begin, end = _named_days(first), _named_days(last)
    if not dash or begin is None or end is None:
        return None if dash else begin
    length = (end[0] - begin[-1]) % 7
    return (*begin, *((begin[-1] + step) % 7 for step in range(length + 1)))


def _named_days(word: str) -> tuple[int, ...] | None:
    if len(word) >= _SHORTEST_NAME:
        for number, name in enumerate(_DAY_NAMES):
            if name.startswith(word.removesuffix("s")) or name == word:
                return (number,)
    letters = word.removesuffix("요일")
    if letters and all(letter in _DAY_LETTERS for letter in letters):
        return tuple(_DAY_LETTERS.index(letter) for letter in letters)
    return None
