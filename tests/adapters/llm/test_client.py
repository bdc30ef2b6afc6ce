"""Endpoints as they are: what they refuse, how they answer, and how they fail."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.llm import plugin
from adapters.llm.answers import draft_of
from adapters.llm.client import LlmWriter
from adapters.llm.plugin import read_model_settings
from adapters.llm.prompt import TOKENS_IN, messages, tokens_of
from bot.port.platform import PlatformContext
from bot.port.settings_error import SettingsError
from bot.port.writer import Draft, WriterLater, WriterRefused, WriterStopped, WriterTask
from tests.fakes.clock import FakeClock
from tests.fakes.model import (
    DRAFT,
    Answering,
    FakeModel,
    a_model,
    cut,
    drip,
    failed,
    hang,
    picky,
    raw,
    said,
)

CLOCK = FakeClock()
TASK = WriterTask("A small model", "It came out in March. " * 20, "en", "ko", ("llm", "release"))
WANTED = Draft(DRAFT["title"], DRAFT["note"], ("llm",), 700, 60, "small")  # type: ignore[arg-type] # texts
KEY = "sk-secret-0123456789"


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with a_model() as running:
        yield running


@pytest.fixture
async def writer(model: FakeModel) -> AsyncIterator[LlmWriter]:
    settings = read_model_settings(environment(model))
    assert settings is not None
    made = LlmWriter(settings, CLOCK, longest=0.5)
    yield made
    await made.close()


def environment(model: FakeModel) -> dict[str, str]:
    return {"AINEWS_MODEL_URL": model.url, "AINEWS_MODEL": "small", "AINEWS_MODEL_KEY": KEY}


async def test_a_draft_is_asked_for_and_read(model: FakeModel, writer: LlmWriter) -> None:
    assert await writer.draft(TASK) == WANTED
    (asked,) = model.asked
    assert asked["model"] == "small"
    assert asked["max_tokens"] == 350
    assert asked["response_format"]["type"] == "json_schema"
    assert model.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("mood", "requests"),
    [
        (picky("json_schema"), 2),
        (picky("json_schema", "json_object"), 3),
        (picky("max_tokens"), 2),
        (picky("temperature"), 2),
        (picky("temperature", "max_tokens", "json_schema", "json_object"), 5),
    ],
)
async def test_what_an_endpoint_refuses_it_is_not_sent_again(
    model: FakeModel, writer: LlmWriter, mood: Answering, requests: int
) -> None:
    model.moods = [mood]
    assert await writer.draft(TASK) == WANTED
    assert len(model.asked) == requests
    assert await writer.draft(TASK) == WANTED
    assert len(model.asked) == requests + 1


TEXT = json.dumps(DRAFT, ensure_ascii=False)


@pytest.mark.parametrize(
    "mood",
    [
        said(f"```json\n{TEXT}\n```"),
        said(f"Here is the draft:\n{TEXT}\nI hope it helps {{you}}."),
        said(f'<think>Is it {{"title": "No"}}?</think>{TEXT}'),
        said(f'It is {{"title": "No"}}?</think>{TEXT}'),
        said(TEXT.replace("]}", "],}").replace('"llm"]', '"llm",]')),
        said(f"{TEXT}\n{TEXT}"),
        said(f'{{"thought": 1}} {TEXT}'),
        said("", reasoning_content=f"So I write {TEXT}"),
        said([{"type": "text", "text": TEXT}]),
        said({**DRAFT, "note": ["3월에", "나왔다."], "tags": "#llm"}),
        said({**DRAFT, "note": "3월에\n\n나왔다."}),
        said(TEXT, finish="length"),
        said(f'<REASONING>{{"title": "No"}}</REASONING>{TEXT}'),
        said(f'{{"type": "object", "title": "draft"}} {TEXT}'),
        said(f'{{"title": "…", "note": "…", "tags": ["…"]}} {TEXT}'),
        said(TEXT.replace("title", "Title").replace("note", "NOTE")),
        said(TEXT.replace("작은", "작은&#32;\\ud83d\\u0000")),
    ],
)
async def test_every_way_of_answering_is_read(
    model: FakeModel, writer: LlmWriter, mood: Answering
) -> None:
    model.moods = [mood]
    assert await writer.draft(TASK) == WANTED


@pytest.mark.parametrize(
    ("mood", "says"),
    [
        (said(TEXT[:30], finish="length"), "cut off"),
        (said("", finish="length", reasoning="Let me think"), "cut off"),
        (said(""), "wrote nothing"),
        (said("I cannot."), "no title and note"),
        (said(None, refusal="I cannot."), "declined"),
        (said('{"note": "no title"}'), "no title and note"),
        (said("[" * 100_000), "no title and note"),
        (said("{" * 100_000), "no title and note"),
        (raw(b"<html>Sign in</html>", "text/html"), "something else"),
        (raw(b"[]"), "something else"),
        (raw(b'{"choices": []}'), "something else"),
        (raw(b'{"choices": [{"message": "hi"}]}'), "something else"),
        (raw(b'{"error": {"code": 400, "message": "The prompt was filtered."}}'), "filtered"),
        (raw(b"x" * 1_000_001), "more than a draft"),
        (failed(400, "This model's maximum context length is 512 tokens"), "context length"),
    ],
)
async def test_an_answer_without_a_draft_is_refused(
    model: FakeModel, writer: LlmWriter, mood: Answering, says: str
) -> None:
    model.moods = [mood]
    with pytest.raises(WriterRefused, match=says):
        await writer.draft(TASK)
    assert len(model.asked) <= 3


@pytest.mark.parametrize(
    ("mood", "says"),
    [
        (failed(401, f"Incorrect API key provided: {KEY}."), "key: Incorrect API key provided: …"),
        (failed(403, "not allowed"), "refuses the key: not allowed"),
        (failed(402, "Payment required: billing"), "quota .* is used up"),
        (failed(429, "You exceeded your current quota", "insufficient_quota"), "quota"),
        (failed(307, Location="https://elsewhere.example/v1"), "address: https://elsewhere"),
        (failed(404, 'model "small" not found, try pulling it first'), "does not know “small”"),
    ],
)
async def test_what_only_the_operator_can_mend_stops_it(
    model: FakeModel, writer: LlmWriter, mood: Answering, says: str
) -> None:
    model.moods = [mood]
    with pytest.raises(WriterStopped, match=says) as caught:
        await writer.draft(TASK)
    assert KEY not in str(caught.value)
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("mood", "after"),
    [
        (failed(429, Retry_After="7"), 7),
        (failed(429, Retry_After=format_datetime(CLOCK() + timedelta(seconds=90))), 90),
        (failed(429, retry_after_ms="2500"), 2.5),
        (failed(429, x_ratelimit_reset_requests="1m30s"), 90),
        (failed(429, x_ratelimit_reset_requests="120ms"), 1),
        (failed(429, "Rate limit reached. Please try again in 3.5s."), 3.5),
        (failed(429, Retry_After="99999999"), 86_400),
        (failed(429, Retry_After="soon"), None),
        (failed(503, "loading model"), None),
        (failed(500, "boom", Retry_After="20"), 20),
        (raw(b'{"error": {"code": 429, "message": "Please try again in 4s."}}'), 4),
        (raw(b'{"error": {"message": "Provider returned error"}}'), None),
        (hang, None),
        (drip, None),
        (cut, None),
    ],
)
async def test_what_passes_is_tried_later_when_the_endpoint_says(
    model: FakeModel, writer: LlmWriter, mood: Answering, after: float | None
) -> None:
    model.moods = [mood]
    with pytest.raises(WriterLater) as caught:
        await writer.draft(TASK)
    assert caught.value.after == (None if after is None else timedelta(seconds=after))
    # Of what was begun, nobody knows what it took.
    assert caught.value.tokens == (2250 if mood in (hang, drip, cut) else 0)
    # What came once did no harm.
    model.moods = [said(DRAFT)]
    assert await writer.draft(TASK) == WANTED


async def test_what_is_said_of_one_text_changes_nothing_for_the_next(
    model: FakeModel, writer: LlmWriter
) -> None:
    model.moods = [failed(400, "The prompt was filtered by our policy.")]
    with pytest.raises(WriterRefused, match="filtered"):
        await writer.draft(TASK)
    model.moods = [said(DRAFT)]
    await writer.draft(TASK)
    assert model.asked[-1]["response_format"]["type"] == "json_schema"


async def test_nobody_there_is_tried_later() -> None:
    settings = read_model_settings(
        {"AINEWS_MODEL": "small", "AINEWS_MODEL_URL": "http://127.0.0.1:9"}
    )
    assert settings is not None
    lonely = LlmWriter(settings, CLOCK)
    with pytest.raises(WriterLater, match="cannot be reached") as caught:
        await lonely.draft(TASK)
    assert caught.value.tokens == 0
    await lonely.close()


@given(
    text=st.text(max_size=9000),
    title=st.text(max_size=400),
    tags=st.lists(st.text(max_size=40), max_size=60),
)
def test_what_is_asked_keeps_within_its_bounds_and_fences_the_source(
    text: str, title: str, tags: list[str]
) -> None:
    task = WriterTask(title, text, None, "ko", tuple(tags))
    system, user = messages(task)
    assert tokens_of(system["content"] + user["content"]) <= TOKENS_IN + max(
        0, tokens_of("".join(tags)) - 400
    )
    # The instructions end it, and the source is a single line of JSON.
    assert user["content"].endswith(system["content"])
    (source,) = [line for line in user["content"].split("\n") if line.startswith("SOURCE: ")]
    fenced = json.loads(source.removeprefix("SOURCE: "))
    assert text.startswith(fenced["text"])
    assert title.startswith(fenced["title"])


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("The model was released today. ", 3000),
        ("모델을 공개했다. ", 900),
        ("12345 ", 1200),
        ("👍", 300),
    ],
)
def test_as_much_of_a_long_text_is_sent_as_fits(text: str, least: int) -> None:
    system, user = messages(WriterTask("Title", text * 3000, "en", "ko"))
    _, _, source = user["content"].partition("SOURCE: ")
    sent = json.loads(source.partition("\n")[0])["text"]
    assert least < len(sent) < 5000
    assert TOKENS_IN - 60 < tokens_of(system["content"] + user["content"]) <= TOKENS_IN


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["choices", "message", "content", "title", "note", "tags", "usage"]), inner
    ),
))  # fmt: skip
def test_any_answer_is_a_draft_or_refused(answer: object) -> None:
    try:
        draft = draft_of({"choices": [answer]} if isinstance(answer, dict) else answer, "m", "")
    except WriterRefused:
        return
    assert isinstance(draft.title, str)


ON = {"AINEWS_MODEL": "m", "AINEWS_MODEL_URL": "http://localhost:1/v1"}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"AINEWS_MODEL": "small"}, "needs both"),
        ({"AINEWS_MODEL_URL": "http://localhost:1/v1"}, "needs both"),
        ({"AINEWS_MODEL": "m", "AINEWS_MODEL_URL": "localhost:1"}, "no address"),
        ({"AINEWS_MODEL": "m", "AINEWS_MODEL_URL": "ftp://a/v1"}, "no address"),
        ({"AINEWS_MODEL": "m", "AINEWS_MODEL_URL": "http://[::1"}, "no address"),
        (ON | {"AINEWS_MODEL_KEY": "two\nlines"}, "No header"),
        (ON | {"AINEWS_MODEL_KEY": "키"}, "No header"),
        (ON | {"AINEWS_MODEL_KEY": "Bearer sk-1"}, "No header"),
    ],
)
def test_wrong_settings_are_said(values: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_model_settings(values)


def test_without_settings_there_is_no_writer(tmp_path: Path) -> None:
    assert plugin.create(PlatformContext({}, CLOCK, tmp_path)) is None


async def test_check_shows_what_came(model: FakeModel, tmp_path: Path) -> None:
    assert await plugin.check(PlatformContext({}, CLOCK, tmp_path)) == ()
    context = PlatformContext(environment(model), CLOCK, tmp_path)
    (line,) = await plugin.check(context)
    assert line.well
    assert "“작은 모델이 나왔다” 3월에 나왔다." in line.sentence
    assert "760" in line.sentence
    model.moods = [failed(401, "bad key")]
    (line,) = await plugin.check(context)
    assert not line.well
    assert line.sentence == "small drafts nothing: The model's endpoint refuses the key: bad key"
