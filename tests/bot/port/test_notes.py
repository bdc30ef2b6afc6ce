"""Forms that wait for their button, in whichever process it is pressed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.notes import StoreNotes
from bot.port.form import Choice, Field, Form, Kind
from bot.port.notes import OwnNotes, PendingForm, PendingForms
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store

FORM = Form(
    "add",
    "소식 추가",
    "Publish",
    (
        Field("link", "Link", Kind.LINK, "https://example.com", required=True, error="Unknown."),
        Field("note", "Note", Kind.TEXT, "a\n“b” \U0001f4f0", multiline=True, maximum_length=4000),
        Field("language", "Language", Kind.CHOICE, choices=(Choice("ko", "한국어"),)),
    ),
    {"id": "7"},
    {"link": "https://example.com"},
)


async def test_a_form_is_found_by_another_process_as_it_was_filled_in(tmp_path: Path) -> None:
    store = await new_store(tmp_path / "ainews.db", FakeClock())
    token = await PendingForms(StoreNotes(store)).keep(FORM, "ko")
    other = PendingForms(StoreNotes(store))
    assert await other.get(token) == PendingForm(FORM, "ko")
    assert await other.get("") is None
    assert await other.get("another") is None
    await store.close()


async def test_without_a_store_a_form_is_lost_and_nothing_breaks(tmp_path: Path) -> None:
    store = await new_store(tmp_path / "ainews.db", FakeClock())
    await store.close()
    (tmp_path / "ainews.db").write_bytes(b"no database" * 1000)
    forms = PendingForms(StoreNotes(store))
    assert await forms.get(await forms.keep(FORM, "ko")) is None


async def test_of_a_process_s_own_notes_the_oldest_go() -> None:
    notes = OwnNotes()
    for number in range(201):
        await notes.write(str(number), "text", timedelta(hours=1))
    assert await notes.read("0") is None
    assert await notes.read("200") == "text"
