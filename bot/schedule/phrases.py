"""When is each channel due: schedules in words, their next slots, and the clockwork that ticks."""

from __future__ import annotations

import asyncio
import logging
import re
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from apscheduler.events import JobExecutionEvent  # type: ignore[import-untyped] # has no types

from bot.i18n.translator import N_, Translator
from bot.port.problems import Mistyped
from bot.port.text import one_line, shorten
from bot.schedule.cron import DAY, HOUR, MINUTE, MONTH, WEEKDAY, CronError, CronRule
from store.model import INSTANT, Schedule

WHEN = "when"
"""The parameter of the commands that holds a schedule."""

TICK = timedelta(seconds=1)
"""Between two looks at what is due: a post goes out within about a second of its minute."""

_SHOWN = 60
_DAY = timedelta(days=1)
_LOGGER = logging.getLogger(__name__)

_INSTANT = {INSTANT, "instantly", "immediately", "at once", "바로", "즉시", "바로바로"}
_EVERY_DAY = {"", "daily", "every day", "everyday", "매일", "날마다"}
_EVERY_WEEK = {"weekly", "every", "week", "매주", "on", "and"}
_EVERY_WEEKDAY = "*"
_DAY_NAMES = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SHORTEST_NAME = 3
_DAY_LETTERS = "일월화수목금토"
_DAY_GROUPS = {
    "weekdays": (1, 2, 3, 4, 5),
    "weekday": (1, 2, 3, 4, 5),
    "평일": (1, 2, 3, 4, 5),
    "weekends": (0, 6),
    "weekend": (0, 6),
    "주말": (0, 6),
}
_DAY_WORDS = (
    N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"),
)  # fmt: skip
_WHOLE_WEEK = tuple(range(7))

_TIME = re.compile(
    r"(?:^|(?<=\s)|(?<=매일)|(?<=[일월화수목금토평말]))(?:at\s+)?"
    r"(?:(?P<korean>오전|오후)\s*)?"
    r"(?:(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})|\s*시(?:\s*(?P<minutes>\d{1,2})\s*분|\s*(?P<half>반))?)?"
    r"(?:\s*(?P<english>[ap])\.?m\.?)?"
    r"|(?P<word>noon|midnight|정오|자정))"
    r"\s*에?$"
)
_CRON_FIELD = re.compile(r"[0-9a-z*,/-]+")
_PLAIN_CRON = re.compile(r"[0-9*][0-9*,/-]*")

_WRONG_FIELDS = {
    MINUTE: N_("“{value}” is no minute of a cron rule. Minutes go from 0 to 59."),
    HOUR: N_("“{value}” is no hour of a cron rule. Hours go from 0 to 23."),
    DAY: N_("“{value}” is no day of the month in a cron rule. Days go from 1 to 31."),
    MONTH: N_("“{value}” is no month of a cron rule. Months go from 1 to 12, or jan to dec."),
    WEEKDAY: N_(
        "“{value}” is no day of the week in a cron rule. "
        "Days go from 0 (Sunday) to 6, or sun to sat."
    ),
}


def parse_schedule(text: str, timezone: str) -> Schedule:
    """Read when a channel wants posts, as people write it in English or Korean.

    `daily 09:00`, `weekly mon,thu 9am`, `매일 오전 9시`, `매주 월,목 09:00`, `instant`, `바로`, or
    five cron fields. `timezone` is an IANA name. Raises Mistyped, which says what to type.
    """
    if not _known(timezone):
        raise Mistyped(
            "“{value}” is not a time zone. Type one such as Asia/Seoul or Europe/London.",
            parameter="timezone",
            value=_shown(timezone),
        )
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("\"'“”‘’ ")
    if plain in _INSTANT:
        return Schedule(INSTANT, timezone)
    return Schedule(_cron(plain, text) or _in_words(plain, text), timezone)


