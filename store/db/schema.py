"""The tables. Migrations in `store/migrations` bring a database to this shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

from store.text import storable

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0007",
    "0008",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
    "0021",
)
"""Every revision that this program knows, oldest first, as they lie in `migrations/versions`."""

REVISION = REVISIONS[-1]
"""The revision of this shape."""


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC, to the microsecond. SQLite keeps it as text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what makes a moment fit for the driver, thrice as fast as the library does it.

        Moments without a zone are refused: nobody could say later what they meant.
        """
        return _written if dialect.name == "sqlite" else _in_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """Return what reads a moment: aware, in UTC, from either engine."""
        del coltype
        return _read if dialect.name == "sqlite" else _in_utc


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)


def _written(moment: datetime | None) -> str | None:
    known = _in_utc(moment)
    return None if known is None else known.replace(tzinfo=None).isoformat(" ", "microseconds")


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class StorableText(TypeDecorator[str]):
    """Text that comes from a platform as it is: what no database keeps is left out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Leave out NUL and halves of surrogate pairs."""
        del dialect
        return None if value is None else storable(value)


Number = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits; on SQLite, spelt so that a primary key is the row's own number."""

# A partial index is partial on PostgreSQL too, by the migrations: to say it here would load that
# engine's dialect, 2 MB, into every program on SQLite.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

numbers = Table(
    "numbers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("entry", Number, nullable=False, comment="the last entry id given"),
    Column("serial", Number, nullable=False, comment="the last serial given"),
    Column(
        "writes",
        Number,
        nullable=False,
        server_default="0",
        comment="units of work that wrote, on PostgreSQL",
    ),
    Column(
        "version",
        Number,
        nullable=False,
        server_default="0",
        comment="rises with each unit of work that changed what is public",
    ),
    Column("host", Text, comment="of the public ids of entries"),
    Column(
        "since", Text, comment="the oldest revision whose programs work with this shape of tables"
    ),
    comment="One row. Who writes to several tables locks it first, so that such units queue.",
)

