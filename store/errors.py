"""Every error that the store raises.

StoreError
├── InvalidEntry           a draft that cannot be kept: `field`, `flaw`, `limit` (a ValueError too)
├── EntryNotFound          `entry_id`
├── DuplicateEntry         the story is there already: `entry`
├── AlreadySo              the entry has that status already: `entry`
├── AlreadyDecided         it waits for no moderator: `entry`, `review`
├── NotUndoable            the entry was changed since it was decided: `entry`
├── TooManySuggestions     that is all for today: `most`, `person`
├── DraftDecided           the draft waits for nobody: `draft`
├── TokensSpent            a model was asked as much as it may be: `since`, `limit`
├── ChannelNotFound        `ref`
├── WorkspaceNotFound      the bot was never seen in it
├── WorkspaceBlocked       nothing goes there: `platform`, `workspace`
├── WorkspaceInUse         it is to be blocked first
├── TooManySchedules       the workspace has as many as it may have: `most`
├── SourceNotFound         `source_id`
├── DuplicateSource        the feed is a source already: `source`
├── LeaseLost              another process polls the source by now, or it was removed: `source_id`
├── BackupRefused          a backup was not begun: `path`
│   ├── BackupExists       something is there already, and is not overwritten
│   └── BackupUnsupported  the engine has its own tool for that
├── RestoreRefused         a backup was not put back: `path`
│   ├── BackupMissing      nothing is there
│   ├── BackupUnusable     it is no whole backup of this program
│   └── DatabaseInUse      a program has the database open
├── TargetNotEmpty         the database to move to holds something: `where`
├── BadDatabaseUrl         the setting is no database address: `reason` (a ValueError too)
└── DatabaseTrouble        the database did not do it: `where` (a path, or a URL without password)
    ├── DatabaseLocked         another program holds it too long
    ├── DatabaseReadOnly       it may be read but not written
    ├── DatabaseMissing        there is none, and none was to be made
    ├── DatabaseFolderMissing  the folder of its file is not there: `folder`
    ├── DatabaseNewer          a newer version of this program made it: `revision`
    ├── NotADatabase           what is there is something else
    ├── DatabaseDamaged        its file is broken
    ├── DatabaseMoved          its file was moved, replaced or removed while it was open
    ├── DatabaseMixed          the files beside it belong to another database: `log`
    ├── DiskFull               no room to write
    ├── DatabaseUnreachable    no connection: `reason`
    └── DatabaseFailure        anything else that an engine may say: `reason`

Nothing was changed when one of them is raised: a unit of work is done whole or not at all.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from store.model import ChannelRef, Entry, ModelDraft, Review, Source


class StoreError(Exception):
    """The store did not do what was asked."""


class Flaw(StrEnum):
    """What may be wrong with a field of an entry."""

    EMPTY = "is empty"
    TOO_LONG = "is too long"
    TOO_MANY = "has too many items"
    NOT_AN_ADDRESS = "is not an http or https address"
    NOT_A_LANGUAGE = "is not a language tag such as ko or en-US"


class InvalidEntry(StoreError, ValueError):
    """A draft cannot be kept.

    `field` is the name of the draft's field, `limit` the most that it may hold (characters or
    items; None where that is not the matter), `line` where an imported item begins.
    """

    def __init__(
        self, field: str, flaw: Flaw, limit: int | None = None, line: int | None = None
    ) -> None:
        most = "" if limit is None else f" (at most {limit:,})"
        place = "" if line is None else f"line {line}: "
        super().__init__(f"{place}{field} {flaw.value}{most}")
        self.field = field
        self.flaw = flaw
        self.limit = limit
        self.line = line


class EntryNotFound(StoreError):
    """There is no entry of that id."""

    def __init__(self, entry_id: int) -> None:
        super().__init__(f"there is no entry {entry_id}")
        self.entry_id = entry_id


class DuplicateEntry(StoreError):
    """The story is in the store already, whatever its status."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"entry {entry.id} is the same story")
        self.entry = entry


class AlreadySo(StoreError):
    """The entry has that status already."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"entry {entry.id} is {entry.status.value} already")
        self.entry = entry


class AlreadyDecided(StoreError):
    """The entry waits for no moderator. `review` says who decided, None where nobody is known."""

    def __init__(self, entry: Entry, review: Review | None) -> None:
        super().__init__(f"entry {entry.id} is {entry.status} already")
        self.entry = entry
        self.review = review


class NotUndoable(StoreError):
    """Nothing was decided about the entry, or it was changed since."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"entry {entry.id} was changed since it was decided")
        self.entry = entry


class TooManySuggestions(StoreError):
    """So many links were suggested within a day, by the `person` or else in their workspace."""

    def __init__(self, most: int, *, person: bool) -> None:
        super().__init__(f"{most} suggestions within a day are the most")
        self.most = most
        self.person = person


class DraftDecided(StoreError):
    """A draft waits for nobody any more; None: there is none of that number for the entry."""

    def __init__(self, draft: ModelDraft | None) -> None:
        super().__init__("the draft waits for nobody")
        self.draft = draft


class TokensSpent(StoreError):
    """A model could take more tokens since a moment than the `limit`."""

    def __init__(self, since: datetime, limit: int) -> None:
        super().__init__(f"{limit} tokens since {since} are the most")
        self.since = since
        self.limit = limit


class ChannelNotFound(StoreError):
    """The channel has no schedule."""

    def __init__(self, ref: ChannelRef) -> None:
        super().__init__(f"channel {ref.id} on {ref.platform} has no schedule")
        self.ref = ref


