"""What a model drafted is before a moderator's eyes, and decided about in one press."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.port.card import Action, Section, Style, Text
from bot.port.invocation import Outcome, Reply, Role
from bot.views.reviews import desk_card
from store.model import DraftFlag, DraftState, Entry, EntryDraft, Status
from tests.bot.commands.conftest import START, TypedConversation, words_of

MAKER = ("small", 1)
EVER = START - timedelta(days=30)
KOREAN = ("작은 모델이 나왔다", "휴대전화에서 30개가 돌아간다.")
LONG = "A model of thirty parts runs on a phone. " * 8
FLAG = DraftFlag("Check the number.", "30개")


async def drafted(
    talk: TypedConversation,
    title: str = "A small model",
    *,
    status: Status = Status.PENDING,
    into: str = "ko",
    note: str = KOREAN[1],
) -> Entry:
    """Let an entry have a draft that waits."""
    draft = EntryDraft(title, note=LONG, language="en", status=status)
    entry = await talk.store.entries.add(draft, talk.asker.actor)
    await make(talk, entry, into, note)
    return entry


async def make(talk: TypedConversation, entry: Entry, into: str, note: str = KOREAN[1]) -> int:
    await talk.store.drafts.ask(entry.id, into, MAKER)
    leased = await talk.store.drafts.lease("one", MAKER, 1, ((EVER, 10**6),))
    assert leased is not None
    await talk.store.drafts.made(
        leased[0], "one", 9, title=KOREAN[0], note=note, tags=(), flags=[FLAG]
    )
    return leased[0].id


def with_model(talk: TypedConversation) -> None:
    """Go on with a model that is set up."""
    services = replace(talk._services(), maker=lambda: MAKER)
    talk.commands = type(talk.commands)(services)


def button(found: Reply | Section, label: str) -> Action:
    if isinstance(found, Section):
        actions = found.actions
    else:
        sections = found.card.sections
        actions = (*found.card.actions, *(one for each in sections for one in each.actions))
    return next(one for one in actions if one.label == label)


async def test_the_queue_shows_source_and_draft_and_one_press_publishes_with_it(
    talk: TypedConversation,
) -> None:
    entry = await drafted(talk)
    reply = await talk.type("review")
    source, draft = reply.card.sections
    assert words_of(reply.card).index("A small model") < words_of(reply.card).index(KOREAN[0])
    assert source.actions == ()
    assert Text("30개", Style.STRONG) in draft.body[0]
    assert any(Text("⚠ Check the number.", Style.STRONG) in line for line in draft.body)

    done = await talk.press(button(reply, "Publish with the draft"))
    assert "Published as entry 1" in words_of(done.card)
    published = await talk.store.entries.get(entry.id)
    assert published.status is Status.PUBLISHED
    assert published.told_in("ko").title == KOREAN[0]
    log = await talk.said("log")
    assert "ko: drafted by small, reviewed by Minji" in log


async def test_what_is_published_without_its_draft_is_told_as_it_was_written(
    talk: TypedConversation,
) -> None:
    entry = await drafted(talk)
    reply = await talk.type("review")
    await talk.press(button(reply, "Publish without it"))

    assert (await talk.store.entries.get(entry.id)).renditions == ()
    _, [draft] = await talk.store.draft_reviews.of_entry(entry.id)
    assert draft.state is DraftState.REJECTED


async def test_everybody_gets_their_language_and_the_original_is_offered(
    talk: TypedConversation,
) -> None:
    entry = await drafted(talk)
    await talk.press(button(await talk.type("review"), "Publish with the draft"))
    assert "A small model" in await talk.said("latest")
    assert KOREAN[0] not in await talk.said(f"show {entry.id}")

    await talk.type("language ko")
    assert KOREAN[0] in await talk.said("latest")
    for words in ("휴대전화", "phone"):
        assert KOREAN[0] in await talk.said(f"search {words}")
    shown = await talk.type(f"show {entry.id}")
    assert "원래 제목: A small model · 초안 small, 검토 Minji" in words_of(shown.card)
    original = await talk.press(button(shown, "원문 보기"))
    assert "A model of thirty parts" in words_of(original.card)
    back = await talk.press(button(original, "번역 보기"))
    assert KOREAN[0] in words_of(back.card)


async def test_a_form_takes_the_moderators_own_words(talk: TypedConversation) -> None:
    entry = await drafted(talk)
    reply = await talk.type("review")
    edit = button(reply, "Edit the draft")
    asked = await talk.commands.run(
        replace(talk.invocation(edit.command, **edit.arguments), interactive=True)
    )
    form = asked.form
    assert form is not None
    assert {field.name: field.value for field in form.fields} == {
        "title": KOREAN[0],
        "note": KOREAN[1],
    }
    done = await talk.submit("translate", **form.hidden, title="내 제목", note="내 글")
    assert done.outcome is Outcome.DONE
    published = await talk.store.entries.get(entry.id)
    assert (published.status, published.title) == (Status.PUBLISHED, "A small model")
    assert published.told_in("ko").title == "내 제목"
    assert "(edited)" in await talk.said("log")


async def test_a_form_without_a_note_leaves_none_and_a_typed_title_keeps_it(
    talk: TypedConversation,
) -> None:
    first = await drafted(talk, "one", status=Status.PUBLISHED)
    second = await drafted(talk, "two", status=Status.PUBLISHED)
    form = {"id": str(first.id), "language": "ko", "action": "edit"}
    await talk.submit("translate", **form, title="제목", note="")
    await talk.type(f'translate {second.id} ko title:"제목"')

    notes = [(await talk.store.entries.get(one.id)).told_in("ko").note for one in (first, second)]
    assert notes == ["", KOREAN[1]]


async def test_drafts_of_what_is_published_follow_the_queue(talk: TypedConversation) -> None:
    first = await drafted(talk, "one", status=Status.PUBLISHED)
    second = await drafted(talk, "two", status=Status.PUBLISHED)
    reply = await talk.type("review")
    assert reply.entries[0].id == first.id
    onward = await talk.press(button(reply, "Next"))
    assert onward.entries[0].id == second.id
    assert (await talk.press(button(onward, "Next"))).entries[0].id == first.id

    done = await talk.press(button(reply, "Accept"))
    assert f"Accepted: {KOREAN[0]}" in words_of(done.card)
    again = await talk.press(button(done, "Next"))
    done = await talk.press(button(again, "Reject"))
    assert done.card.actions == ()
    assert "Nothing waits" in await talk.said("review")
    assert "50 % accepted, 0 % edited" in await talk.said("status")


async def test_two_who_press_at_once_hear_who_was_first(talk: TypedConversation) -> None:
    await drafted(talk, status=Status.PUBLISHED)
    reply = await talk.type("review")
    await talk.press(button(reply, "Accept"))
    talk.become(name="Ben", roles=Role.MODERATOR)

    late = await talk.press(button(reply, "Reject"))
    assert late.outcome is Outcome.REFUSED
    assert "Minji has accepted this draft already." in words_of(late.card)


async def test_a_button_of_a_draft_whose_text_changed_does_nothing(
    talk: TypedConversation,
) -> None:
    entry = await drafted(talk)
    reply = await talk.type("review")
    await talk.store.entries.edit(entry.id, replace(entry.draft, title="New"), talk.asker.actor)

    late = await talk.press(button(reply, "Publish with the draft"))
    assert late.outcome is Outcome.REFUSED
    assert (await talk.store.entries.get(entry.id)).status is Status.PENDING


async def test_who_asks_for_a_draft_sees_how_it_stands(talk: TypedConversation) -> None:
    entry = await talk.store.entries.add(EntryDraft("Title", note="Short."), talk.asker.actor)
    assert "No model is set up" in await talk.said(f"translate {entry.id}")
    with_model(talk)

    reply = await talk.type(f"translate {entry.id}")
    assert "It is being written" in words_of(reply.card)
    assert talk.woken == 1
    again = await talk.press(button(reply, "Look again"))
    assert "It is being written" in words_of(again.card)
    assert "fewer than 200" in await talk.said(f"summarize {entry.id}")
    assert "No such draft waits" in await talk.said(f"translate {entry.id} ko accept")


async def test_what_failed_is_written_again_only_where_somebody_says_so(
    talk: TypedConversation,
) -> None:
    with_model(talk)
    draft = EntryDraft("Title", note=LONG, status=Status.PENDING)
    entry = await talk.store.entries.add(draft, talk.asker.actor)
    await talk.type(f"translate {entry.id}")
    leased = await talk.store.drafts.lease("one", MAKER, 1, ((EVER, 10**6),))
    assert leased is not None
    await talk.store.drafts.give_up(leased[0], "one", "The model wrote nothing.", 9)

    for line in (f"translate {entry.id}", "review"):
        reply = await talk.type(line)
        assert "There is no draft: The model wrote nothing." in words_of(reply.card)
    assert await talk.store.drafts.next_at() is None
    again = await talk.press(button(reply, "Write it again"))
    assert "It is being written" in words_of(again.card)
    assert await talk.store.drafts.next_at() is not None


async def test_a_summary_is_in_the_entry_s_own_language(talk: TypedConversation) -> None:
    with_model(talk)
    entry = await talk.store.entries.add(EntryDraft("Title", note=LONG), talk.asker.actor)
    assert "Draft in English" in await talk.said(f"summarize {entry.id}")
    assert "Draft in Korean" in await talk.said(f"translate {entry.id}")


async def test_members_ask_for_nothing_and_decide_nothing(talk: TypedConversation) -> None:
    entry = await drafted(talk, status=Status.PUBLISHED)
    talk.become(name="Mia")
    for line in (f"translate {entry.id} ko accept", f"summarize {entry.id}"):
        assert (await talk.type(line)).outcome is Outcome.REFUSED
    assert (await talk.store.entries.get(entry.id)).renditions == ()


async def test_a_desk_shows_a_draft_whole_or_where_to_look(talk: TypedConversation) -> None:
    words = talk.commands._services.translators.of("en")
    entry = await drafted(talk)
    item = (await talk.store.reviews.get([entry.id]))[entry.id]
    [section] = desk_card([item], words).sections
    assert [one.label for one in section.actions] == [
        "Publish with the draft",
        "Publish without it",
        "Edit the draft",
        "Skip",
        "Same as…",
    ]
    assert any(Text(KOREAN[0], Style.STRONG) in line for line in section.body)

    await make(talk, entry, "en", "A long draft. " * 40)
    item = (await talk.store.reviews.get([entry.id]))[entry.id]
    section = desk_card([item] * 5, words).sections[0]
    assert section.actions[0].label == "Look at the draft"
    assert "Publish with the draft" not in [one.label for one in section.actions]
    looked = await talk.press(section.actions[0])
    assert KOREAN[0] in words_of(looked.card)
