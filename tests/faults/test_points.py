"""Every step of a post's life has a point at which the bot is killed."""

from __future__ import annotations

import inspect
import re

from bot.delivery.events import Event
from store.posts.posts import Posts
from store.processes.processes import Processes
from tests.faults.points import POINTS, STEPS, UNITS

_NO_POINT = {
    Event.LEFT: "nothing becomes of the post",
    Event.NOT_RENDERED: "it is retried later, which is a step",
    Event.PLATFORM_FAILED: "it is looked for or retried later, which are steps",
    Event.NOT_MADE: "nothing was made",
    Event.UNREADABLE: "nothing was made",
    Event.STILL_BROKEN: "nothing becomes of the channel",
    Event.LEFT_ALONE: "nothing becomes of the channel",
    Event.LOST: "nothing becomes of a post",
    Event.GAINED: "nothing becomes of a post",
    Event.GIVEN_UP: "nothing becomes of a post",
}
_OF_NOTICES = {
    Event.REACHED,
    Event.TO_TELL,
    Event.TOLD,
    Event.TOLD_LATER,
    Event.PERHAPS_TOLD,
    Event.NOT_TOLD,
    Event.MEMBER_TOLD,
    Event.MEMBER_NOT_TOLD,
}
_WRITES = re.compile(r"\.(write|write_post|_finish|_later)\(")


def test_every_step_of_a_posts_life_has_a_point() -> None:
    assert set(Event) - _NO_POINT.keys() - _OF_NOTICES == STEPS.keys()


def test_every_unit_of_work_on_posts_has_a_point() -> None:
    writing = {
        name
        for name, method in inspect.getmembers(Posts, inspect.iscoroutinefunction)
        if not name.startswith("_") and _WRITES.search(inspect.getsource(method))
    }

    assert writing | {Processes.take_over.__name__} == UNITS.keys()


def test_no_two_points_have_one_name() -> None:
    names = [point.name for point in POINTS]

    assert len(set(names)) == len(names)