class WorkspaceNotFound(StoreError):
    """The bot was never seen in the workspace."""

    def __init__(self, platform: str, workspace: str) -> None:
        super().__init__(f"workspace {workspace} on {platform} is not known")


class WorkspaceBlocked(StoreError):
    """The operator blocked the workspace: nothing goes there."""

    def __init__(self, platform: str, workspace: str) -> None:
        super().__init__(f"workspace {workspace} on {platform} is blocked")
        self.platform = platform
        self.workspace = workspace


class WorkspaceInUse(StoreError):
    """The workspace is not blocked, or was never seen: nothing of it is forgotten."""

    def __init__(self, platform: str, workspace: str) -> None:
        super().__init__(f"workspace {workspace} on {platform} is not blocked")


class TooManySchedules(StoreError):
    """The workspace has as many schedules as it may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} schedules in a workspace are the most")
        self.most = most


class SourceNotFound(StoreError):
    """There is no source of that id."""

    def __init__(self, source_id: int) -> None:
        super().__init__(f"there is no source {source_id}")
        self.source_id = source_id


class LeaseLost(StoreError):
    """Another process polls the source by now, or it was removed."""

    def __init__(self, source_id: int) -> None:
        super().__init__(f"source {source_id} is in other hands")
        self.source_id = source_id


class DuplicateSource(StoreError):
    """The feed is a source already."""

    def __init__(self, source: Source) -> None:
        super().__init__(f"{source.address} is source {source.id} already")
        self.source = source


class BackupRefused(StoreError):
    """A backup was not begun."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


class BackupExists(BackupRefused):
    """Something is at that path already."""

    def __init__(self, path: str) -> None:
        super().__init__(path, f"{path} exists already, and a backup overwrites nothing")


class BackupUnsupported(BackupRefused):
    """PostgreSQL has its own tool for backups."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "a PostgreSQL database is backed up with pg_dump")


class RestoreRefused(StoreError):
    """A backup was not put back; the database is as it was."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


class BackupMissing(RestoreRefused):
    """There is no file of that name."""

    def __init__(self, path: str) -> None:
        super().__init__(path, f"there is no file {path}")


class BackupUnusable(RestoreRefused):
    """The file is not a whole database of this program."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, f"{path} is not a usable backup: {reason}")
        self.reason = reason


class DatabaseInUse(RestoreRefused):
    """A program has the database open."""

    def __init__(self, path: str) -> None:
        super().__init__(path, f"a program has the database {path} open")


class TargetNotEmpty(StoreError):
    """The database that everything is to be moved to holds something already."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} holds something already")
        self.where = where


class BadDatabaseUrl(StoreError, ValueError):
    """The setting is not the address of a database. `reason` never repeats a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseTrouble(StoreError):
    """The database did not do what was asked. `where` has no password in it."""

    def __init__(self, where: str, sentence: str) -> None:
        """`sentence` begins in lower case and has no full stop."""
        super().__init__(sentence)
        self.where = where


class DatabaseLocked(DatabaseTrouble):
    """Another program held the database for longer than this one waits."""

    def __init__(self, where: str) -> None:
        super().__init__(where, f"the database {where} is locked by another program")


class DatabaseReadOnly(DatabaseTrouble):
    """The database may be read but not written."""

    def __init__(self, where: str) -> None:
        super().__init__(where, f"the database {where} cannot be written")


class DatabaseMissing(DatabaseTrouble):
    """There is no database at this address yet."""

    def __init__(self, where: str) -> None:
        super().__init__(where, f"there is no database {where} yet")


class DatabaseFolderMissing(DatabaseTrouble):
    """The folder in which the file should lie is not there."""

    def __init__(self, where: str, folder: str) -> None:
        super().__init__(where, f"the folder {folder} for the database does not exist")
        self.folder = folder


class DatabaseNewer(DatabaseTrouble):
    """A newer version of this program changed the database in a way unknown to this one."""

    def __init__(self, where: str, revision: str) -> None:
        super().__init__(
            where, f"the database {where} is newer than this program (revision {revision})"
        )
        self.revision = revision


class NotADatabase(DatabaseTrouble):
    """What is there is not a database of this kind."""

    def __init__(self, where: str) -> None:
        super().__init__(where, f"{where} is not a database")


class DatabaseDamaged(DatabaseTrouble):
    """The database's file is broken."""

    def __init__(self, where: str) -> None:
        super().__init__(where, f"the database {where} is damaged; restore a backup")


class DatabaseMoved(DatabaseTrouble):
    """The file that is open is no longer the one of that name."""

    def __init__(self, where: str) -> None:
        super().__init__(where, f"the database {where} was moved, replaced or removed")


class DatabaseMixed(DatabaseTrouble):
    """A write-ahead log of another database lies beside the file, which was put there by hand."""

    def __init__(self, where: str, log: str) -> None:
        super().__init__(where, f"{log} belongs to another database than {where}")
        self.log = log


class DiskFull(DatabaseTrouble):
    """There is no room to write. What was stored before is still there."""

    def __init__(self, where: str) -> None:
        super().__init__(where, f"no room is left on the disk of {where}")


class DatabaseUnreachable(DatabaseTrouble):
    """There is no connection to the database."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, f"the database {where} cannot be reached: {reason}")
        self.reason = reason


class DatabaseFailure(DatabaseTrouble):
    """The database said something that is foreseen nowhere."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, f"the database {where} failed: {reason}")
        self.reason = reason
