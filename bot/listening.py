"""What hangs on the one HTTP listener, and whether there is one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.config.installation import Installation
from bot.config.readers import read_http
from bot.health import Health
from bot.metrics import Metrics, Scrape
from bot.port.platform import Platform
from bot.port.service import USUAL_ADDRESS, Service
from bot.summaries.wishes import begun
from store.store import DigestStore

if TYPE_CHECKING:
    from bot.http import Listener

_LOGGER = logging.getLogger(__name__)


async def listen(
    installation: Installation,
    store: DigestStore,
    metrics: Metrics,
    health: Health,
    *,
    platforms: Sequence[Platform],
    services: Sequence[Service],
) -> Listener | None:
    """Listen for HTTP where that is set, or where a platform cannot do without it.

    Raises SettingsError where nothing can listen at that address.
    """
    settings = installation.settings
    own = [each for each in platforms if isinstance(each, Service)]
    routes = [route for each in (*own, *services) for route in each.routes]
    if settings.http is None and not routes:
        return None
    from bot.http import Listener  # noqa: PLC0415 - who needs no HTTP waits for no library

    scrape = Scrape(
        store,
        metrics,
        settings.metrics_token,
        lambda: begun(installation.clock(), settings.timezone),
    )
    address = settings.http or read_http(USUAL_ADDRESS)
    listener = Listener(address, (*health.routes, *scrape.routes, *routes))
    await listener.start()
    _LOGGER.info("HTTP: listening at %s", address)
    if services and settings.web_url:
        _LOGGER.info("HTTP: the archive is at %s", settings.web_url)
    return listener
