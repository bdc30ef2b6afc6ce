"""A writer in memory that says what a test wants, and remembers what it was asked."""

from __future__ import annotations

import asyncio

from bot.port.writer import Draft, WriterTask

Answer = Draft | Exception


def draft(title: str, note: str = "", *tags: str, tokens: int = 80) -> Draft:
    """What a model may make."""
    return Draft(title, note, tags, tokens - 10, 10, "small")


KOREAN = draft("작은 모델이 나왔다", "휴대전화에서 돌아간다.")
ENGLISH = draft("A small model", "It runs on a phone.")


class FakeWriter:
    """Answers in the language that is asked for, unless there is an `answer`."""

    def __init__(self) -> None:
        self.name = "small"
        self.asked: list[WriterTask] = []
        self.answer: Answer | None = None
        self.hangs = asyncio.Event()
        self.hangs.set()
        self.was_asked = asyncio.Event()

    async def draft(self, task: WriterTask) -> Draft:
        """Answer once it does not hang."""
        self.asked.append(task)
        self.was_asked.set()
        await self.hangs.wait()
        answer = self.answer or (KOREAN if task.into == "ko" else ENGLISH)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Let go of nothing."""
