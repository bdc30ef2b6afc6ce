"""How much of what a model may get wrong the checks see. See bench/README.md, section "Drafts".

`python -m bench.drafts ITEMS.jsonl`: each line has a `title`, a `note`, `published` and `tags`. Of
each item a source in English is made, a right draft in English and one in Korean (numbers, dates
and sums written as each language does), and wrong ones: a digit changed, a name swapped for
another item's, another language. `--show N` prints the first N misses and false flags of each kind.

Nothing here is told how the checks read numbers: it has rules of its own for writing them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.drafts_hostile import hostile
from bench.search_report import machine
from bot.i18n.translator import Translator
from bot.port.writer import Draft, WriterTask
from bot.summaries.checks.checks import DraftChecks
from bot.summaries.drafting import DraftVerdict

_NOTE = 480
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_KOREAN_NAMES = {
    "구글": "Google", "오픈AI": "OpenAI", "메타": "Meta", "네이버": "Naver", "엔비디아": "Nvidia",
    "앤트로픽": "Anthropic", "마이크로소프트": "Microsoft", "애플": "Apple", "아마존": "Amazon",
    "삼성전자": "Samsung", "카카오": "Kakao", "딥시크": "DeepSeek", "미스트랄": "Mistral",
    "알리바바": "Alibaba", "허깅페이스": "Hugging Face", "업스테이지": "Upstage",
    "깃허브": "GitHub", "삼성": "Samsung", "카나나": "Kanana", "윈도우": "Windows",
    "챗GPT": "ChatGPT",
}  # fmt: skip
_FILLERS = ("the", "of", "with", "in", "and", "for", "is", "to", "on", "that")
_OPENERS = ("", "Researchers report: ", "According to the authors, ", "In short, ", "Now ")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|https?://\S+")
_QUANTITY = re.compile(
    r"(?<![\w.,$-])(\$)?(\d+(?:,\d{3})*(?:\.\d+)?)(%|[KMBT](?![A-Za-z]))?(?![\w.%-])"
)
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎ]+")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_ENUMERATED = re.compile(r"\(\d\)")
_NAME = re.compile(r"(?<![\w-])[A-Za-z][\w-]*(?:\.\w+)*")
_SCALES = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_NAMES = {"M": "million", "B": "billion", "T": "trillion"}
_LETTERS = 3

Write = Callable[[random.Random, re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A source and a right draft of it."""

    task: WriterTask
    draft: Draft


