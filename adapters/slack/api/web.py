"""HTTP: Slack calls the bot at `/slack/events`, and signs what it sends."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.port.service import HttpRequest, HttpResponse

PATH = "/slack/events"


async def answer(app: AsyncApp, request: HttpRequest) -> HttpResponse:
    """Let Bolt answer. What is not signed rightly it refuses."""
    response = await app.async_dispatch(
        AsyncBoltRequest(
            body=request.body.decode(errors="replace"),
            query=request.query,
            headers=dict(request.headers),
        )
    )
    return response_of(response)


def response_of(response: BoltResponse, more: Mapping[str, str] | None = None) -> HttpResponse:
    """Return what bolt answers, with further headers that win over its own."""
    headers = {name.title(): values[0] for name, values in response.headers.items()}
    return HttpResponse(response.status, response.body.encode(), {**headers, **(more or {})})
