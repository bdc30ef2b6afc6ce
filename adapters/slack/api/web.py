"""HTTP: Slack calls the bot at `/slack/events`, and signs what it sends."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

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
    headers = {name: values[0] for name, values in response.headers.items()}
    return HttpResponse(response.status, response.body.encode(), headers)
