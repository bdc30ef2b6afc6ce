"""HTTP: Slack calls the bot at `/slack/events`. What Slack did not sign is refused unread."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.port.service import HttpRequest, HttpResponse

PATH = "/slack/events"

_SHORT = 1000
"""Bytes that Slack's question for the certificate, which bears no signature, is well below."""


async def answer(app: AsyncApp, signing_secret: str, request: HttpRequest) -> HttpResponse:
    """Let bolt answer what Slack signed lately, with this secret."""
    if not _signed(signing_secret, request):
        return HttpResponse(200 if _looks_at_the_certificate(request.body) else 401)
    response = await app.async_dispatch(
        AsyncBoltRequest(
            body=request.body.decode(), query=request.query, headers=dict(request.headers)
        )
    )
    headers = {name.title(): values[0] for name, values in response.headers.items()}
    return HttpResponse(response.status, response.body.encode(), headers)


def _signed(secret: str, request: HttpRequest) -> bool:
    """Whether Slack signed a request. bolt looks too, but reads the body before."""
    try:
        return SignatureVerifier(secret).is_valid_request(request.body, request.headers)
    except (TypeError, ValueError):
        return False  # A time that is no number, or letters that no signature has.


def _looks_at_the_certificate(body: bytes) -> bool:
    return len(body) < _SHORT and b"ssl_check=1" in body.split(b"&")
