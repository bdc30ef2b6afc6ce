"""How did a platform answer over HTTP? Counted below whatever library asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

from aiohttp import ClientSession, TraceConfig, TraceRequestEndParams, TraceRequestExceptionParams


def counted(answered: Callable[[int], None]) -> TraceConfig:
    """Return what tells a session's answers: their status, 0 where the network brought none."""

    async def ended(
        session: ClientSession, context: SimpleNamespace, answer: TraceRequestEndParams
    ) -> None:
        del session, context
        answered(answer.response.status)

    async def failed(
        session: ClientSession, context: SimpleNamespace, error: TraceRequestExceptionParams
    ) -> None:
        del session, context
        if not isinstance(error.exception, asyncio.CancelledError):
            answered(0)

    trace = TraceConfig()
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(failed)
    return trace
