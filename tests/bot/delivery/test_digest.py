"""Which entries go into the next post, in what order, and what becomes of missed slots."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.digest import LATE_AFTER, Selection, content_of, decide, is_late, is_too_late
from store.model import (
    INSTANT,
    Actor,
    Candidate,
    Channel,
    ChannelRef,
    ChannelState,
    Entry,
    Layout,
    Leftover,
    Order,
    Post,
    PostBatch,
    PostState,
    Schedule,
    Status,
    Subscription,
)

SLOT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""A Monday, 09:00 in Seoul."""

DAILY = Schedule("0 9 * * *", "Asia/Seoul")
WEEKLY = Schedule("0 9 * * 1", "Asia/Seoul")
AT_ONCE = Schedule(INSTANT, "Asia/Seoul")
NOTHING: frozenset[int] = frozenset()


def channel(
    schedule: Schedule = DAILY,
    *,
    tags: tuple[str, ...] = (),
    limit: int = 10,
    quiet_days: bool = False,
    seen: int = 0,
    next_at: datetime | None = SLOT,
    order: Order = Order.OLDEST,
    leftover: Leftover = Leftover.WAIT,
    layout: Layout = Layout.FULL,
) -> Channel:
    return Channel(
        id=1,
        ref=ChannelRef("terminal", "here", "chat"),
        subscription=Subscription(
            schedule,
            SLOT - timedelta(days=1),
            tags,
            limit=limit,
            quiet_days=quiet_days,
            order=order,
            leftover=leftover,
            layout=layout,
        ),
        state=ChannelState.ACTIVE,
        reason="",
        owner=Actor("terminal", "here", "1", "Minji"),
        next_at=next_at,
        seen=seen,
    )


def candidate(number: int, *tags: str, at: datetime = SLOT - timedelta(hours=1)) -> Candidate:
    """A candidate whose serial is ten times its entry's id."""
    return Candidate(number, number * 10, at, frozenset(tags))


def decided(
    of: Channel,
    *candidates: Candidate,
    carried: frozenset[int] = NOTHING,
    now: datetime = SLOT,
    size: int = 10,
) -> PostBatch:
    selection = Selection(of)
    selection.look(candidates, carried)
    return decide(of, selection, now, entries_per_message=size)


def ids(digest: PostBatch) -> list[tuple[int, ...]]:
    return [plan.entry_ids for plan in digest.plans]


def test_the_oldest_come_first_and_the_channel_moves_on() -> None:
    digest = decided(channel(), candidate(1), candidate(2), candidate(3))
    assert ids(digest) == [(1, 2, 3)]
    assert digest.next_at == SLOT + timedelta(days=1)
    assert digest.seen == 30
    assert not digest.plans[0].late


def test_what_is_more_than_the_limit_is_counted_and_waits() -> None:
    of = channel(limit=2)
    digest = decided(of, *map(candidate, range(1, 6)))
    assert ids(digest) == [(1, 2)]
    assert digest.plans[0].rest == 3
    assert digest.seen == 29

    after = replace(of, seen=digest.seen)
    following = decided(after, *map(candidate, range(1, 6)), carried=frozenset({1, 2}))
    assert ids(following) == [(3, 4)]
    assert following.plans[0].rest == 1


def test_only_wanted_tags_in_whatever_case() -> None:
    of = channel(tags=("LLM", "비전"))
    candidates = (candidate(1, "llm"), candidate(2, "비전", "x"), candidate(3), candidate(4, "x"))
    digest = decided(of, *candidates)
    assert ids(digest) == [(1, 2)]
    assert digest.seen == 40


def test_what_was_published_before_the_channel_asked_is_passed_over() -> None:
    old = candidate(1, at=SLOT - timedelta(days=2))
    digest = decided(channel(), old, candidate(2))
    assert ids(digest) == [(2,)]


def test_what_a_post_carries_is_not_carried_again() -> None:
    assert ids(decided(channel(), candidate(1), candidate(2), carried=frozenset({1}))) == [(2,)]