def describe(schedule: Schedule, words: Translator) -> str:
    """Return a schedule in words that go on from "AI news comes here"."""
    if schedule.instant:
        return words.gettext("as soon as it is published")
    zone = schedule.timezone
    try:
        rule = CronRule.parse(schedule.rule)
    except CronError:
        return words.gettext(
            "by the cron rule {rule} ({timezone})", rule=schedule.rule, timezone=zone
        )
    fields = schedule.rule.split()
    once = len(rule.hours) == len(rule.minutes) == 1
    if not once or fields[2:4] != ["*", "*"]:
        return words.gettext(
            "by the cron rule {rule} ({timezone})", rule=schedule.rule, timezone=zone
        )
    time = f"{rule.hours[0]:02}:{rule.minutes[0]:02}"
    if rule.weekdays == _WHOLE_WEEK:
        return words.gettext("every day at {time} ({timezone})", time=time, timezone=zone)
    from_monday = sorted(rule.weekdays, key=lambda day: (day - 1) % 7)
    days = ", ".join(words.gettext(_DAY_WORDS[day]) for day in from_monday)
    return words.gettext("every {days} at {time} ({timezone})", days=days, time=time, timezone=zone)


def first_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """Return when a channel is first due that was scheduled, resumed or mended just now.

    An instant channel is due at once: what it missed may wait already.
    """
    return now if schedule.instant else next_slot(schedule, now)


