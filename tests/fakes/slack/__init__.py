"""Slack on loopback: Web API, Socket Mode and response_urls over real HTTP and websockets."""

from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.workspace import FakeChannel, FakePerson

__all__ = ["FakeChannel", "FakePerson", "FakeSlack"]