def test_a_digest_is_cut_into_parts_of_what_a_message_holds() -> None:
    digest = decided(channel(limit=5), *map(candidate, range(1, 8)), size=2)
    assert ids(digest) == [(1, 2), (3, 4), (5,)]
    assert [(plan.part, plan.parts, plan.rest) for plan in digest.plans] == [
        (1, 3, 0),
        (2, 3, 0),
        (3, 3, 2),
    ]


BEST = (
    Candidate(1, 10, SLOT, frozenset(), rank=(1, 20260301, 1)),
    Candidate(2, 20, SLOT, frozenset(), rank=(3, 20260227, 2)),
    Candidate(3, 30, SLOT, frozenset(), rank=(1, 20260302, 3)),
    Candidate(4, 40, SLOT, frozenset(), rank=(1, 20260301, 4)),
    Candidate(5, 50, SLOT, frozenset(), rank=(1, 20260228, 5)),
)


def test_the_best_are_those_of_the_highest_rank() -> None:
    assert ids(decided(channel(order=Order.BEST), *BEST)) == [(2, 3, 4, 1, 5)]


def test_what_is_not_among_the_best_waits() -> None:
    of = channel(order=Order.BEST, limit=2)
    digest = decided(of, *BEST)
    assert ids(digest) == [(2, 3)]
    assert digest.plans[0].rest == 3
    assert digest.plans[0].left == ()
    assert digest.seen == 9

    of = replace(of, seen=digest.seen)
    following = decided(of, *BEST, carried=frozenset({2, 3}))
    assert ids(following) == [(4, 1)]
    assert following.seen == 49


def test_what_is_not_among_the_best_is_left_to_no_later_post() -> None:
    of = channel(order=Order.BEST, leftover=Leftover.LEAVE, limit=2)
    digest = decided(of, *BEST, size=1)
    assert ids(digest) == [(2,), (3,)]
    assert [(plan.rest, set(plan.left)) for plan in digest.plans] == [(0, set()), (3, {1, 4, 5})]
    assert digest.seen == 50
    assert decided(replace(of, seen=digest.seen), *BEST).plans == ()


def test_an_instant_channel_that_leaves_the_rest_waits_for_the_next_entry() -> None:
    of = channel(AT_ONCE, order=Order.BEST, leftover=Leftover.LEAVE, limit=2)
    assert decided(of, *BEST).next_at is None


@pytest.mark.parametrize(
    ("layout", "count", "drawn"),
    [
        (Layout.BRIEF, 4, Layout.BRIEF),
        (Layout.BRIEF, 3, Layout.FULL),
        (Layout.FULL, 4, Layout.FULL),
        (Layout.TITLES, 1, Layout.TITLES),
    ],
)
def test_a_brief_layout_is_for_more_than_a_few(layout: Layout, count: int, drawn: Layout) -> None:
    digest = decided(channel(layout=layout), *BEST[:count], size=3)
    assert {plan.layout for plan in digest.plans} == {drawn}


def test_a_quiet_day_is_said_only_where_it_was_asked_for() -> None:
    assert decided(channel()).plans == ()
    said = decided(channel(quiet_days=True)).plans
    assert [(plan.entry_ids, plan.part, plan.parts) for plan in said] == [((), 1, 1)]
    assert decided(channel(AT_ONCE, quiet_days=True)).plans == ()


def test_a_quiet_day_moves_the_channel_over_what_it_did_not_want() -> None:
    digest = decided(channel(tags=("llm",)), candidate(1), candidate(2))
    assert digest.plans == ()
    assert digest.seen == 20
    assert digest.next_at == SLOT + timedelta(days=1)


def test_a_post_that_is_made_late_says_so() -> None:
    just = decided(channel(), candidate(1), now=SLOT + LATE_AFTER)
    late = decided(channel(), candidate(1), now=SLOT + LATE_AFTER + timedelta(seconds=1))
    assert not just.plans[0].late
    assert late.plans[0].late
    assert late.next_at == SLOT + timedelta(days=1)