def next_slot(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the first slot after a moment, in UTC. None for `instant`, which has none.

    The rule is followed on the wall clock. A time that the clock skips is as long after the leap
    as it would have been without it (02:30 becomes 03:30, as in PEP 495); a time that comes
    twice counts the first time. Raises CronError or ZoneInfoNotFoundError for a schedule that
    `parse_schedule` never made.
    """
    if schedule.instant:
        return None
    zone = ZoneInfo(schedule.timezone)
    rule = CronRule.parse(schedule.rule)
    wall = rule.after(_wall_before(after, zone))
    while wall is not None:
        moment = _moment(wall, zone)
        if moment > after:
            return _first_of_leap(rule, wall, moment, after, zone)
        wall = rule.after(wall)
    return None


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _wall_before(after: datetime, zone: ZoneInfo) -> datetime:
    """Return a wall time that no slot after the moment lies before.

    Where the clock leapt forward within the last day (none ever leapt farther), times that it
    skipped may still be owed: they stand before what the wall clock says now.
    """
    now = _wall(after, zone)
    unleapt = _wall(after - _DAY, zone) + _DAY
    return min(now, unleapt)


def _first_of_leap(
    rule: CronRule, wall: datetime, moment: datetime, after: datetime, zone: ZoneInfo
) -> datetime:
    """Return the slot at `wall`, or an earlier one that stands later on the wall.

    Only a time that was skipped has such others: 02:45 becomes 03:45, and 03:15 comes before it.
    """
    shown = _wall(moment, zone)
    first = moment
    following = rule.after(wall) if shown > wall else None
    while following is not None and following < shown:
        other = _moment(following, zone)
        if after < other < first:
            first = other
        following = rule.after(following)
    return first


def _known(timezone: str) -> bool:
    try:
        ZoneInfo(timezone)
    except (OSError, ValueError):
        return False
    except KeyError:
        return False
    return True


def _shown(text: str) -> str:
    return shorten(one_line(text), _SHOWN)


def _cron(plain: str, typed: str) -> str | None:
    """Return the rule where the text looks like one."""
    fields = plain.removeprefix("cron ").split()
    if not all(_CRON_FIELD.fullmatch(field) for field in fields):
        return None
    looks = "*" in plain or (len(fields) > 1 and all(map(_PLAIN_CRON.fullmatch, fields[:2])))
    if not (looks or plain.startswith("cron ")):
        return None
    try:
        rule = CronRule.parse(" ".join(fields))
    except CronError as error:
        if error.field is None:
            raise Mistyped(
                "A cron rule has five fields (minute, hour, day of month, month, day of week), "
                "and “{value}” has {count}. An example: 0 9 * * 1-5",
                parameter=WHEN,
                value=_shown(typed),
                count=len(fields),
            ) from None
        raise Mistyped(
            _WRONG_FIELDS[error.field], parameter=WHEN, value=_shown(error.item or "")
        ) from None
    if not rule.possible:
        raise Mistyped(
            "“{value}” never comes: no month in it has such a day.",
            parameter=WHEN,
            value=_shown(typed),
        )
    return " ".join(fields)


def _in_words(plain: str, typed: str) -> str:
    match = _TIME.search(plain)
    before = (plain[: match.start()] if match else plain).strip(" ,")
    days = _EVERY_WEEKDAY if before in _EVERY_DAY else _weekdays(before, typed)
    minute = _minute(match, typed)
    return f"{minute % 60} {minute // 60} * * {days}"


def _minute(match: re.Match[str] | None, typed: str) -> int:
    """Return the minute of the day that was typed."""
    if match is None:
        raise Mistyped(
            "“{value}” names no time of day. Type, for example: daily 09:00",
            parameter=WHEN,
            value=_shown(typed),
        )
    if match["word"]:
        return 0 if match["word"] in {"midnight", "자정"} else 12 * 60
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or match["minutes"] or 0)
    half_day = {"오전": "a", "오후": "p"}.get(match["korean"] or "", match["english"])
    exact = half_day or ":" in match[0] or "시" in match[0]
    if (
        not exact
        or hour > (12 if half_day else HOUR.high)
        or minute > MINUTE.high
        or (half_day and not hour)
    ):
        raise Mistyped(
            "“{value}” is not a time of day. Type one such as 09:00, 18:30 or 6pm.",
            parameter=WHEN,
            value=_shown(match[0]),
        )
    if half_day:
        hour = hour % 12 + (12 if half_day == "p" else 0)
    return hour * 60 + minute


def _weekdays(text: str, typed: str) -> str:
    """Return the day-of-week field for names of days."""
    pieces = [piece for piece in re.split(r"[\s,·/&]+", text) if piece]
    named = [piece for piece in pieces if piece not in _EVERY_WEEK]
    if pieces and not named:
        raise Mistyped(
            "“{value}” names no day. Type, for example: weekly mon,thu 09:00",
            parameter=WHEN,
            value=_shown(typed),
        )
    found: set[int] = set()
    for piece in named:
        days = _days(piece)
        if days is None and len(pieces) == len(named):
            raise Mistyped(
                "“{value}” is not a schedule. Type daily 09:00, weekly mon,thu 09:00, instant, "
                "or a cron rule of five fields such as 0 9 * * 1-5.",
                parameter=WHEN,
                value=_shown(typed),
            )
        if days is None:
            raise Mistyped(
                "“{value}” is not a day of the week. Type such as mon, thu or mon-fri.",
                parameter=WHEN,
                value=_shown(piece),
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


class Ticker:
    """Calls a tick at short, regular intervals, and at once when it is woken.

    Ticks never overlap. What is due, a tick decides by the clock that it was given; the
    machine's own clock only paces the ticks.
    """

    def __init__(self, tick: Callable[[], Awaitable[None]], every: timedelta = TICK) -> None:
        """A tick that raises is logged, and the next one comes as usual."""
        # APScheduler takes longer to load than all else that a single command needs.
        from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED  # noqa: PLC0415 - see above
        from apscheduler.schedulers.asyncio import (  # type: ignore[import-untyped] # noqa: PLC0415
            AsyncIOScheduler,
        )
        from apscheduler.triggers.interval import (  # type: ignore[import-untyped] # noqa: PLC0415
            IntervalTrigger,
        )

        self._tick = tick
        self._interval = IntervalTrigger(seconds=every.total_seconds(), timezone=UTC)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._report, EVENT_JOB_MISSED | EVENT_JOB_ERROR)
        self._again = False
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Tick now, and from now on. Needs a running loop."""
        self._scheduler.start()
        self._scheduler.add_job(
            self._run,
            self._interval,
            id="tick",
            next_run_time=datetime.now(UTC),
        )

    def wake(self) -> None:
        """Tick as soon as possible; after the tick that is under way, if one is."""
        if self._stopping or not self._scheduler.running:
            return
        self._again = True
        if self._idle.is_set():
            self._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))

    async def stop(self) -> None:
        """Tick no more, once the tick that is under way has ended. May be called twice."""
        if self._stopping or not self._scheduler.running:
            return
        self._stopping = True
        self._scheduler.pause()
        # A tick that was handed to the loop just now begins, and finds that it is to do nothing.
        await asyncio.sleep(0)
        await self._idle.wait()
        self._scheduler.shutdown(wait=False)

    async def _run(self) -> None:
        self._idle.clear()
        self._again = True
        try:
            while self._again and not self._stopping:
                self._again = False
                await self._tick()
        finally:
            self._idle.set()

    def _report(self, event: JobExecutionEvent) -> None:
        if event.exception is None:
            _LOGGER.warning(
                "A tick came too late and was left out: due %s.", event.scheduled_run_time
            )
        else:
            _LOGGER.error("A tick failed.", exc_info=event.exception)