entries = Table(
    "entries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("url", Text, comment="the main link as it was given"),
    Column("url_key", LargeBinary(16), comment="digest of its canonical form"),
    Column("title_key", LargeBinary(16), comment="digest of title and date, without a link"),
    Column("key", Text, comment="the caller's own id"),
    Column("links", JSON, nullable=False, comment="[[url, title or null], ...]"),
    Column("note", Text, nullable=False),
    Column("image", Text),
    Column("published", Text, comment="ISO, cut to its precision"),
    Column("sort_day", Integer, nullable=False, comment="YYYYMMDD, 00 for what is not known"),
    Column("language", Text),
    Column("tags", JSON, nullable=False, comment="the names, in the curator's order"),
    Column("added_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("serial", Number, comment="null until it is published"),
    Column("imported", LargeBinary(16), comment="digest of the item that was last imported"),
    Column(
        "renditions",
        JSON(none_as_null=True),
        comment="[{language, title, note, drafted_by, reviewed_by, at, of: the text's digest}]",
    ),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("first_published_at", Moment),
    Column(
        "votes",
        Integer,
        nullable=False,
        server_default="0",
        comment="its rows in the table of votes, counted",
    ),
    Column(
        "starred",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="the moderators' pick",
    ),
    UniqueConstraint("url_key"),
    UniqueConstraint("key"),
    Index("ix_entries_latest", "status", "sort_day", "id"),
    Index(
        "ix_entries_language",
        "status",
        "language",
        "sort_day",
        "id",
        sqlite_where=text("language IS NOT NULL"),
    ),
    Index(
        "ix_entries_told",
        "updated_at",
        sqlite_where=text("renditions IS NOT NULL"),
    ),
    Index("ix_entries_title_key", "title_key"),
    Index("ix_entries_serial", "status", "serial"),
    Index("ix_entries_first_published", "first_published_at", "serial"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, comment="the form in which tags are compared"),
    Column("name", Text, nullable=False, comment="the form first seen, which is shown"),
    Column("used", Integer, nullable=False, comment="published entries that carry it"),
    UniqueConstraint("key"),
    Index("ix_tags_used", "used", "key"),
)

entry_tags = Table(
    "entry_tags",
    metadata,
    Column("tag_id", Number, ForeignKey("tags.id"), nullable=False),
    Column("sort_day", Integer, nullable=False),
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    PrimaryKeyConstraint("tag_id", "sort_day", "entry_id"),
    comment="Published entries by tag, in the order in which they are shown.",
    sqlite_with_rowid=False,
)

folded_titles = Table(
    "folded_titles",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    comment="Titles in the form in which completion compares them.",
)

search_states = Table(
    "search_states",
    metadata,
    Column("slot", Text, primary_key=True, comment="a or b: the end of its tables' names"),
    Column("version", Text, nullable=False, comment="name of the analyzer that made its terms"),
    Column("active", Boolean, nullable=False, comment="whether it answers"),
    Column("upto", Number, comment="the last entry id that is built in; null when all are"),
    Column("entries", Number, nullable=False),
    Column("length", Number, nullable=False, comment="of all its entries, in characters"),
    comment="The indexes of search_index_a and search_index_b, which each engine has its own way.",
)

search_terms = {
    slot: Table(
        f"search_terms_{slot}",
        metadata,
        Column("term", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
        Column("entries", Integer, nullable=False, comment="that hold it"),
        sqlite_with_rowid=False,
    )
    for slot in ("a", "b")
}

channels = Table(
    "channels",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column(
        "channel",
        StorableText,
        nullable=False,
        comment="the platform's own id",
    ),
    Column("name", StorableText, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", StorableText, nullable=False),
    Column("rule", StorableText, nullable=False),
    Column("timezone", StorableText, nullable=False),
    Column("since", Moment, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("language", StorableText, nullable=False),
    Column("most", Integer, nullable=False, comment="entries in a post"),
    Column("quiet_days", Boolean, nullable=False),
    Column("threaded", Boolean, nullable=False),
    Column("ordering", Text, nullable=False, server_default="oldest"),
    Column("leftover", Text, nullable=False, server_default="wait"),
    Column("layout", Text, nullable=False, server_default="full"),
    Column(
        "direct",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="its owner's own conversation with the bot, of which nobody else is told",
    ),
    Column("owner_platform", StorableText, nullable=False),
    Column("owner_workspace", StorableText, nullable=False),
    Column("owner_id", StorableText, nullable=False),
    Column("owner_name", StorableText, nullable=False),
    Column("next_at", Moment),
    Column("seen", Number, nullable=False),
    Column("last_slot", Moment),
    Column("trouble_since", Moment, comment="null where the last post arrived"),
    Column("try_at", Moment, comment="when it is tried again, while it is broken"),
    Column("rest", Integer, comment="seconds between two such tries, null once a post arrived"),
    Column(
        "shard",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="the share of its workspace: who owns that brings its posts",
    ),
    UniqueConstraint("platform", "workspace", "channel"),
    Index("ix_channels_due", "state", "next_at"),
    Index("ix_channels_place", "platform", "workspace", "state"),
    Index("ix_channels_owner", "owner_platform", "owner_id"),
    Index(
        "ix_channels_trouble",
        "trouble_since",
        sqlite_where=text("trouble_since IS NOT NULL"),
    ),
    Index(
        "ix_channels_try",
        "try_at",
        sqlite_where=text("try_at IS NOT NULL"),
    ),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("channel_id", Number, ForeignKey("channels.id"), nullable=False),
    Column("platform", StorableText, nullable=False, comment="the channel's, for lease()"),
    Column("slot", Moment, nullable=False),
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("rest", Integer, nullable=False),
    Column(
        "leaves",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="whether no later post carries the rest",
    ),
    Column("late", Boolean, nullable=False),
    Column("layout", Text, nullable=False, server_default="full"),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("due_at", Moment, comment="when lease() looks at it; null when nothing is to be done"),
    Column("turn", Integer, nullable=False, comment="lease() hands out lower ones before others"),
    Column("lease_owner", StorableText),
    Column("reason", StorableText, nullable=False),
    Column("receipt_platform", StorableText),
    Column("receipt", JSON),
    Column("revision", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("sent_at", Moment),
    Column("votes", Text, comment="the counts that it shows; null where nobody knows"),
    Column("voted_at", Moment, comment="since when it may show counts that are no more"),
    UniqueConstraint("channel_id", "slot", "part"),
    UniqueConstraint("key"),
    Index("ix_posts_due", "due_at"),
    Index(
        "ix_posts_lease",
        "platform",
        "turn",
        "due_at",
        "slot",
        "part",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_posts_state", "state"),
    Index("ix_posts_channel_state", "channel_id", "state"),
    Index("ix_posts_voted", "voted_at", sqlite_where=text("voted_at IS NOT NULL")),
)

post_entries = Table(
    "post_entries",
    metadata,
    Column("post_id", Number, ForeignKey("posts.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    Column(
        "channel_id",
        Number,
        ForeignKey("channels.id"),
        comment="null where the post failed, so that another may carry the entry",
    ),
    Column(
        "left_out",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="the post does not carry it, and no later one to the channel does",
    ),
    PrimaryKeyConstraint("post_id", "position"),
    UniqueConstraint("channel_id", "entry_id"),
    Index("ix_post_entries_entry", "entry_id"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("channel_id", Number, ForeignKey("channels.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("platform", StorableText, nullable=False, comment="the owner's"),
    Column("reason", StorableText, nullable=False),
    Column("remedy", StorableText, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, comment="when lease() looks at it; null when it is settled"),
    Column("tries", Integer, nullable=False),
    Column("obstacle", StorableText, nullable=False, comment="why it did not arrive"),
    UniqueConstraint("channel_id", "kind"),
    Index("ix_notices_due", "platform", "due_at"),
    Index("ix_notices_state", "state"),
    comment="What owners are told, kept until a post arrives, so that each is told once.",
)

processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True, comment="as in the leases of posts"),
    Column("host", StorableText, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("kind", Text, nullable=False, comment="what it does"),
    Column("platforms", JSON, nullable=False, comment="those that it runs"),
    Column(
        "shares",
        JSON,
        comment="platforms of whose workspaces it takes a share; null: of none",
    ),
    Column("started_at", Moment, nullable=False),
    Column(
        "beat_at",
        Moment,
        nullable=False,
        comment="when it last said that it lives, by the database's clock",
    ),
)

domains = Table(
    "domains",
    metadata,
    Column("name", Text, primary_key=True, comment="what one process alone does"),
    Column("owner", Text, comment="that process; null: nobody"),
)

seen = Table(
    "seen",
    metadata,
    Column("key", Text, primary_key=True, comment="a platform's id of a delivery"),
    Column("until", Moment, nullable=False, comment="it is forgotten"),
    Index("ix_seen_until", "until"),
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("until", Moment, nullable=False, comment="it is forgotten"),
    Index("ix_notes_until", "until"),
)

moderators = Table(
    "moderators",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("id", StorableText, nullable=False),
    Column("is_group", Boolean, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "id", "is_group"),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("id", StorableText, nullable=False),
    Column("name", StorableText, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("curates", Boolean, nullable=False),
    Column(
        "blocked",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="it gets no answers and no posts",
    ),
    PrimaryKeyConstraint("platform", "id"),
)

installations = Table(
    "installations",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("enterprise", StorableText, nullable=False, comment="what it belongs to; else empty"),
    Column("bot", StorableText, nullable=False, comment="the bot's own id there"),
    Column("bot_name", StorableText, nullable=False),
    Column("scopes", StorableText, nullable=False, comment="divided by commas"),
    Column("installed_at", Moment, nullable=False),
    Column("sealed", Text, nullable=False, comment="its tokens; empty once it ended"),
    Column("expires_at", Moment, comment="the token's; null: it does not expire"),
    Column("renewed_until", Moment, comment="a process renews it; another may after this"),
    Column("ended_at", Moment),
    Column("ended_why", Text, nullable=False),
    PrimaryKeyConstraint("platform", "workspace"),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("address", Text, nullable=False),
    Column("key", LargeBinary(16), nullable=False, comment="of the canonical address"),
    Column("name", StorableText, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Column("only", JSON, nullable=False),
    Column("without", JSON, nullable=False),
    Column("language", Text),
    Column("timezone", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("platform", StorableText, nullable=False, comment="of who added it"),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("person_name", StorableText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("next_at", Moment, comment="when it is asked again; null while it is not"),
    Column("polled_at", Moment),
    Column("good_at", Moment, comment="when it last answered as it should"),
    Column("news_at", Moment, comment="when it last brought something new"),
    Column("failures", Integer, nullable=False, comment="in a row"),
    Column("failing_since", Moment),
    Column("trouble", StorableText, nullable=False),
    Column("missed", Boolean, nullable=False),
    Column("full_at", Moment, comment="when it last answered whole"),
    Column("told", Boolean, nullable=False, comment="whether who added it knows of the trouble"),
    Column("pace", Integer, nullable=False, comment="seconds from one poll to the next"),
    Column("etag", StorableText, nullable=False),
    Column("last_modified", StorableText, nullable=False),
    Column("moved_to", StorableText, nullable=False),
    Column("moved_times", Integer, nullable=False, comment="in a row"),
    Column("gone_times", Integer, nullable=False, comment="in a row"),
    Column("lease_owner", Text),
    Column("lease_until", Moment),
    Column("notice", Text, comment="what whoever added it is to be told"),
    Column("notice_at", Moment, comment="not told before"),
    Column("notice_tries", Integer, nullable=False),
    UniqueConstraint("key"),
    Index("ix_sources_due", "state", "next_at"),
)

source_items = Table(
    "source_items",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("source_id", Number, ForeignKey("sources.id"), nullable=False),
    Column("title", StorableText, nullable=False, comment="as it was last seen"),
    Column("link", StorableText, nullable=False),
    Column("entry_id", Number, ForeignKey("entries.id"), comment="that carries it"),
    Column("changed_at", Moment, comment="when it got to say something else than its entry"),
    Index("ix_source_items_source", "source_id"),
    Index("ix_source_items_entry", "entry_id"),
)

source_keys = Table(
    "source_keys",
    metadata,
    Column("source_id", Number, ForeignKey("sources.id"), nullable=False),
    Column("key", LargeBinary(16), nullable=False),
    Column("item_id", Number, ForeignKey("source_items.id"), nullable=False),
    Column("title_at", Moment, comment="when a title was last seen; null for other keys"),
    PrimaryKeyConstraint("source_id", "key"),
    comment="Every key by which an item of a source was ever known.",
    sqlite_with_rowid=False,
)

entry_sources = Table(
    "entry_sources",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    Column("source_id", Number, nullable=False, comment="which may be gone"),
    Column("name", StorableText, nullable=False, comment="of the source, then"),
    Column("title", StorableText, nullable=False),
    Column("url", StorableText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("joined", Boolean, nullable=False, comment="whether it came as a further link"),
    Column("offered", Number, comment="an entry that may be the same story"),
    Index("ix_entry_sources_entry", "entry_id"),
    Index("ix_entry_sources_source", "source_id", "entry_id"),
    comment="Which sources tell the story of an entry.",
)

public_answers = Table(
    "public_answers",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("channel", StorableText, nullable=False, comment="the platform's own id"),
    PrimaryKeyConstraint("platform", "workspace", "channel"),
    comment="Channels in which everybody sees what somebody looks up.",
)

reviews = Table(
    "reviews",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    Column("touched_at", Moment, nullable=False, comment="from when on it waits for a moderator"),
    Column("postponed", Boolean, nullable=False, comment="stands behind what is not"),
    Column("decision", Text, comment="null while it waits"),
    Column("decided_at", Moment),
    Column("into", Number, ForeignKey("entries.id"), comment="the entry that tells the same story"),
    Column("joined", JSON, comment="what went there: links, and what sources told"),
    Column("platform", StorableText, nullable=False, comment="of who decided or put it off"),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("person_name", StorableText, nullable=False),
    comment="What moderators did with entries that waited for them.",
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    Column("language", StorableText, nullable=False),
    Column("of", LargeBinary(16), nullable=False, comment="digest of the text it is made from"),
    Column("prompt", Integer, nullable=False, comment="version of what the model is asked"),
    Column("model", StorableText, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", StorableText, nullable=False),
    Column("note", StorableText, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("flags", JSON, nullable=False, comment="[[kept sentence, words of the draft], ...]"),
    Column("tokens", Integer, nullable=False, comment="that it took so far"),
    Column("reserved", Integer, nullable=False, comment="that it may take besides"),
    Column("asked_for", Boolean, nullable=False, comment="by a person"),
    Column("asked_at", Moment, comment="when the model was asked last"),
    Column("due_at", Moment, comment="when lease() looks at it; null while nobody is to ask"),
    Column("lease_owner", Text),
    Column("tries", Integer, nullable=False),
    Column("reason", StorableText, nullable=False, comment="why there is none"),
    Column("at", Moment, nullable=False, comment="since when it stands so"),
    Column("platform", StorableText, comment="of who decided; null: nobody did"),
    Column("workspace", StorableText),
    Column("person", StorableText),
    Column("person_name", StorableText),
    UniqueConstraint("entry_id", "language", "of", "prompt", "model", name="uq_drafts_text"),
    Index("ix_drafts_due", "state", "due_at"),
    Index("ix_drafts_asked", "asked_at"),
    comment="What a model drafted of entries, for moderators to decide about.",
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("person_name", StorableText, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("language", Text, nullable=False, comment="in which they are told"),
    Column("hears_at", Moment, comment="not told before; null once settled, or not wanted"),
    Column("tries", Integer, nullable=False),
    Index("ix_suggestions_at", "platform", "workspace", "at"),
    Index("ix_suggestions_hears", "platform", "hears_at"),
)

saved = Table(
    "saved",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "person", "entry_id"),
    Index("ix_saved_newest", "platform", "workspace", "person", "at", "entry_id"),
    Index("ix_saved_entry", "entry_id"),
)

votes = Table(
    "votes",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("entry_id", "platform", "workspace", "person"),
    Index("ix_votes_person", "platform", "workspace", "person"),
)

languages = Table(
    "languages",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("language", StorableText, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "person"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("name", StorableText, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", StorableText, nullable=False),
    Column("details", JSON, nullable=False),
    Index("ix_audit_subject", "subject", "id"),
)
