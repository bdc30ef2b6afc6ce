"""The drafting asks a writer once a text, keeps to its budget, and is in nobody's way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.i18n.translator import N_, Translator
from bot.port.writer import WriterLater, WriterRefused, WriterStopped
from bot.summaries.checks.checks import DraftChecks
from bot.summaries.checks.wording import other_language
from bot.summaries.drafting import Drafting
from bot.summaries.wishes import Budget
from store.model import (
    Actor,
    ChannelRef,
    DraftState,
    Entry,
    EntryDraft,
    Schedule,
    Status,
    Subscription,
)
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_database, new_store
from tests.fakes.writers import Answer, FakeWriter, draft

ANN = Actor("fake", "here", "ann", "Ann")
EVER = MORNING - timedelta(days=30)
WEEK = timedelta(days=7)
WAITING = N_("The server asks for patience.")


class DraftDesk:
    """A store with a channel that reads Korean, and the drafting for it."""

    def __init__(self, store: DigestStore, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.writer = FakeWriter()
        self.told: list[str] = []
        self.drafting = self.process("one")

    def process(self, name: str, day: int = 10**6, month: int = 10**6) -> Drafting:
        """Begin to draft as another process would."""

        async def tell(sentence: str) -> None:
            self.told.append(sentence)

        return Drafting(
            self.store,
            lambda: self.writer,
            self.clock,
            owner=lambda: name,
            wake=lambda: None,
            tell=tell,
            words=Translator("en"),
            check=DraftChecks().check,
            budget=Budget(day, month, "UTC"),
            review_for=WEEK,
        )

    async def add(self, title: str = "A small model", note: str = "On a phone") -> Entry:
        """Let something wait."""
        draft = EntryDraft(title, note=note, language="en", status=Status.PENDING)
        return await self.store.entries.add(draft, ANN)

    async def settle(self, drafting: Drafting | None = None) -> None:
        """Run until nothing is under way."""
        drafting = drafting or self.drafting
        for _ in range(20):
            await drafting.run()
            if drafting.under_way is None:
                return
            await asyncio.wait([drafting.under_way])
            await asyncio.sleep(0)

    async def states(self) -> dict[DraftState, int]:
        """Return how many drafts are in each state."""
        return dict((await self.store.drafts.counts(EVER, EVER)).states)


async def read_korean(store: DigestStore) -> None:
    """Let a channel read Korean."""
    wish = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), MORNING, language="ko")
    await store.channels.schedule(ChannelRef("fake", "here", "news"), wish, ANN, None)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DraftDesk]:
    clock = FakeClock()
    store = await new_store(tmp_path / "digest.db", clock)
    await read_korean(store)
    yield DraftDesk(store, clock)
    await store.close()


async def test_what_waits_is_drafted_once_whoever_looks(desk: DraftDesk) -> None:
    entry = await desk.add()
    for name in ("one", "two", "one"):
        await desk.settle(desk.process(name))

    assert [task.into for task in desk.writer.asked] == ["ko"]
    _, [made] = await desk.store.draft_reviews.of_entry(entry.id)
    assert (made.state, made.title) == (DraftState.READY, "작은 모델이 나왔다")


async def test_nothing_waits_for_a_writer_that_hangs(desk: DraftDesk) -> None:
    await desk.add()
    desk.writer.hangs.clear()
    await desk.drafting.run()
    assert desk.drafting.under_way is not None
    await desk.add("Another")
    await desk.drafting.run()

    await desk.drafting.close()
    assert len(desk.writer.asked) == 1
    assert await desk.drafting.run() is None


async def test_a_writer_that_cannot_be_reached_is_left_alone_longer_and_longer(
    desk: DraftDesk,
) -> None:
    await desk.add("one")
    await desk.add("two")
    desk.writer.answer = WriterLater(WAITING)
    for minutes in (1, 2, 4):
        await desk.settle()
        assert await desk.drafting.run() == desk.clock() + timedelta(minutes=minutes)
        desk.clock.forward(minutes=minutes)
    assert len(desk.writer.asked) == 3

    desk.writer.answer = None
    await desk.settle()
    desk.clock.forward(minutes=30)
    await desk.settle()
    assert await desk.states() == {DraftState.READY: 2}


async def test_a_writer_s_own_pause_is_kept(desk: DraftDesk) -> None:
    await desk.add()
    desk.writer.answer = WriterLater(WAITING, timedelta(seconds=7))
    await desk.settle()

    assert await desk.drafting.run() == desk.clock() + timedelta(seconds=7)


async def test_a_quota_that_is_used_up_stops_and_is_said_once(desk: DraftDesk) -> None:
    await desk.add("one")
    await desk.add("two")
    desk.writer.answer = WriterStopped(N_("The quota is used up."))
    await desk.settle()
    await desk.settle()

    assert len(desk.writer.asked) == 1
    assert desk.told == [
        "Nothing more is drafted until the bot is started again: The quota is used up."
    ]
    desk.writer.answer = None
    await desk.settle(desk.process("two"))
    assert await desk.states() == {DraftState.READY: 2}


async def test_the_budget_stops_at_its_number_and_goes_on_the_next_day(desk: DraftDesk) -> None:
    for number in range(4):
        await desk.add(f"{number}")
    desk.writer.answer = draft("작은 모델", "휴대전화에서", tokens=2000)
    drafting = desk.process("one", day=5000)
    await desk.settle(drafting)
    await desk.settle(drafting)

    counts = await desk.store.drafts.counts(EVER, EVER)
    assert counts.tokens_day == 4000  # a third could have taken more than is left
    assert len(desk.told) == 1
    again = await drafting.run()
    assert again == MORNING + timedelta(days=1)
    desk.clock.now = again
    await desk.settle(drafting)
    assert await desk.states() == {DraftState.READY: 4}


async def test_an_answer_that_never_comes_counts_with_what_it_may_have_taken(
    desk: DraftDesk,
) -> None:
    await desk.add()
    drafting = desk.process("one", day=5000)
    desk.writer.answer = WriterLater(WAITING, tokens=2250)
    for _ in range(6):
        await desk.settle(drafting)
        desk.clock.forward(minutes=5)

    assert len(desk.writer.asked) == 2
    assert (await desk.store.drafts.counts(EVER, EVER)).tokens_day == 4500
    assert len(desk.told) == 1


@pytest.mark.parametrize(
    "answer",
    [
        WriterRefused(N_("The model wrote nothing."), tokens=30),
        draft("In English still", "Nothing was translated here."),
        draft("링크가 있다", "https://evil.example 을 보세요"),
        RuntimeError("unforeseen"),
    ],
)
async def test_what_is_of_no_use_is_never_shown(desk: DraftDesk, answer: Answer) -> None:
    entry = await desk.add()
    desk.writer.answer = answer
    await desk.settle()

    _, [made] = await desk.store.draft_reviews.of_entry(entry.id)
    assert made.state is DraftState.FAILED
    assert made.title == ""
    assert made.reason
    await desk.settle()
    assert len(desk.writer.asked) == 1


async def test_a_draft_has_only_tags_that_exist_and_flags_what_differs(desk: DraftDesk) -> None:
    await desk.store.entries.add(EntryDraft("Tagged", tags=("LLM", "paper")), ANN)
    entry = await desk.add("3 models", "They have 30 parts.")
    desk.writer.answer = draft("모델 3개", "부품이 40개 있다.", "llm", "new", "Paper")
    await desk.settle()

    _, [made] = await desk.store.draft_reviews.of_entry(entry.id)
    assert made.tags == ("LLM", "paper")
    assert [flag.words for flag in made.flags] == ["40"]


async def test_without_a_note_only_the_title_is_told(desk: DraftDesk) -> None:
    entry = await desk.add(note="")
    await desk.settle()

    _, [made] = await desk.store.draft_reviews.of_entry(entry.id)
    assert (made.title, made.note) == ("작은 모델이 나왔다", "")


async def test_each_text_is_asked_about_once_over_restarts_and_kills(tmp_path: Path) -> None:
    clock = FakeClock()
    address = new_database(tmp_path / "digest.db")
    writer = FakeWriter()
    for life in range(13):
        store = await DigestStore.open(address, clock, pragmas={"synchronous": "OFF"})
        desk = DraftDesk(store, clock)
        desk.writer = writer
        name = f"process {life}"
        await store.processes.enter(name, "machine", life, ())
        await store.processes.beat(name)
        if life == 0:
            await read_korean(store)
        await desk.add(f"Story {life}")
        drafting = desk.process(name)
        if life in {3, 6, 9}:
            writer.hangs.clear()
            writer.was_asked.clear()
            await drafting.run()
            await writer.was_asked.wait()
            await drafting.close()
            store.processes._locks.pop(name).let_go(remove=False)
            writer.hangs.set()
        else:
            await desk.settle(drafting)
            await store.processes.leave(name)
        found = await desk.states()
        await store.close()

    assert Counter(task.title for task in writer.asked) == {f"Story {n}": 1 for n in range(13)}
    assert found == {DraftState.READY: 10, DraftState.FAILED: 3}


KOREAN = (
    "long-context modeling을 architecture design이 아닌 continual learning 문제로 정의",
    "cloud 기반 LaTeX platform 위에서 동작. handwritten equations를 Image-to-LaTeX conversion.",
)
ENGLISH = (
    "The model was released by the lab and it is faster than the others on each of the tests.",
    "새 모델을 공개했다. The model was released by the lab and it is faster than all the others.",
    "모델 공개: compact efficiency and multimodal intelligence for the edge with a new strategy",
)


@pytest.mark.parametrize("note", [*KOREAN, *ENGLISH])
def test_korean_full_of_english_terms_is_korean_and_english_is_not(note: str) -> None:
    assert other_language(note, "ko") is (note in ENGLISH)
