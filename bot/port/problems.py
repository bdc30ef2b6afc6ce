"""What can be wrong with a command, said once in the words of whoever gave it; why others fail."""

from __future__ import annotations

from bot.port.invocation import Outcome


class ReasonedError(Exception):
    """Something was not done: `reason` is a message id, one sentence, with places for `values`."""

    def __init__(self, reason: str, /, **values: object) -> None:
        plain = {
            key: "".join(map(str, value)) if isinstance(value, tuple) else str(value)
            for key, value in values.items()
        }
        super().__init__(reason.format_map(plain))
        self.reason = reason
        self.values = values


class CommandProblem(ReasonedError):
    """A command was not done, and the person who gave it can do something about it.

    CommandProblem
    ├── Mistyped     not understood: the wrong name, the wrong type, a missing value
    ├── NotFound     nothing there by that id or name
    ├── NotAllowed   understood, but not this person's to do
    └── Failed       the program's own trouble, which only the operator can mend

    `reason` says what was wrong and what to do.
    `parameter` names the parameter that holds the wrong value.
    """

    outcome = Outcome.REFUSED

    def __init__(self, reason: str, /, *, parameter: str | None = None, **values: object) -> None:
        super().__init__(reason, **values)
        self.parameter = parameter


class Mistyped(CommandProblem):
    """It was not understood."""

    outcome = Outcome.MISTYPED


class NotFound(CommandProblem):
    """There is nothing by that id or name."""


class NotAllowed(CommandProblem):
    """The asker may not do this."""


class Failed(CommandProblem):
    """The program cannot do it now; the operator can mend that."""

    outcome = Outcome.FAILED
