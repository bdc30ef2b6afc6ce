"""What the store keeps, as plain values by subject. Nothing here reads or writes."""

from store.model.channels import (
    BLOCKED,
    DESK,
    INSTANT,
    SHARDS,
    Channel,
    ChannelRef,
    ChannelState,
    Layout,
    Leftover,
    Notice,
    NoticeKind,
    NoticeState,
    Order,
    Schedule,
    Show,
    Subscription,
    Trouble,
    best_of,
    desk_of,
    place_of,
)
from store.model.dates import EARLIEST_YEAR, LATEST_YEAR, Precision, PublishedDate
from store.model.drafts import INTERRUPTED, DraftCounts, DraftFlag, DraftState, ModelDraft
from store.model.entries import (
    Entry,
    EntryDraft,
    ImportAction,
    ImportItem,
    ImportOutcome,
    Link,
    Listing,
    Page,
    Place,
    Rendition,
    Status,
    TagCount,
)
from store.model.overview import Figures, Inspection, PostBrief, RunningProcess, Standing, Totals
from store.model.people import (
    Actor,
    AuditRecord,
    Kept,
    KeptKind,
    Moderator,
    SealedInstallation,
    Workspace,
    WorkspaceUse,
)
from store.model.posts import (
    CalledOff,
    Candidate,
    Post,
    PostBatch,
    PostPlan,
    PostState,
    Receipt,
    Task,
    Work,
    votes_shown,
)
from store.model.reviews import Decision, Review, ReviewItem, ReviewQueue, Suggestion
from store.model.search import Found, Gain, GainKind, SearchPage, SearchQuery, Snippet
from store.model.sources import (
    ChangedItem,
    EntrySource,
    Gathered,
    Polling,
    Source,
    SourceNotice,
    SourceRules,
    SourceState,
)
