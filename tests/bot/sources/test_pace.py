"""When a source is asked again, and what we think of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.port.source import Feed, FeedAnswer, Validators
from bot.sources.pace import (
    LONGEST,
    SHORTEST,
    SILENT,
    Brought,
    after_answer,
    after_failure,
    spacing_of,
    validators_of,
)
from store.model import Polling

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAME = FeedAnswer(None)
WHOLE = FeedAnswer(Feed(()), Validators('"1"', "Thu"))


def test_where_news_comes_often_it_is_asked_often() -> None:
    polling = Polling()
    for _ in range(50):
        polling = after_answer(polling, WHOLE, Brought(news=1), NOW, 0.5)
    assert (polling.pace, polling.news_at) == (SHORTEST, NOW)
    assert polling.next_at == NOW + SHORTEST
    for _ in range(50):
        polling = after_answer(polling, SAME, Brought(), NOW, 0.5)
    assert polling.pace == LONGEST


def test_sources_that_were_added_together_drift_apart() -> None:
    early, late = (after_answer(Polling(), SAME, Brought(), NOW, one).next_at for one in (0.0, 1.0))
    assert early is not None
    assert late is not None
    assert late - early == 2 * 0.1 * 1.15 * HOUR


@pytest.mark.parametrize(
    "answer",
    [
        FeedAnswer(None, fresh_for=6 * HOUR),
        FeedAnswer(Feed((), refresh=6 * HOUR)),
        FeedAnswer(Feed((), refresh=3 * HOUR), fresh_for=6 * HOUR),
    ],
)
def test_a_feed_that_asks_to_be_left_alone_is(answer: FeedAnswer) -> None:
    assert after_answer(Polling(), answer, Brought(), NOW, 0.5).next_at == NOW + 6 * HOUR
    forever = FeedAnswer(None, fresh_for=timedelta(days=365))
    assert after_answer(Polling(), forever, Brought(), NOW, 0.5).next_at == NOW + LONGEST


def test_without_overlap_the_pace_goes_up() -> None:
    missed = after_answer(Polling(), WHOLE, Brought(overlap=False), NOW, 0.5)
    assert (missed.missed, missed.pace) == (True, 0.6 * HOUR)
    assert after_answer(missed, SAME, Brought(), NOW, 0.5).missed
    assert not after_answer(missed, WHOLE, Brought(), NOW, 0.5).missed


def test_once_a_day_the_whole_feed_is_asked_for() -> None:
    assert validators_of(Polling(etag="x"), NOW) == Validators()
    polling = after_answer(Polling(), WHOLE, Brought(), NOW, 0.5)
    assert validators_of(polling, NOW + HOUR) == WHOLE.validators
    polling = after_answer(polling, SAME, Brought(), NOW + 23 * HOUR, 0.5)
    assert validators_of(polling, NOW + 23 * HOUR) == WHOLE.validators
    assert validators_of(polling, NOW + 24 * HOUR) == Validators()


def test_errors_back_off_to_a_day_and_are_forgotten() -> None:
    polling, waits = Polling(pace=2 * HOUR), []
    for _ in range(9):
        polling = after_failure(polling, "Broken.", NOW)
        assert polling.next_at is not None
        waits.append(polling.next_at - NOW)
    assert waits[:4] == [SHORTEST, 2 * SHORTEST, 4 * SHORTEST, 8 * SHORTEST]
    assert waits[-1] == LONGEST
    assert (polling.failures, polling.trouble, polling.failing_since) == (9, "Broken.", NOW)
    well = after_answer(polling, SAME, Brought(), NOW, 0.5)
    assert (well.failures, well.trouble, well.failing_since) == (0, "", None)
    assert well.pace > HOUR


def test_a_servers_own_delay_is_heeded() -> None:
    assert after_failure(Polling(), "", NOW, after=2 * HOUR).next_at == NOW + 2 * HOUR
    assert after_failure(Polling(), "", NOW, after=timedelta(seconds=1)).next_at == NOW + SHORTEST
    assert after_failure(Polling(), "", NOW, after=timedelta(days=99)).next_at == NOW + LONGEST


def test_after_a_week_of_errors_somebody_is_to_be_told_once() -> None:
    polling = after_failure(Polling(), "", NOW)
    assert not after_failure(polling, "", NOW + SILENT - HOUR).told
    polling = after_failure(polling, "", NOW + SILENT)
    assert polling.told
    assert not after_answer(polling, SAME, Brought(), NOW, 0.5).told


def test_a_move_counts_only_in_a_row_to_one_place() -> None:
    there, elsewhere = (
        FeedAnswer(None, moved_to="https://a/"),
        FeedAnswer(None, moved_to="https://b/"),
    )
    polling, times = Polling(), []
    for answer in (there, there, elsewhere, SAME, there, there, there):
        polling = after_answer(polling, answer, Brought(), NOW, 0.5)
        times.append(polling.moved_times)
    assert times == [1, 2, 1, 0, 1, 2, 3]


def test_only_410_in_a_row_ends_a_source() -> None:
    gone = after_failure(Polling(), "", NOW, gone=True)
    assert gone.gone_times == 1
    assert after_failure(gone, "", NOW).gone_times == 0
    assert after_failure(gone, "", NOW, gone=True).gone_times == 2


def test_requests_to_a_host_are_spaced() -> None:
    assert spacing_of("www.reddit.com") == timedelta(minutes=1)
    assert spacing_of("export.arxiv.org") == timedelta(seconds=3)
    assert spacing_of("example.org") == timedelta(seconds=2)
