"""`ainews health`: does the bot run, and can it do its work? Loads as little as it can."""

from __future__ import annotations

import http.client
from enum import Enum

from bot.cli.arguments import Arguments
from bot.cli.start import Start
from bot.cli.streams import write_lines
from bot.config.environment import DATABASE_URL, read_values
from bot.config.readers import HttpAddress, read_http
from bot.config.settings import DATABASE_FILE, data_folder
from bot.i18n.translator import N_
from bot.port.invocation import Outcome
from bot.port.settings_error import SettingsErrors
from store.processes.lock import any_alive

_VARIABLE = "AINEWS_HTTP"
_PATIENCE = 3.0
"""Seconds: the bot itself gives its store one."""

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask who listens everywhere


class BotState(Enum):
    """How the bot does, as its listener says; each in a sentence."""

    READY = N_("The bot is running and ready.")
    NOT_READY = N_("The bot is running; a platform is not connected, or its database is away.")
    RUNS = N_("The bot is running. Set {variable} to learn here whether it is ready, too.")
    ENDED = N_("The bot is not running.")
    SILENT = N_("The bot is not running: nothing answers at {address}.")
    STRANGER = N_("Another program than the bot answers at {address}.")


def run(start: Start, _: Arguments) -> int:
    """Say in one line how the bot does. Returns 0 where it is ready, else 1."""
    if start.trouble is not None:
        raise SettingsErrors([start.trouble])
    read, wrong = read_values(start.environment, {_VARIABLE: read_http})
    if wrong:
        raise SettingsErrors(wrong)
    address = read.get(_VARIABLE)
    state = _by_process(start) if address is None else state_of(address)
    write_lines(start.words.gettext(state.value, address=address, variable=_VARIABLE))
    return Outcome.DONE if state in {BotState.READY, BotState.RUNS} else Outcome.REFUSED


def _by_process(start: Start) -> BotState:
    """Look for a process that runs on the database. Raises BadDatabaseUrl and DatabaseTrouble."""
    url = start.environment.get(DATABASE_URL)
    path = data_folder(start.environment) / DATABASE_FILE
    if url is not None:
        from store.db.address import Address  # noqa: PLC0415 - it loads a large library

        file = Address.parse(url).path
        if file is None:
            import asyncio  # noqa: PLC0415 - see above

            from store.store import DigestStore  # noqa: PLC0415 - see above

            running = asyncio.run(DigestStore.inspect(url)).running
            return BotState.RUNS if running else BotState.ENDED
        path = file
    return BotState.RUNS if any_alive(path) else BotState.ENDED


def state_of(address: HttpAddress) -> BotState:
    """Ask the listener at an address."""
    host = _LOOPBACK.get(address.host, address.host)
    connection = http.client.HTTPConnection(host, address.port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        said = (answer.status, answer.read(100))
    except OSError:
        return BotState.SILENT
    except http.client.HTTPException:
        return BotState.STRANGER
    finally:
        connection.close()
    if said == (200, b"ok\n"):
        return BotState.READY
    return BotState.NOT_READY if said == (503, b"not ready\n") else BotState.STRANGER
