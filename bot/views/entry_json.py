"""An entry as JSON: the public shape, which `--json` prints and files of items have."""

from __future__ import annotations

from store.model import Entry


def entry_json(entry: Entry) -> dict[str, object]:
    """Return an entry in the public shape.

    `published` is ISO 8601, cut to its `precision`; both are None without a date. `links` are
    the further links, each with `url` and `title` (None where it has none). `renditions` are what
    is shown in other words, by language; `at` is when `reviewed_by` decided so.
    """
    published = entry.published
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "links": [{"url": link.url, "title": link.title} for link in entry.links],
        "note": entry.note,
        "published": published.iso if published else None,
        "precision": published.precision.value if published else None,
        "language": entry.language,
        "tags": list(entry.tags),
        "added_by": entry.added_by,
        "image": entry.image,
        "status": entry.status.value,
        "votes": entry.votes,
        "renditions": {
            one.language: {
                "title": one.title,
                "note": one.note,
                "drafted_by": one.drafted_by or None,
                "reviewed_by": one.reviewed_by,
                "at": one.at.isoformat(),
            }
            for one in entry.renditions
        },
    }


def export_json(entry: Entry) -> dict[str, object]:
    """Return an entry in the public shape, with its `key` where it has one.

    By its key an entry is known again when the export is imported.
    """
    return entry_json(entry) | ({"key": entry.key} if entry.key else {})