def main() -> None:
    """Print how much is seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.drafts", description=__doc__)
    parser.add_argument("items", type=Path)
    parser.add_argument("--show", type=int, default=0)
    asked = parser.parse_args()
    lines = asked.items.read_text("utf-8").splitlines()
    items = [json.loads(line) for line in lines if line.strip()]
    measure = Measure(DraftChecks(), asked.show)
    chance = random.Random(7)
    names = sorted({tag for item in items for tag in item.get("tags") or () if _is_name(tag)})
    begun = time.perf_counter()
    for into in ("en", "ko"):
        for pair in pairs(items, into, chance):
            measure.pair(pair, names, chance)
    spent = time.perf_counter() - begun
    print(machine())
    measure.report()
    print(f"| a check, mean | {1000 * spent / measure.checked:.2f} ms | | |")
    refused, texts = 0, hostile([item["title"] for item in items], chance)
    for task, draft in texts:
        verdict = measure.checks.check(task, draft)
        refused += bool(verdict.refused)
        if not verdict.refused:
            print("on a card:", draft.title, "|", draft.note)
    print(f"| hostile sources that reach a card | {len(texts) - refused} of {len(texts)} | 0 | |")


class Measure:
    """Counts what is seen, by the direction and what was done to a draft."""

    def __init__(self, checks: DraftChecks, show: int) -> None:
        self.checks = checks
        self.checked = 0
        self._show = show
        self._seen: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)

    def pair(self, pair: Pair, names: Sequence[str], chance: random.Random) -> None:
        """Check a right draft and what may be wrong with it."""
        into, draft = pair.task.into, pair.draft
        right = self._check(pair.task, draft)
        self._count(into, "right: refused", seen=bool(right.refused), draft=draft, verdict=right)
        if right.refused:
            return
        numbers = _said(right, "number")
        self._count(into, "right: number flagged", seen=bool(numbers), draft=draft, verdict=right)
        self._count(
            into,
            "right: name flagged",
            seen=bool(_said(right, "named")),
            draft=draft,
            verdict=right,
        )
        if wrong := changed_digit(draft, chance):
            verdict = self._check(pair.task, wrong)
            seen = bool(set(verdict.flags) - set(right.flags))
            self._count(into, "number changed", seen=seen, draft=wrong, verdict=verdict)
        if wrong := swapped_name(pair, names, chance):
            verdict = self._check(pair.task, wrong)
            seen = bool(set(verdict.flags) - set(right.flags))
            self._count(into, "name changed", seen=seen, draft=wrong, verdict=verdict)
        for what, note in other_languages(pair):
            wrong = _with(draft, note)
            verdict = self._check(pair.task, wrong)
            self._count(into, what, seen=bool(verdict.refused), draft=wrong, verdict=verdict)

    def report(self) -> None:
        """Print a table of what was wanted and what came."""
        print("| into | what | drafts | seen | wanted |\n|---|---|---:|---:|---|")
        for (into, what), seen in sorted(self._seen.items()):
            share = seen[True] / seen.total()
            wanted = _WANTED.get((into, what), "")
            print(f"| {into} | {what} | {seen.total()} | {share:.3f} | {wanted} |")

    def _check(self, task: WriterTask, draft: Draft) -> DraftVerdict:
        self.checked += 1
        return self.checks.check(task, draft)

    def _count(
        self, into: str, what: str, *, seen: bool, draft: Draft, verdict: DraftVerdict
    ) -> None:
        counter = self._seen[into, what]
        counter[seen] += 1
        odd = seen if what.startswith("right") else not seen
        if odd and counter[seen] <= self._show:
            flags = [flag.words for flag in verdict.flags]
            print(f"[{into}, {what}] {verdict.refused} {flags}: {draft.title} | {draft.note}")


_WANTED = {
    ("en", "number changed"): "≥ .90",
    ("ko", "number changed"): "≥ .98",
    ("en", "name changed"): "≥ .70",
    ("ko", "name changed"): "≥ .70",
    ("en", "right: number flagged"): "≤ .04",
    ("ko", "right: number flagged"): "≤ .04",
    ("en", "right: name flagged"): "≤ .05",
    ("ko", "right: name flagged"): "≤ .05",
    **{
        (into, f"other language{how}"): "1" for into in ("en", "ko") for how in ("", ", a sentence")
    },
}


def _said(verdict: DraftVerdict, what: str) -> set[str]:
    words = Translator("en")
    return {flag.words for flag in verdict.flags if what in words.stored(flag.said)}


def pairs(items: Sequence[dict[str, str]], into: str, chance: random.Random) -> Iterator[Pair]:
    """Yield a source in English and a right draft of each item with a note."""
    for item in items:
        lines = [_LINK.sub(r"\1", line).strip(" -*") for line in (item["note"] or "").split("\n")]
        chosen = _fitting([line for line in lines if line])
        if not chosen:
            continue
        title = _LINK.sub(r"\1", item["title"])
        year, month, day = (
            int(item["published"][:4]),
            int(item["published"][5:7]),
            chance.randint(1, 28),
        )
        hour = chance.randint(1, 11)
        dated = chance.random() < 1 / 3
        english = " ".join(_in_english(line, chance) for line in chosen)
        when = f" It came on {_MONTHS[month - 1]} {day}, {year} at {hour} p.m." if dated else ""
        task = WriterTask(title, english + when, "en", into)
        if into == "ko":
            note = " ".join(
                _QUANTITY.sub(lambda one: _korean(chance, one), line) + "." for line in chosen
            )
            note += f" {year}년 {month}월 {day}일 오후 {hour}시에 나왔다." if dated else ""
            draft = Draft(f"{title} 공개", note, (), 0, 0, "bench")
        else:
            said = _QUANTITY.sub(lambda one: _english(chance, one), english)
            note = chance.choice(_OPENERS) + said
            note += (
                f" It came on {day} {_MONTHS[month - 1]} {year} at {hour + 12}:00." if dated else ""
            )
            draft = Draft(title, note, (), 0, 0, "bench")
        yield Pair(task, draft)


def _fitting(lines: Sequence[str]) -> list[str]:
    chosen: list[str] = []
    for line in lines:
        if sum(map(len, chosen)) + len(line) > _NOTE:
            break
        chosen.append(line)
    return chosen


def _in_english(line: str, chance: random.Random) -> str:
    """Return a line of a note with English in the place of its Korean words."""
    for korean, english in _KOREAN_NAMES.items():
        line = line.replace(korean, f" {english} ")
    line = re.sub(r"(\d+)월", lambda one: _MONTHS[(int(one[1]) - 1) % 12], line)
    line = re.sub(r"([\d.,]+)(조|억|만|천)", _scaled, line)
    line = _HANGUL.sub(lambda _: f" {chance.choice(_FILLERS)} ", line)
    return re.sub(r"\s+([.,)])", r"\1", " ".join(line.split())) + "."


def _scaled(match: re.Match[str]) -> str:
    value = (
        float(match[1].replace(",", "")) * {"조": 1e12, "억": 1e8, "만": 1e4, "천": 1e3}[match[2]]
    )
    for name, scale in (("trillion", 1e12), ("billion", 1e9), ("million", 1e6)):
        if value >= scale:
            return f"{value / scale:g} {name} "
    return f"{value:,.0f} "


def _english(chance: random.Random, match: re.Match[str]) -> str:
    """Return a quantity as another English writer has it."""
    sign, number, unit = match[1] or "", match[2], match[3] or ""
    if chance.random() < 1 / 2:
        return match[0]
    if unit == "%":
        return f"{number} percent"
    if unit in _SCALES and unit != "K":
        said = f"{number} {_NAMES[unit]}"
    elif unit == "K":
        said = f"{float(number.replace(',', '')) * 1000:,.0f}"
    else:
        said = number.replace(",", "") if "," in number else number
    return f"{said} dollars" if sign else said


def _korean(chance: random.Random, match: re.Match[str]) -> str:
    """Return a quantity as Korean writers have it."""
    sign, number, unit = match[1] or "", match[2], match[3] or ""
    if unit == "%":
        return number + chance.choice(("%", "퍼센트"))
    value = float(number.replace(",", "")) * _SCALES.get(unit, 1)
    said = number
    if unit:
        said = _in_myriads(round(value), chance)
    elif value >= 10_000 and value == int(value):
        said = chance.choice((number, number.replace(",", ""), _in_myriads(int(value), chance)))
    return f"{said} 달러" if sign else said


def _in_myriads(value: int, chance: random.Random) -> str:
    parts = []
    for name, scale in (("조", 10**12), ("억", 10**8), ("만", 10**4)):
        count, value = divmod(value, scale)
        if count:
            parts.append(f"{count:,}{name}" if chance.random() < 1 / 2 else f"{count}{name}")
    if value % 1000 == 0 and value:
        parts.append(f"{value // 1000}천")
    elif value:
        parts.append(f"{value:,}")
    return chance.choice(("", " ")).join(parts)


def changed_digit(draft: Draft, chance: random.Random) -> Draft | None:
    """Return the draft with one digit of one number changed, None where it has none."""
    numbers = [
        one
        for one in _DIGITS.finditer(draft.note)
        if not _ENUMERATED.match(draft.note, one.start() - 1)
    ]
    if not numbers:
        return None
    number = chance.choice(numbers)
    places = [number.start() + place for place, sign in enumerate(number[0]) if sign.isdigit()]
    place = chance.choice(places)
    digits = "123456789" if place == number.start() else "0123456789"
    other = chance.choice(digits.replace(draft.note[place], ""))
    return _with(draft, draft.note[:place] + other + draft.note[place + 1 :])


def swapped_name(pair: Pair, names: Sequence[str], chance: random.Random) -> Draft | None:
    """Return the draft with one name swapped for another item's, None where it has none."""
    note, source = pair.draft.note, f"{pair.task.title} {pair.task.text}".casefold()
    found = [one for one in _NAME.finditer(note) if _is_name(one[0])]
    pool = list(_KOREAN_NAMES) if pair.task.into == "ko" and chance.random() < 1 / 3 else names
    other = chance.choice(pool)
    if not found or _KOREAN_NAMES.get(other, other).casefold() in source:
        return None
    name = chance.choice(found)
    return _with(pair.draft, note[: name.start()] + other + note[name.end() :])


def _is_name(word: str) -> bool:
    """Whether a word is a name beyond doubt: OpenAI, GPT-4, Kaggle."""
    letters = sum(letter.isalpha() for letter in word)
    inner = any(letter.isupper() for letter in word[1:])
    return (
        letters >= _LETTERS and word.isascii() and " " not in word and word[0].isupper() and inner
    )


def other_languages(pair: Pair) -> Iterator[tuple[str, str]]:
    """Yield notes in a language that was not asked for."""
    if pair.task.into == "ko":
        yield "other language", pair.task.text[:_NOTE]
        yield "other language, a sentence", pair.draft.note[:_NOTE] + " 新しいモデルを公開した。"
    else:
        yield (
            "other language",
            "새로운 모델을 공개했으며 성능이 크게 향상되었다고 밝혔다. " + pair.draft.title[:200],
        )
        yield (
            "other language, a sentence",
            pair.draft.note[:_NOTE]
            + " 이는 새로운 모델을 공개했으며 성능이 크게 향상되었다고 밝힌 것이다." * 2,
        )


def _with(draft: Draft, note: str) -> Draft:
    return Draft(draft.title, note, draft.tags, 0, 0, draft.model)


if __name__ == "__main__":
    main()
