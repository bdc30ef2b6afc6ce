"""What is kept of a person, and how they are forgotten: nothing of theirs is left in any table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from store.db.schema import metadata
from store.errors import ChannelNotFound, WorkspaceInUse
from store.model import (
    Actor,
    ChannelRef,
    ChannelState,
    DraftState,
    EntryDraft,
    KeptKind,
    Moderator,
    NoticeKind,
    PostBatch,
    PostPlan,
    Rendition,
    SealedInstallation,
    SearchQuery,
    SourceRules,
    Trouble,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.store.conftest import BEN, HERE, scheduled, subscription

ROOT = Path(__file__).parents[2]
EVE = Actor("discord", "guild", "424242", "Eve Everywhere")
ELSEWHERE = replace(EVE, workspace="other", name="Eve Elsewhere")
IN_PRIVATE = replace(EVE, workspace="")
NAMESAKE = Actor("slack", "team", "424242", "Eve on Slack")
OPERATOR = Actor("terminal", "local", "root", "root")
OWN = ChannelRef("discord", "", "dm-of-eve")
NOTHING = dict.fromkeys(KeptKind, 0)


async def everything(store: DigestStore) -> str:
    """Return all rows of all tables as text, but the one that counts what is written."""
    told = []
    async with store._database.read() as connection:
        for table in (one for one in metadata.sorted_tables if one.name != "numbers"):
            rows = (await connection.execute(select(table))).mappings()
            told += [f"{table.name}: {dict(row)}" for row in rows]
    return "\n".join(sorted(told))


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def counts(kept: Any) -> dict[KeptKind, int]:
    return {kind: len(rows) for kind, rows in kept.rows.items()}


async def live(store: DigestStore, clock: FakeClock) -> None:
    """Let Eve do all that leaves something of her."""
    entries, people = store.entries, store.people
    await entries.add(EntryDraft("Of Ben", url="https://b.example/", added_by="Ben"), BEN)
    await entries.add(EntryDraft("Hers", url="https://e.example/", added_by=EVE.name), EVE)
    await entries.edit(2, EntryDraft("Hers, better", url="https://e.example/"), EVE)
    draft = EntryDraft("Found", url="https://s.example/", added_by=ELSEWHERE.name)
    await store.suggestions.suggest(draft, "Eve thinks so", ELSEWHERE, "en", hears=True)
    await store.reviews.publish(3, BEN)
    same = EntryDraft("The same", url="https://t.example/", added_by="424242")
    await store.suggestions.suggest(same, "", EVE, "en", hears=True)
    await people.save(EVE, 1)
    await people.save(IN_PRIVATE, 2)
    await people.set_language(EVE, "ko")
    await store.votes.toggle(1, EVE)
    await store.votes.toggle(1, BEN)
    await store.votes.toggle(2, NAMESAKE)
    person = Moderator("discord", "guild", EVE.id, group=False)
    await people.add_moderator(person, BEN)
    await people.add_moderator(Moderator("discord", "guild", EVE.id, group=True), BEN)
    waits = EntryDraft("Waits", url="https://w.example/")
    await store.suggestions.suggest(waits, "", BEN, "en", hears=False)
    await store.reviews.skip(5, EVE)
    mine = subscription(direct=True, name=f"the direct messages of {EVE.name}")
    followed = await store.channels.schedule(OWN, mine, EVE, clock())
    await store.posts.make_many([PostBatch(followed, (PostPlan(1, 1, (1,)),), None, 0)])
    owned = await scheduled(store)
    await store.channels.schedule(HERE, owned.subscription, EVE, clock())
    await store.posts.make_many([PostBatch(owned, (PostPlan(1, 1, (2, 3)),), None, 0)])
    await store.broken.mark(owned.id, Trouble("Gone.", "Invite."))
    await store.sources.add("https://feed.example/", "A feed", SourceRules(), EVE)
    await people.set_language(NAMESAKE, "ko")


async def test_all_that_is_kept_is_told(store: DigestStore, clock: FakeClock) -> None:
    await live(store, clock)

    kept = await store.privacy.kept("discord", EVE.id)

    assert kept
    assert kept.names == ("Eve Elsewhere", "Eve Everywhere")
    assert counts(kept) == {
        KeptKind.LANGUAGE: 1,
        KeptKind.SAVED: 2,
        KeptKind.VOTES: 1,
        KeptKind.FOLLOWED: 1,
        KeptKind.SUGGESTIONS: 2,
        KeptKind.ENTRIES: 3,
        KeptKind.CHANNELS: 1,
        KeptKind.SOURCES: 1,
        KeptKind.DECISIONS: 1,
        KeptKind.DRAFTS: 0,
        KeptKind.MODERATOR: 1,
        KeptKind.LOG: 8,
    }
    assert counts(await store.privacy.kept("slack", EVE.id)) == {
        **NOTHING,
        KeptKind.VOTES: 1,
        KeptKind.LANGUAGE: 1,
    }
    assert not await store.privacy.kept("discord", "nobody")


async def test_the_page_names_each_column_in_which_something_is(
    store: DigestStore, clock: FakeClock
) -> None:
    """What is found by looking: whatever a person does, where their id or name then stands."""
    await live(store, clock)
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    telling = set()
    async with store._database.read() as connection:
        for table in metadata.sorted_tables:
            for row in (await connection.execute(select(table))).mappings():
                telling |= {
                    f"`{table.name}.{name}`"
                    for name, value in row.items()
                    if any(mark in str(value) for mark in ("Eve", EVE.id, OWN.id))
                }

    persons = {f"`{table.name}.person`" for table in metadata.sorted_tables if "person" in table.c}
    assert persons - telling == {"`drafts.person`"}  # which has a test of its own below
    assert sorted(one for one in telling if one not in page) == []


async def test_nothing_of_a_forgotten_person_is_left(store: DigestStore, clock: FakeClock) -> None:
    await live(store, clock)
    assert (await store.search.find(SearchQuery('by:"Eve"'), 9)).items

    await store.privacy.forget("discord", EVE.id, OPERATOR)

    told = await everything(store)
    # Of her namesake on Slack, and of a role that has her number, something is.
    left = [
        line for line in told.splitlines() if "Eve " in line or EVE.id in line or OWN.id in line
    ]
    assert [line.partition(":")[0] for line in left if "slack" not in line] == [
        "audit",
        "moderators",
    ]
    assert all(
        "is_group': True" in line or "'group': True" in line for line in left if "slack" not in line
    )
    assert not await store.privacy.kept("discord", EVE.id)
    assert not (await store.search.find(SearchQuery('by:"Eve"'), 9)).items


async def test_no_file_tells_of_a_forgotten_person(tmp_path: Path, clock: FakeClock) -> None:
    store = await new_store(tmp_path / "ainews.db", clock)
    await live(store, clock)
    marks = [mark.encode() for mark in ("Eve Every", "Eve Else", "Eve thinks so", OWN.id)]
    await store.backup(tmp_path / "before.db")
    await store.privacy.forget("discord", EVE.id, OPERATOR)
    await store.backup(tmp_path / "after.db")
    await store.close()

    told = {
        name: [mark for mark in marks if mark in content]
        for name, content in contents(tmp_path).items()
    }
    assert told.pop("before.db") == marks
    assert {name for name, found in told.items() if found} == set()


async def test_what_was_done_for_others_goes_on(store: DigestStore, clock: FakeClock) -> None:
    await live(store, clock)
    version = await store.public.version()

    await store.privacy.forget("discord", EVE.id, OPERATOR)

    entries = await store.entries.get_many([1, 2, 3, 4])
    assert [one.title for one in entries] == ["Of Ben", "Hers, better", "Found", "The same"]
    assert [one.added_by for one in entries] == ["Ben", "", "", ""]
    assert [one.votes for one in entries] == [1, 1, 0, 0]
    assert await store.public.version() > version
    channel = await store.channels.get(HERE)
    assert (channel.owner, channel.state) == (OPERATOR, ChannelState.BROKEN)
    assert await store.notices.next_due("discord") is None
    notice = await store.notices.lease("terminal", clock(), clock.forward(hours=1))
    assert notice is not None
    assert notice.kind is NoticeKind.BROKEN
    [source] = await store.sources.list()
    assert source.added_by == OPERATOR
    assert await store.suggestions.to_tell("discord", clock()) is None
    assert not await store.people.is_moderator(EVE, ())
    assert await store.people.is_moderator(BEN, [EVE.id])
    assert await store.channels.followed(EVE) is None
    actions = [(one.action, str(one.actor)) for one in (await store.audit.list(1)).items]
    assert actions == [("forget person", "root")]


async def test_posts_that_told_a_forgotten_name_are_updated(
    store: DigestStore, clock: FakeClock
) -> None:
    await live(store, clock)
    [work] = await store.posts.lease("discord", clock(), clock.forward(minutes=1), "p", 1)

    await store.privacy.forget("discord", EVE.id, OPERATOR)

    async with store._database.read() as connection:
        posts = metadata.tables["posts"]
        revisions = list((await connection.execute(select(posts.c.revision))).scalars())
    # The conversation's own post is gone, also from the hands of whoever has it.
    assert revisions == [1]
    assert not await store.posts.retry(work, clock(), "later")


async def test_cards_at_a_desk_that_told_a_forgotten_name_are_updated(store: DigestStore) -> None:
    desk = await store.desks.open(ChannelRef("slack", "team", "desk"), BEN, "en", "")
    await scheduled(store)
    for title, by in (("one", EVE), ("two", BEN), ("three", BEN)):
        await store.suggestions.suggest(
            EntryDraft(title, url=f"https://{title}.example/"), "", by, "en", hears=False
        )
    await store.desks.make(desk, [[1], [2], [3]])
    await store.reviews.skip(2, EVE)
    posts = metadata.tables["posts"]
    revisions = select(posts.c.revision).order_by(posts.c.id)
    async with store._database.read() as connection:
        before = list((await connection.execute(revisions)).scalars())

    await store.privacy.forget("discord", EVE.id, OPERATOR)

    async with store._database.read() as connection:
        after = list((await connection.execute(revisions)).scalars())
    more = [now - then for now, then in zip(after, before, strict=True)]
    assert [bool(one) for one in more] == [True, True, False]


async def test_who_is_forgotten_by_themselves_hides_nothing(
    store: DigestStore, clock: FakeClock
) -> None:
    await live(store, clock)
    before = await store.privacy.kept("discord", EVE.id)

    removed = await store.privacy.forget("discord", EVE.id, EVE, own=True)

    assert counts(removed) == {
        **NOTHING,
        KeptKind.LANGUAGE: 1,
        KeptKind.SAVED: 2,
        KeptKind.VOTES: 1,
        KeptKind.FOLLOWED: 1,
        KeptKind.SUGGESTIONS: 2,
        KeptKind.ENTRIES: 2,
        KeptKind.LOG: 2,
    }
    kept = await store.privacy.kept("discord", EVE.id)
    assert not kept.own
    assert counts(kept) == counts(before.deeds)
    assert [one.added_by for one in await store.entries.get_many([2, 3, 4])] == [EVE.name, "", ""]
    assert await store.people.is_moderator(EVE, ())
    assert (await store.channels.get(HERE)).owner == EVE
    [record] = (await store.audit.list(1)).items
    assert (record.action, record.actor) == ("forget person", replace(EVE, id="", name=""))
    assert not await store.privacy.forget("discord", EVE.id, EVE, own=True)


async def test_to_forget_twice_is_to_forget_once(store: DigestStore, clock: FakeClock) -> None:
    await live(store, clock)
    assert await store.privacy.forget("discord", EVE.id, OPERATOR)
    told = await everything(store)

    assert not await store.privacy.forget("discord", EVE.id, OPERATOR)
    assert await everything(store) == told

    await store.people.save(EVE, 1)
    assert counts(await store.privacy.kept("discord", EVE.id)) == {**NOTHING, KeptKind.SAVED: 1}


async def test_the_operator_can_be_forgotten_too(store: DigestStore) -> None:
    await store.people.set_language(OPERATOR, "ko")
    await scheduled(store)
    await store.channels.schedule(HERE, subscription(), OPERATOR, None)

    await store.privacy.forget("terminal", "root", OPERATOR)

    assert not await store.privacy.kept("terminal", "root")
    assert "root" not in await everything(store)


async def test_a_blocked_workspace_is_forgotten_with_all_its_people(
    store: DigestStore, clock: FakeClock
) -> None:
    await live(store, clock)
    for name in ("home", "guild", "other"):
        await store.workspaces.seen("discord", name, f"Server of Eve, {name}")
    await store.votes.toggle(2, ELSEWHERE)
    await store.answers.show(HERE, EVE, public=True)
    with pytest.raises(WorkspaceInUse):
        await store.privacy.forget_workspace("discord", "guild", OPERATOR)
    with pytest.raises(WorkspaceInUse):
        await store.privacy.forget_workspace("discord", "nowhere", OPERATOR)
    for place in ("guild", "other"):
        await store.installations.install(
            SealedInstallation("discord", place, "bot", "AI News", (), f"sealed for {place}")
        )
    await store.workspaces.block("discord", "guild", OPERATOR)

    kept = await store.privacy.forget_workspace("discord", "guild", OPERATOR)

    assert kept.people >= {EVE.id, BEN.id}
    assert kept.names == ("Ann", "Ben", "Eve Everywhere")
    told = (await everything(store)).splitlines()
    places = ("'workspace': 'guild'", "'id': 'guild'", "/guild")
    left = [line for line in told if any(place in line for place in places)]
    tables = {line.partition(":")[0] for line in left}
    assert tables == {"audit", "channels", "reviews", "suggestions", "workspaces"}
    for name in (*kept.names, *kept.people, "Server of Eve, guild", HERE.id):
        assert not [line for line in left if f"'{name}'" in line], name
    assert await store.installations.get("discord", "guild") is None
    assert await store.installations.get("discord", "other") is not None
    # In other workspaces, and in her own conversation, she is who she was.
    elsewhere = await store.privacy.kept("discord", EVE.id)
    assert counts(elsewhere)[KeptKind.FOLLOWED] == 1
    assert elsewhere.names == ("Eve Elsewhere", "Eve Everywhere")
    assert [one.votes for one in await store.entries.get_many([1, 2])] == [0, 2]
    assert [one.added_by for one in await store.entries.get_many([2, 3])] == ["", ELSEWHERE.name]
    assert not await store.answers.are_public(HERE)
    assert await store.workspaces.is_blocked("discord", "guild")
    with pytest.raises(ChannelNotFound):
        await store.channels.get(HERE)
    again = await everything(store)
    assert not await store.privacy.forget_workspace("discord", "guild", OPERATOR)
    assert await everything(store) == again


async def test_votes_that_went_to_the_same_story_are_forgotten(store: DigestStore) -> None:
    await store.entries.add(EntryDraft("One", url="https://o.example/"), BEN)
    draft = EntryDraft("Two", url="https://two.example/")
    await store.entries.add(draft, BEN)
    for person in (EVE, BEN):
        await store.votes.toggle(2, person)
    async with store._database.write() as connection:
        entries = metadata.tables["entries"]
        await connection.execute(entries.update().where(entries.c.id == 2).values(status="pending"))
    await store.reviews.join(2, 1, BEN)
    assert (await store.entries.get(1)).votes == 2

    await store.privacy.forget("discord", EVE.id, OPERATOR)

    assert (await store.entries.get(1)).votes == 1
    assert EVE.id not in await everything(store)
    await store.reviews.undo(2, BEN)
    assert (await store.entries.get(1)).votes == 0


async def test_who_reviewed_a_draft_is_forgotten(store: DigestStore) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    by = (
        Rendition("ko", "하나", "", "model-1", EVE.name, moment),
        Rendition("en", "One", "", "model-1", "Ben", moment),
    )
    await store.entries.add(EntryDraft("One", renditions=by), BEN)
    drafts = metadata.tables["drafts"]
    async with store._database.write() as connection:
        await connection.execute(
            drafts.insert().values(
                entry_id=1, language="ko", of=b"1", prompt=1, model="m", title="하나", note="",
                state=DraftState.ACCEPTED.value, tags=[], flags=[], tokens=1, reserved=0,
                asked_for=False, tries=1, reason="", at=moment, platform="discord",
                workspace="guild", person=EVE.id, person_name=EVE.name,
            )
        )  # fmt: skip

    await store.privacy.forget("discord", EVE.id, OPERATOR)

    told = {one.language: one.reviewed_by for one in (await store.entries.get(1)).renditions}
    assert told == {"ko": "", "en": "Ben"}
    assert EVE.name not in await everything(store)


async def test_odd_ids_are_of_nobody(store: DigestStore, clock: FakeClock) -> None:
    await live(store, clock)
    told = await everything(store)

    for odd in ("", "\x00", "'; DROP TABLE saved; --", "42424"):
        assert not await store.privacy.forget("discord", odd, OPERATOR), odd
        assert await everything(store) == told, odd