def test_missed_slots_coalesce_into_the_last_of_them() -> None:
    now = SLOT + timedelta(days=3, hours=2)
    first = decided(channel(), candidate(1), now=now)
    assert first == PostBatch(first.channel, (), SLOT + timedelta(days=3), 0)

    moved = channel(next_at=first.next_at)
    second = decided(moved, candidate(1), now=now)
    assert ids(second) == [(1,)]
    assert second.plans[0].late
    assert second.next_at == SLOT + timedelta(days=4)


def test_an_absence_of_years_takes_no_time() -> None:
    every_minute = Schedule("* * * * *", "Asia/Seoul")
    now = SLOT + timedelta(days=2000, seconds=30)
    digest = decided(channel(every_minute), now=now)
    assert digest.next_at == now - timedelta(seconds=30)


def test_a_weekly_post_is_made_up_for_while_it_is_nearer_than_the_next() -> None:
    soon = decided(channel(WEEKLY), candidate(1), now=SLOT + timedelta(days=3))
    assert ids(soon) == [(1,)]
    late = decided(channel(WEEKLY), candidate(1), now=SLOT + timedelta(days=4))
    assert late == PostBatch(late.channel, (), SLOT + timedelta(days=7), 0)


def test_an_instant_channel_takes_the_rest_in_the_next_post_at_once() -> None:
    of = channel(AT_ONCE, limit=2)
    digest = decided(of, *map(candidate, range(1, 4)))
    assert ids(digest) == [(1, 2)]
    assert digest.next_at is not None
    assert SLOT < digest.next_at <= SLOT + timedelta(seconds=1)
    assert decided(channel(AT_ONCE), candidate(1)).next_at is None


def test_an_instant_post_after_a_long_absence_is_due_now() -> None:
    now = SLOT + timedelta(days=5)
    late = decided(channel(AT_ONCE), candidate(1), now=now)
    assert late == PostBatch(channel(AT_ONCE), (), now, 0)


def test_a_channel_that_is_not_due_is_refused() -> None:
    with pytest.raises(ValueError, match="not due"):
        decided(channel(), now=SLOT - timedelta(seconds=1))
    with pytest.raises(ValueError, match="not due"):
        decided(channel(next_at=None))


