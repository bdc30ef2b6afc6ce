"""Korean by morphemes, where kiwipiepy is installed, and what is said where it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib.metadata import PackageNotFoundError

import pytest

from store.errors import AnalyzerMissing
from store.search.executor import Tools
from store.search.text import variants
from store.search.text.korean import Reading
from store.search.text.variants import Variant, name_of
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.search.conftest import SearchDigest, draft
from tests.store.search.rebuilds import versions

installed = pytest.mark.skipif(
    name_of(Variant.KIWI) is None, reason="kiwipiepy is not installed (the extra `kiwi`)"
)

TITLES = (
    "어제 회의 기록", "초거대언어모델을 공개한 회사", "언어 교육 정책", "모델하우스 분양",
    "GPT-4를 쓰는 법", "🤖 로봇이 배운 말",
)  # fmt: skip


@pytest.fixture
async def by_morphemes(local: SearchDigest, clock: FakeClock) -> AsyncIterator[SearchDigest]:
    """The same digest, opened by a program that analyzes by morphemes."""
    await local.fill([draft(one) for one in TITLES])
    url = local.store._database.address.url.render_as_string()
    store = await DigestStore.open(url.replace("+aiosqlite", ""), clock, analyzer=Variant.KIWI)
    yield SearchDigest(store)
    await store.close()


@installed
async def test_changing_the_analyzer_rebuilds_the_index(
    local: SearchDigest, by_morphemes: SearchDigest
) -> None:
    default, kiwi = name_of(Variant.DEFAULT), name_of(Variant.KIWI)
    assert await versions(local.store) == {default: True}
    assert (await by_morphemes.titles("회의"))[0] == TITLES[0]
    assert await by_morphemes.store.search.outdated()

    assert await by_morphemes.store.search.rebuild()

    assert await versions(local.store) == {kiwi: True}
    for query, title in (
        ("회의를", TITLES[0]), ("언어 모델", TITLES[1]), ("초거대 언어모델", TITLES[1]),
        ("언어 정책은", TITLES[2]), ("gpt4", TITLES[4]), ("로봇은", TITLES[5]), ("말", TITLES[5]),
    ):  # fmt: skip
        assert (await by_morphemes.titles(query, literal=True))[0] == title, query
    # The other program goes on, and keeps this index in step.
    assert (await local.titles("회의"))[0] == TITLES[0]
    await local.add("자연어처리 논문")
    assert await versions(local.store) == {kiwi: True}
    assert (await by_morphemes.titles("자연어 처리"))[0] == "자연어처리 논문"
    assert (await by_morphemes.page("ahepf")).corrected == "모델"


@installed
async def test_the_nouns_of_a_compound_and_their_boundaries(by_morphemes: SearchDigest) -> None:
    text = "🤖 초거대언어모델의 회의에서 만든 결과"

    def read(tools: Tools) -> list[Reading]:
        reading = tools.reader(tools.name).analyzer.reading(text)
        return [reading(text.index(word), word) for word in text.split()[1:]]

    compound, meeting, _, result = await by_morphemes.store._workbench.do(read)

    assert (compound.stem, compound.parts) == ("초거대언어모델", ("거대", "언어", "모델"))
    assert (meeting.stem, meeting.single, meeting.parts) == ("회의", "", ())
    assert (result.stem, result.single) == ("결과", "")


async def test_an_analyzer_that_is_not_installed_is_named(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(variants, "version", version)

    with pytest.raises(AnalyzerMissing) as missing:
        await DigestStore.open("sqlite:///nothing.db", clock, analyzer=Variant.KIWI)
    assert missing.value.name == "kiwi"
