"""What the store could not do, as a sentence that says what to do about it."""

from __future__ import annotations

from bot.i18n.translator import N_, Term
from bot.port.problems import CommandProblem, Failed, Mistyped, NotAllowed, NotFound
from bot.port.text import one_line
from store import errors
from store.errors import Flaw
from store.model import Decision, DraftState, Status

_FLAWS = {
    Flaw.EMPTY: N_("“{name}” is empty."),
    Flaw.TOO_LONG: N_("“{name}” is too long; at most {limit} characters fit."),
    Flaw.TOO_MANY: N_("“{name}” has too many items; at most {limit} fit."),
    Flaw.NOT_AN_ADDRESS: N_("“{name}” is not an address that begins with http:// or https://."),
    Flaw.NOT_A_LANGUAGE: N_("“{name}” is not a language such as ko or en."),
}

_ALREADY = {
    Status.PENDING: N_("Entry {number} already waits for a moderator."),
    Status.PUBLISHED: N_("Entry {number} is already published."),
    Status.RETRACTED: N_("Entry {number} is already retracted."),
    Status.SKIPPED: N_("Entry {number} is already skipped."),
}

_DECIDED = {
    Decision.PUBLISHED: N_("{name} has published entry {number} already."),
    Decision.SKIPPED: N_("{name} has skipped entry {number} already."),
    Decision.JOINED: N_("{name} has merged entry {number} with another already."),
}

_DRAFTS = {
    DraftState.ACCEPTED: N_("{name} has accepted this draft already."),
    DraftState.REJECTED: N_("{name} has rejected this draft already."),
}

_MOST_OF_PERSON = N_("You suggested {count} links within a day. Try again tomorrow.")
_MOST_OF_WORKSPACE = N_("{count} links were suggested here within a day. Try again tomorrow.")

_DATABASE = {
    errors.DatabaseLocked: N_(
        "The database {where} is locked by another program. Close that program or wait, then try "
        "again. Nothing was changed."
    ),
    errors.DatabaseReadOnly: N_(
        "The database {where} cannot be written. Give this user the right to write it and its "
        "folder. Nothing was changed."
    ),
    errors.DatabaseMissing: N_(
        "There is no database {where} yet. `ainews import FILE` or `ainews run` makes it; "
        "`ainews check` says where settings are read from."
    ),
    errors.DatabaseFolderMissing: N_(
        "The folder {folder} does not exist. Make it, or set AINEWS_DATABASE_URL to another place."
    ),
    errors.DatabaseNewer: N_(
        "The database {where} was made by a newer version of this program. Install that version, "
        "or name another database in AINEWS_DATABASE_URL. Nothing was changed."
    ),
    errors.NotADatabase: N_(
        "{where} is not a database. Name another file in AINEWS_DATABASE_URL. The file was left as "
        "it is."
    ),
    errors.DatabaseDamaged: N_(
        "The database {where} is damaged. Stop the program and put a backup in its place: ainews "
        "restore FILE."
    ),
    errors.DatabaseMoved: N_(
        "The database {where} was moved, replaced or removed while this program has it open. "
        "Nothing was changed. Put it back, or stop the program and start it again."
    ),
    errors.DatabaseMixed: N_(
        "Another file was put in the place of the database {where}, but {log} belongs to the one "
        "before, and would damage it. Nothing was changed. Put the backup in its place with ainews "
        "restore FILE, or move {log} away."
    ),
    errors.DiskFull: N_(
        "The disk of {where} is full. Free some space and try again. What was stored before is "
        "still there."
    ),
    errors.DatabaseUnreachable: N_(
        "The database {where} cannot be reached ({reason}). Start it, or correct "
        "AINEWS_DATABASE_URL."
    ),
}
"""What is wrong with the database, and how the operator can mend it."""

_SOMEBODY = Term("person", "somebody")

_PARAMETERS = {"url": "link", "published": "date"}
"""An entry's fields whose parameters have another name."""


def problem_of(  # noqa: C901, PLR0911, PLR0912 - one an error
    error: errors.StoreError, *, operator: bool
) -> CommandProblem:
    """Return the problem that a store error means for who asked.

    Only the operator reads where the database is.
    """
    match error:
        case errors.DatabaseTrouble() if not operator:
            return Failed(
                "The digest cannot be reached just now. Nothing was lost; please try again later."
            )
        case errors.DatabaseTrouble():
            if type(error) in _DATABASE:
                return Failed(_DATABASE[type(error)], **vars(error))
            return Failed(
                "The database {where} reported an error: {reason}.", where=error.where, reason=error
            )
        case errors.EntryNotFound():
            return NotFound(
                "There is no entry {number}. `/latest` shows the newest.",
                parameter="id",
                number=error.entry_id,
            )
        case errors.SourceNotFound():
            return NotFound(
                "There is no source {number}. `/sources` lists all.",
                parameter="source",
                number=error.source_id,
            )
        case errors.DuplicateSource():
            return CommandProblem(
                "This feed is source {number} already: {name}.",
                parameter="source",
                number=error.source.id,
                name=error.source.name,
            )
        case errors.AlreadySo():
            return CommandProblem(_ALREADY[error.entry.status], number=error.entry.id)
        case errors.AlreadyDecided():
            review, entry = error.review, error.entry
            if review is None or review.decision is None:
                return CommandProblem(_ALREADY[entry.status], number=entry.id)
            name = one_line(str(review.by)) or _SOMEBODY
            return CommandProblem(_DECIDED[review.decision], name=name, number=entry.id)
        case errors.NotUndoable():
            return CommandProblem(
                "There is nothing to undo: nothing was decided about entry {number}, or it was "
                "changed since.",
                parameter="id",
                number=error.entry.id,
            )
        case errors.DraftDecided():
            draft = error.draft
            by = draft.by if draft else None
            if draft is None or by is None:
                return NotFound("This draft is not there any more: the entry was changed since.")
            return CommandProblem(
                _DRAFTS.get(draft.state, _DRAFTS[DraftState.ACCEPTED]),
                name=one_line(str(by)) or _SOMEBODY,
            )
        case errors.TooManySuggestions():
            text = _MOST_OF_PERSON if error.person else _MOST_OF_WORKSPACE
            return CommandProblem(text, count=error.most)
        case errors.TooManySchedules():
            return NotAllowed(
                "This server has {count} schedules, as many as it may have. `/unschedule` in a "
                "channel that needs none makes room.",
                count=error.most,
            )
        case errors.WorkspaceBlocked():
            return NotAllowed(
                "This workspace is blocked. {command} lets it in again.",
                command=f"ainews workspaces unblock {error.platform}/{error.workspace}",
            )
        case errors.InvalidEntry():
            name = _PARAMETERS.get(error.field, error.field)
            return Mistyped(_FLAWS[error.flaw], parameter=name, name=name, limit=error.limit or 0)
        case errors.BackupMissing():
            return CommandProblem("There is no file {file}. Nothing was changed.", file=error.path)
        case errors.DatabaseInUse():
            return CommandProblem(
                "The database is in use. Stop the bot and every ainews command, then try again. "
                "Nothing was changed."
            )
        case errors.TargetNotEmpty():
            return CommandProblem(
                "{where} is not empty, and only an empty database can be moved to. Nothing was "
                "changed.",
                where=error.where,
            )
        case _:
            return CommandProblem("This could not be done: {reason}.", reason=error)