def test_lateness_and_being_too_late_have_their_bounds() -> None:
    assert not is_late(SLOT, SLOT + LATE_AFTER)
    assert is_late(SLOT, SLOT + LATE_AFTER + timedelta(microseconds=1))
    day = timedelta(days=1)
    assert not is_too_late(DAILY, SLOT, SLOT + day)
    assert is_too_late(DAILY, SLOT, SLOT + day * 1.01)
    assert not is_too_late(WEEKLY, SLOT, SLOT + day * 3.5)
    assert is_too_late(WEEKLY, SLOT, SLOT + day * 3.51)
    assert is_too_late(AT_ONCE, SLOT, SLOT + day * 1.01)


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sets(st.sampled_from("abc")), st.booleans(), st.booleans()),
        max_size=30,
    ),
    st.sets(st.sampled_from("abc")),
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(1, 7),
)
def test_every_wanted_entry_is_posted_once_and_in_order(
    made: list[tuple[int, set[str], bool, bool]], tags: set[str], limit: int, size: int, page: int
) -> None:
    serial, candidates, carried = 0, [], set()
    for number, (step, its, old, is_carried) in enumerate(made, 1):
        serial += step
        at = SLOT - timedelta(days=2) if old else SLOT
        candidates.append(Candidate(number, serial, at, frozenset(its)))
        if is_carried:
            carried.add(number)
    of = channel(tags=tuple(tags), limit=limit)
    wanted = [
        one.entry_id
        for one, (_, its, old, is_carried) in zip(candidates, made, strict=True)
        if not old and not is_carried and (not tags or tags & its)
    ]
    posted: list[int] = []
    while True:
        selection = Selection(of)
        newer = [one for one in candidates if one.serial > of.seen]
        for begin in range(0, len(newer), page):
            selection.look(newer[begin : begin + page], frozenset(carried))
        digest = decide(of, selection, SLOT, entries_per_message=size)
        if not digest.plans:
            break
        assert all(0 < len(plan.entry_ids) <= size for plan in digest.plans)
        new = [number for plan in digest.plans for number in plan.entry_ids]
        assert len(new) <= limit
        posted += new
        carried.update(new)
        assert digest.plans[-1].rest == len(wanted) - len(posted)
        of = replace(of, seen=digest.seen)
    assert posted == wanted
    assert digest.seen == max(serial, of.seen)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), st.booleans()), max_size=30),
    st.sampled_from(Leftover),
    st.integers(1, 5),
    st.integers(1, 7),
)
def test_the_best_come_first_and_every_entry_is_posted_or_left_out_once(
    made: list[tuple[int, int, bool]], leftover: Leftover, limit: int, page: int
) -> None:
    serial, candidates = 0, []
    for number, (step, sources, old) in enumerate(made, 1):
        serial += step
        at = SLOT - timedelta(days=2) if old else SLOT
        candidates.append(Candidate(number, serial, at, frozenset(), rank=(sources, number)))
    wanted = {
        one.entry_id: tuple(-each for each in one.rank)
        for one in candidates
        if one.first_published_at == SLOT
    }
    of = channel(limit=limit, order=Order.BEST, leftover=leftover)
    settled: list[int] = []
    while True:
        selection = Selection(of)
        newer = [one for one in candidates if one.serial > of.seen]
        for begin in range(0, len(newer), page):
            selection.look(newer[begin : begin + page], frozenset(settled))
        digest = decide(of, selection, SLOT, entries_per_message=3)
        if not digest.plans:
            break
        posted = [number for plan in digest.plans for number in plan.entry_ids]
        waiting = [number for number in wanted if number not in settled]
        assert posted == sorted(waiting, key=wanted.__getitem__)[:limit]
        left = digest.plans[-1].left
        assert digest.plans[-1].rest == len(waiting) - len(posted)
        assert len(left) == (digest.plans[-1].rest if leftover is Leftover.LEAVE else 0)
        settled += [*posted, *left]
        of = replace(of, seen=digest.seen)
    assert sorted(settled) == sorted(wanted)
    assert digest.seen == serial


def entry(number: int, status: Status = Status.PUBLISHED) -> Entry:
    return Entry(
        id=number,
        title=f"Entry {number}",
        url=None,
        links=(),
        note="",
        image=None,
        published=None,
        language=None,
        tags=(),
        added_by="",
        key=None,
        status=status,
        created_at=SLOT,
        updated_at=SLOT,
        first_published_at=SLOT,
    )


def post(*entry_ids: int, late: bool = False) -> Post:
    return Post(
        id=1,
        channel_id=1,
        slot=SLOT,
        part=1,
        parts=2,
        key="key",
        state=PostState.SENDING,
        entry_ids=entry_ids,
        rest=3,
        leaves=True,
        late=late,
        layout=Layout.BRIEF,
        attempts=1,
        not_before=SLOT,
        reason="",
        receipt=None,
        revision=0,
        shown=0,
        sent_at=None,
    )


def test_a_post_says_what_is_published_now() -> None:
    content = content_of(post(1, 2), [entry(1, Status.RETRACTED), entry(2)], SLOT)
    assert [one.id for one in content.entries] == [2]
    assert (content.rest, content.part, content.parts, content.slot) == (3, 1, 2, SLOT)
    assert not content.emptied
    assert not content.late


def test_a_post_whose_entries_were_all_retracted_is_emptied() -> None:
    assert content_of(post(1), [entry(1, Status.RETRACTED)], SLOT).emptied
    assert not content_of(post(), [], SLOT).emptied


def test_a_post_that_goes_out_late_says_so_however_it_was_made() -> None:
    hour = timedelta(hours=1)
    assert content_of(post(1), [entry(1)], SLOT + hour).late
    assert content_of(post(1, late=True), [entry(1)], SLOT).late
